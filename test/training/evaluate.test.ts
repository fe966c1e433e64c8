import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { logisticRegression } from "../../src/models";
import { batches, evaluate, type Loss } from "../../src/training";
import { assertClose, take } from "../support/numeric";

const points = [
  [1, 0],
  [0, 1],
  [2, 0],
  [0, 3],
  [1, 1],
];

/** Logits are the point itself. */
function identity() {
  const model = logisticRegression({ inputShape: 2, outputs: 2 });
  tf.tidy(() => model.parameters[0].assign(tf.eye(2)));
  return model;
}

const options = (batchSize: number) => ({
  model: identity(),
  labels: [0, 1, 0, 0, 1],
  inputs: (first: number, end: number) => tf.tensor2d(points.slice(first, end)),
  batchSize,
});

describe("evaluate", () => {
  it("measures all logits at once, whatever the batch size", async () => {
    // The largest logit: not a mean over batches.
    const loss: Loss = (logits) => tf.max(logits);
    const metrics = {
      error: ({ logits, outputs, labels }: { logits: Float32Array; outputs: number; labels: ArrayLike<number> }) => {
        assert.equal(outputs, 2);
        const wrong = Array.from(labels).filter((label, row) => logits[2 * row + label] < logits[2 * row + 1 - label]);
        return wrong.length / labels.length;
      },
    };
    for (const batchSize of [1, 2, 5, 100]) {
      assert.deepEqual(await evaluate({ ...options(batchSize), loss, metrics }), { loss: 3, error: 0.2 });
    }
  });

  it("leaves no tensor behind, and refuses what it cannot measure", async () => {
    const setup = options(2);
    const before = tf.memory().numTensors;
    await evaluate({ ...setup, loss: (logits) => tf.mean(logits) });
    assert.equal(tf.memory().numTensors, before);
    await assert.rejects(evaluate({ ...setup, labels: [] }), /labels must have at least one entry, received none/);
    const loss: Loss = (logits) => tf.mean(logits);
    await assert.rejects(evaluate({ ...setup, loss, metrics: { loss: () => 0 } }), /no metric can be called loss/);
  });
});

describe("batches", () => {
  const inputs = (indices: Int32Array) => tf.tensor1d(Array.from(indices, (index) => 10 * index));
  const labels = [0, 1, 2, 3, 4, 5, 6];

  it("deal every sample once per epoch, with label, group and index", () => {
    const source = batches({
      inputs,
      labels,
      groups: labels.map((label) => -label),
      seed: 1,
      batchSize: 3,
      indices: [6, 4, 2, 0, 1],
    });
    assert.equal(source.stepsPerEpoch, 2);
    for (const epoch of [0, 1]) {
      const seen = [0, 1].flatMap((step) => {
        const { inputs, labels, groups, indices } = source(2 * epoch + step);
        const [x, y, g] = [take(inputs), take(labels), take(groups as tf.Tensor)];
        assertClose(
          x,
          y.map((label) => 10 * label),
        );
        assertClose(
          g,
          y.map((label) => -label),
        );
        assert.deepEqual(Array.from(indices as Int32Array), y);
        return y;
      });
      assert.deepEqual(seen.sort(), [0, 1, 2, 4, 6]);
    }
  });

  it("take their samples from a sampler", () => {
    const sampler = { batchesPerEpoch: 4, at: (step: number) => [step, 6] };
    const source = batches({ inputs, labels, sampler });
    assert.equal(source.stepsPerEpoch, 4);
    const { labels: y, inputs: x } = source(3);
    assert.deepEqual(take(y), [3, 6]);
    x.dispose();
  });

  it("name what they cannot take", () => {
    const sampler = { batchesPerEpoch: 4, at: () => [0] };
    assert.throws(() => batches({ inputs, labels }), /either seed or sampler must be given, received neither/);
    assert.throws(() => batches({ inputs, labels, seed: 1, sampler }), /received both/);
    assert.throws(() => batches({ inputs, labels, sampler, batchSize: 3 }), /a sampler has its own samples/);
  });
});
