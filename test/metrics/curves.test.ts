import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import {
  areaUnderCurve,
  areaUnderRoc,
  averagePrecision,
  confusionCounts,
  precision,
  precisionRecallCurve,
  recall,
  rocCurve,
} from "../../src/metrics";

/** Rounding of sums in double precision. */
const ROUNDING = 1e-12;

function sample(seed: number, n: number) {
  const generator = random(seed);
  const labels = Array.from({ length: n }, () => (generator.next() < 0.3 ? 1 : 0));
  return { labels, scores: labels.map((label) => Math.round(2 * (label + generator.normal())) / 2) };
}

describe("ROC", () => {
  it("has the probability that a positive outranks a negative as its area, ties counting half", () => {
    const { scores, labels } = sample(1, 80);
    let [wins, pairs] = [0, 0];
    for (const [i, positive] of labels.entries()) {
      for (const [j, other] of labels.entries()) {
        if (positive !== 1 || other !== 0) continue;
        pairs++;
        wins += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }
    }
    assert.ok(Math.abs(areaUnderRoc({ scores, labels }) - wins / pairs) < ROUNDING);
    const { falsePositiveRates, truePositiveRates } = rocCurve({ scores, labels });
    assert.ok(Math.abs(areaUnderCurve(falsePositiveRates, truePositiveRates) - wins / pairs) < ROUNDING);
  });

  it("depends on the order of the scores alone", () => {
    const { scores, labels } = sample(2, 60);
    const stretched = scores.map((score) => Math.exp(score) - 5);
    assert.equal(areaUnderRoc({ scores: stretched, labels }), areaUnderRoc({ scores, labels }));
    const flipped = areaUnderRoc({ scores: scores.map((score) => -score), labels });
    assert.ok(Math.abs(flipped - (1 - areaUnderRoc({ scores, labels }))) < ROUNDING);
  });

  it("is one half for a constant score, and NaN where a class is absent", () => {
    assert.equal(areaUnderRoc({ scores: [3, 3, 3], labels: [1, 0, 0] }), 0.5);
    for (const label of [0, 1]) assert.ok(Number.isNaN(areaUnderRoc({ scores: [1, 2], labels: [label, label] })));
    assert.deepEqual(rocCurve({ scores: [1, 2], labels: [1, 1] }).falsePositiveRates, [NaN, NaN, NaN]);
  });

  it("takes infinite scores and refuses NaN", () => {
    assert.equal(areaUnderRoc({ scores: [Infinity, Infinity, -Infinity], labels: [1, 0, 0] }), 0.75);
    assert.throws(() => areaUnderRoc({ scores: [NaN], labels: [1] }), /areaUnderRoc: scores .* NaN at index 0/);
  });
});

describe("precision-recall", () => {
  it("has the precision and recall of deciding at each threshold", () => {
    const scored = sample(3, 50);
    const { precisions, recalls, thresholds } = precisionRecallCurve(scored);
    thresholds.forEach((threshold, index) => {
      const counts = confusionCounts(scored, threshold);
      assert.equal(precisions[index], precision(counts));
      assert.equal(recalls[index], recall(counts));
    });
    assert.deepEqual([precisions.length, precisions.at(-1), recalls.at(-1)], [thresholds.length + 1, 1, 0]);
  });

  it("has the share of positives as average precision of a constant score, and NaN without a positive", () => {
    assert.equal(averagePrecision({ scores: [1, 1, 1, 1], labels: [1, 0, 0, 0] }), 0.25);
    assert.equal(averagePrecision({ scores: [3, 2, 1], labels: [1, 1, 0] }), 1);
    assert.ok(Number.isNaN(averagePrecision({ scores: [1, 2], labels: [0, 0] })));
    assert.deepEqual(precisionRecallCurve({ scores: [1, 2], labels: [0, 0] }).recalls, [NaN, NaN, 0]);
  });

  it("sorts a hundred thousand samples in well under a second", () => {
    const scored = sample(4, 100_000);
    const start = performance.now();
    averagePrecision(scored);
    // A quadratic pass would take minutes.
    assert.ok(performance.now() - start < 2000);
  });
});

describe("areaUnderCurve", () => {
  it("takes rising and falling abscissae and vertical steps", () => {
    assert.equal(areaUnderCurve([0, 1, 1, 3], [0, 2, 4, 4]), 9);
    assert.equal(areaUnderCurve([3, 1, 1, 0], [4, 4, 2, 0]), 9);
    assert.equal(areaUnderCurve([1, 1], [0, 5]), 0);
  });

  it("refuses a single point and abscissae that turn round", () => {
    assert.throws(() => areaUnderCurve([1], [1]), /at least two points, received 1/);
    assert.throws(() => areaUnderCurve([0, 1, 0.5], [1, 1, 1]), /x must rise or fall, received 1, 0.5 at index 2/);
  });
});
