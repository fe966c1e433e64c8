import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random, tf } from "../../src/engine";
import { binaryCrossEntropy } from "../../src/losses/binary";
import { bestThreshold } from "../../src/metrics";
import { resNet } from "../../src/models";
import { fit, predict, sgd } from "../../src/training";

/** Images of noise; positives carry a bright square. */
function makeImages(count: number, seed: number): { images: tf.Tensor4D; labels: number[] } {
  const generator = random(seed);
  const labels = Array.from({ length: count }, (_, index) => (index % 4 === 0 ? 1 : 0));
  const pixels = labels.flatMap((label) =>
    Array.from({ length: 64 }, (_, pixel) => 0.5 * generator.normal() + (label && pixel % 8 < 3 && pixel < 24 ? 2 : 0)),
  );
  return { images: tf.tensor4d(pixels, [count, 8, 8, 1]), labels };
}

const newModel = () => resNet({ depth: 8, width: 4, inputShape: [8, 8, 1], outputs: 1, seed: 2 });

function options(model: ReturnType<typeof newModel>, steps = 30) {
  const { images, labels } = makeImages(64, 1);
  return {
    model,
    steps,
    loss: binaryCrossEntropy(),
    optimizer: sgd({ learningRate: 0.1 }),
    batch: (step: number) => {
      const first = (step * 16) % 64;
      return { inputs: tf.slice(images, first, 16), labels: tf.tensor1d(labels.slice(first, first + 16)) };
    },
  };
}

describe("fit", () => {
  it("learns to tell bright squares from noise it has not seen", async () => {
    const model = newModel();
    const history = await fit(options(model));
    assert.ok(history.loss[history.loss.length - 1] < history.loss[0] / 3, `loss ${history.loss}`);
    const { images, labels } = makeImages(40, 9);
    const scores = await predict({
      model,
      count: 40,
      batchSize: 16,
      inputs: (first, end) => tf.slice(images, first, end - first),
    });
    assert.ok(bestThreshold({ scores, labels }).fBeta > 0.95);
    model.dispose();
  });

  it("gives the same weights bit for bit when it is run again", async () => {
    const run = async () => {
      const model = newModel();
      await fit(options(model, 5));
      const weights = model.parameters.map((parameter) => Array.from(parameter.dataSync()));
      model.dispose();
      return weights;
    };
    assert.deepEqual(await run(), await run());
  });

  it("keeps no tensor but the optimizer's state", async () => {
    const model = newModel();
    const setup = options(model, 3);
    const before = tf.memory().numTensors;
    await fit(setup);
    // On the native backend a slot is two handles, of the velocity and of the parameter's place beside it; else one tensor.
    const perSlot = tf.getBackend() === "tensorflow" ? 2 : 1;
    assert.equal(tf.memory().numTensors - before, perSlot * model.parameters.length);
    setup.optimizer.dispose();
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("reads the losses of ten steps together, and tells all of them", async () => {
    const model = newModel();
    const updates: number[] = [];
    const readings: number[][] = [];
    const { step, loss } = await fit({
      ...options(model, 12),
      progress: { update: (done) => void updates.push(done) },
      observers: [{ losses: (read) => void readings.push(read.map((reading) => reading.step)) }],
    });
    assert.deepEqual(readings, [[0], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11]]);
    assert.deepEqual(step, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert.ok(loss.length === 12 && loss.every(Number.isFinite));
    assert.deepEqual(updates.at(-1), 12);
    model.dispose();
  });

  it("stops between two steps when its signal is aborted, and keeps the weights", async () => {
    const model = newModel();
    const controller = new AbortController();
    const seen: number[] = [];
    const update = (done: number) => {
      seen.push(done);
      if (done === 3) controller.abort(new Error("enough"));
    };
    await assert.rejects(fit({ ...options(model), signal: controller.signal, progress: { update } }), /enough/);
    assert.deepEqual(seen, [1, 2, 3]);
    assert.ok(model.parameters[0].dataSync().every(Number.isFinite));
    model.dispose();
  });

  it("stops where the loss is not finite, naming the step", async () => {
    const model = newModel();
    const broken = { ...options(model), loss: (logits: tf.Tensor) => tf.mul(tf.sum(logits), NaN) as tf.Scalar };
    await assert.rejects(fit(broken), /the loss is NaN at step 0 of 30/);
    model.dispose();
  });
});

describe("predict", () => {
  it("gives the same logits whatever the batch size", async () => {
    const model = newModel();
    const { images } = makeImages(10, 3);
    const logits = (batchSize: number) =>
      predict({ model, count: 10, batchSize, inputs: (first, end) => tf.slice(images, first, end - first) });
    const [whole, parts] = [await logits(10), await logits(3)];
    whole.forEach((value, index) => assert.ok(Math.abs(value - parts[index]) < 1e-5));
    model.dispose();
  });
});
