import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { logisticRegression } from "../../src/models";
import { bestWeights, type EarlyStoppingOptions } from "../../src/training/earlyStopping";

/** Observes these values of `error`, the weight being the epoch, until patience is at an end. */
function watch(values: readonly number[], options: Partial<EarlyStoppingOptions> = {}) {
  const model = logisticRegression({ inputShape: 1, outputs: 1 });
  const before = tf.memory().numTensors;
  const stopping = bestWeights(model, { metric: "error", mode: "min", patience: 2, ...options });
  let epoch = 0;
  for (; epoch < values.length && !stopping.stopped; epoch++) {
    tf.tidy(() => model.parameters[0].assign(tf.tensor2d([[epoch]])));
    stopping.observe(epoch, { error: values[epoch], other: 0 });
  }
  stopping.restoreBest();
  const { best, stopped } = stopping;
  stopping.dispose();
  assert.equal(tf.memory().numTensors, before, "tensors left behind");
  const weight = model.parameters[0].dataSync()[0];
  model.dispose();
  return { epochs: epoch, best, stopped, weight };
}

describe("early stopping", () => {
  it("gives up after so many evaluations without improvement, with the best weights", () => {
    const { epochs, best, stopped, weight } = watch([0.5, 0.3, 0.4, 0.3, 0.1]);
    assert.deepEqual(
      { epochs, best, stopped, weight },
      { epochs: 4, best: { epoch: 1, value: 0.3 }, stopped: true, weight: 1 },
    );
  });

  it("waits anew after every improvement", () => {
    assert.deepEqual(watch([0.5, 0.6, 0.4, 0.5, 0.3]).best, { epoch: 4, value: 0.3 });
  });

  it("looks for large values where these are good", () => {
    assert.deepEqual(watch([0.5, 0.7, 0.6], { mode: "max" }).best, { epoch: 1, value: 0.7 });
  });

  it("does not count changes of at most minDelta", () => {
    const { best, stopped } = watch([0.5, 0.45, 0.41, 0.3], { minDelta: 0.1 });
    assert.deepEqual(best, { epoch: 0, value: 0.5 });
    assert.equal(stopped, true);
  });

  it("takes NaN for no improvement", () => {
    assert.deepEqual(watch([NaN, 0.5, NaN, NaN]).best, { epoch: 1, value: 0.5 });
    const { best, weight } = watch([NaN, NaN]);
    assert.deepEqual([best, weight], [undefined, 1]);
  });

  it("keeps the last weights where it is asked to, and goes on for ever with endless patience", () => {
    assert.equal(watch([0.1, 0.2, 0.3], { restoreBest: false }).weight, 2);
    assert.equal(watch([0.1, 0.2, 0.3, 0.4, 0.5], { patience: Infinity }).stopped, false);
  });

  it("goes on from its state as if never stopped", () => {
    const model = logisticRegression({ inputShape: 1, outputs: 1 });
    const options = { metric: "error", mode: "min", patience: 2 } as const;
    const [one, two] = [bestWeights(model, options), bestWeights(model, options)];
    tf.tidy(() => model.parameters[0].assign(tf.tensor2d([[5]])));
    one.observe(0, { error: 0.1 });
    one.observe(1, { error: 0.2 });
    tf.tidy(() => model.parameters[0].assign(tf.tensor2d([[6]])));
    two.restore(one.state());
    assert.deepEqual(two.best, { epoch: 0, value: 0.1 });
    two.observe(2, { error: 0.3 });
    assert.equal(two.stopped, true);
    two.restoreBest();
    assert.equal(model.parameters[0].dataSync()[0], 5);
    [one, two, model].forEach((part) => part.dispose());
  });

  it("names what it cannot take, and the metric that is missing", () => {
    assert.throws(() => watch([], { mode: "least" as "min" }), /mode must be "min" or "max", received "least"/);
    assert.throws(() => watch([], { patience: 0 }), /patience must be a positive integer or Infinity, received 0/);
    assert.throws(() => watch([], { minDelta: -1 }), /minDelta must be at least 0, received -1/);
    assert.throws(() => watch([1], { metric: "loss" }), /must return the metric "loss", received error, other/);
  });
});
