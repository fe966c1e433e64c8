import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import { parametricCrossEntropyTerms, type BinaryLossParameters } from "../../src/metrics";
import { classMargins, hardMargin, parametricDescent } from "../../src/training";
import { assertClose } from "../support/numeric";

const draws = random(1).fork("separable");
const labels = Array.from({ length: 88 }, (_, index) => (index < 80 ? 0 : 1));
const points = labels.map((label) => [2 * (2 * label - 1) + 0.6 * draws.normal(), 0.6 * draws.normal(), 1]);
const data = { points, labels };
const dot = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Array.from(one).reduce((sum, value, axis) => sum + value * other[axis], 0);
const ratio = (weight: ArrayLike<number>) => {
  const [negative, positive] = classMargins(data, { weight });
  return positive / negative;
};
const general: BinaryLossParameters = { weight: [1, 10], scale: [1, 0.5], shift: [0.2, -1.3] };
const lossOf = (parameters: BinaryLossParameters, weight: ArrayLike<number>) => {
  const terms = parametricCrossEntropyTerms(parameters);
  const losses = points.map((at, index) => terms[labels[index] === 1 ? "positive" : "negative"](dot(weight, at)));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
};

describe("descent on the parametric cross-entropy", () => {
  it("reports the loss that the terms of the same parameters give", () => {
    for (const { weight, logLoss } of parametricDescent({
      ...data,
      ...general,
      learningRate: 0.05,
      record: [0, 3, 40],
    })) {
      assertClose([Math.exp(logLoss)], [lossOf(general, weight)], { relative: 1e-12, absolute: 0 });
    }
  });

  for (const normalized of [true, false]) {
    it(`steps against the ${normalized ? "gradient divided by the loss" : "gradient"}`, () => {
      const learningRate = 1e-6;
      const [before, after] = parametricDescent({ ...data, ...general, learningRate, normalized, record: [0, 1] });
      const h = 1e-5;
      const slope = [0, 1, 2].map((axis) => {
        const along = (by: number) =>
          lossOf(
            general,
            Array.from(before.weight, (value, place) => value + (place === axis ? by : 0)),
          );
        return (along(h) - along(-h)) / (2 * h);
      });
      const factor = normalized ? 1 / lossOf(general, before.weight) : 1;
      // Central differences with step 1e-5.
      assertClose(
        Array.from(after.weight),
        slope.map((value) => -learningRate * factor * value),
        { relative: 1e-8, absolute: 0 },
      );
    });
  }

  it("takes its first step by w Delta sigmoid(iota) alone: weight 10 and l = log 10 are the same there", () => {
    const first = (parameters: BinaryLossParameters) =>
      ratio(parametricDescent({ ...data, ...parameters, learningRate: 0.05, record: [1] })[0].weight);
    assertClose([first({ weight: [1, 10] })], [first({ shift: [0, -Math.log(10)] })], { relative: 1e-12, absolute: 0 });
    assert.ok(first({ scale: [1, 0.5] }) < first({}));
  });

  it("keeps going where the loss has long left the range of doubles", () => {
    const [end] = parametricDescent({ ...data, learningRate: 0.05, record: [30000] });
    assert.ok(end.logLoss < -800 && end.weight.every(Number.isFinite), `log loss ${end.logLoss}`);
  });

  it("ends in the direction of the cost-sensitive machine, whatever weight and shift", () => {
    for (const scale of [[1, 1] as const, [1, 0.5] as const]) {
      const limit = hardMargin({ ...data, scale }).weight;
      for (const parameters of [{ scale }, { scale, weight: [1, 10] as const }, { scale, shift: [0, -2] as const }]) {
        const [end] = parametricDescent({ ...data, ...parameters, learningRate: 0.05, record: [20000] });
        const cosine = dot(end.weight, limit) / Math.sqrt(dot(end.weight, end.weight) * dot(limit, limit));
        // The rest falls like 1 / ||theta||, with a norm of several hundred.
        assert.ok(cosine > 1 - 1e-4, `cosine ${cosine}`);
        assertClose([ratio(end.weight)], [1 / scale[1]], { relative: 0.02, absolute: 0 });
      }
    }
  });

  it("divides the pull between the classes", () => {
    const [start] = parametricDescent({ ...data, scale: [1, 0.5], learningRate: 0.05, record: [0] });
    // At score 0 without shift every sample pulls by Delta / 2.
    assertClose([...start.pull], [80 / 84, 4 / 84], { relative: 1e-12, absolute: 0 });
  });

  it("refuses steps and sizes that are none", () => {
    assert.throws(
      () => parametricDescent({ ...data, learningRate: 0, record: [1] }),
      /learningRate must be.*received 0/,
    );
    assert.throws(() => parametricDescent({ ...data, learningRate: 1, record: [] }), /record must be.*received none/);
    assert.throws(() => parametricDescent({ ...data, learningRate: 1, record: [0.5] }), /record must be.*received 0.5/);
    assert.throws(() => parametricDescent({ ...data, learningRate: 1, record: [1], scale: [0, 1] }), /scale must be/);
  });
});
