import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { parameterCount, resNet } from "../../src/models";
import { assertClose, take } from "../support/numeric";

describe("resNet", () => {
  it("has the published number of parameters with zero-padded shortcuts", () => {
    // 0.27, 0.46, 0.66 and 0.85 million for depths 20, 32, 44, 56 (He et al. 2016, Table 6).
    for (const [depth, count] of [
      [20, 269722],
      [32, 464154],
      [44, 658586],
      [56, 853018],
    ]) {
      const model = resNet({ depth, inputShape: [32, 32, 3], outputs: 10, seed: 1 });
      assert.equal(parameterCount(model), count, `depth ${depth}`);
      model.dispose();
    }
  });

  it("gives logits [n, outputs], and [n] for one output", () => {
    const images = tf.zeros([3, 14, 14, 1]);
    const shapes = [1, 4].map((outputs) => {
      const model = resNet({ depth: 8, width: 4, inputShape: [14, 14, 1], outputs, seed: 1 });
      const logits = model.apply(images);
      model.dispose();
      return logits.shape;
    });
    assert.deepEqual(shapes, [[3], [3, 4]]);
  });

  it("starts from the same weights for the same seed and from others for another", () => {
    const weights = (seed: number) => {
      const model = resNet({ depth: 8, width: 4, inputShape: [8, 8, 1], outputs: 1, seed });
      const values = Array.from(model.parameters[0].dataSync());
      model.dispose();
      return values;
    };
    assert.deepEqual(weights(1), weights(1));
    assert.notDeepEqual(weights(1), weights(2));
  });

  it("moves its running statistics in training mode only, a tenth of the way", () => {
    const model = resNet({ depth: 8, width: 4, inputShape: [8, 8, 1], outputs: 1, seed: 1 });
    const images = tf.add(tf.zeros([2, 8, 8, 1]), 3);
    const [mean, variance] = model.statistics;
    model.apply(images).dispose();
    assert.ok(mean.dataSync().every((value) => value === 0));
    model.apply(images, { training: true }).dispose();
    const responses = tf.conv2d(images as tf.Tensor4D, model.parameters[0] as unknown as tf.Tensor4D, 1, "same");
    const moments = tf.moments(responses, [0, 1, 2]);
    assertClose(Array.from(mean.dataSync()), take(tf.mul(moments.mean, 0.1)));
    assertClose(Array.from(variance.dataSync()), take(tf.add(0.9, tf.mul(moments.variance, (0.1 * 128) / 127))));
    model.dispose();
  });

  it("gives an image the same logit whatever else is in the batch, in evaluation mode", () => {
    const model = resNet({ depth: 8, width: 4, inputShape: [8, 8, 1], outputs: 1, seed: 3 });
    const images = tf.randomNormal([4, 8, 8, 1], 0, 1, "float32", 1);
    const together = take(model.apply(images));
    const alone = take(model.apply(tf.slice(images, [2, 0, 0, 0], [1, 8, 8, 1])));
    assertClose(alone, [together[2]]);
    model.dispose();
  });

  it("leaves no tensor behind, and frees its variables", () => {
    const images = tf.zeros([2, 8, 8, 1]);
    const before = tf.memory().numTensors;
    const model = resNet({ depth: 8, width: 4, inputShape: [8, 8, 1], outputs: 1, seed: 3 });
    const built = tf.memory().numTensors;
    assert.equal(built - before, model.parameters.length + model.statistics.length);
    model.apply(images, { training: true }).dispose();
    assert.equal(tf.memory().numTensors, built);
    model.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("names the option or shape it cannot take", () => {
    const options = { inputShape: [8, 8, 1] as const, outputs: 1, seed: 1 };
    assert.throws(() => resNet({ ...options, depth: 18 }), /depth must be 6 n \+ 2 .* received 18/);
    assert.throws(() => resNet({ ...options, outputs: 0 }), /outputs must be a positive integer, received 0/);
    const model = resNet({ ...options, depth: 8, width: 2 });
    assert.throws(() => model.apply(tf.zeros([1, 9, 8, 1])), /shape \[n, 8, 8, 1\], received \[1, 9, 8, 1\]/);
    model.dispose();
  });
});
