import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { averageScores, classScores, perClassAccuracy, preferenceWeightedScore, shotAccuracy } from "../../src/metrics";

const matrix = [
  [6, 2, 0],
  [1, 3, 0],
  [0, 0, 0],
];

describe("classScores and averageScores", () => {
  it("takes 0/0 as 0 by default and as NaN where asked", () => {
    assert.deepEqual(classScores(matrix)[2], { precision: 0, recall: 0, specificity: 1, fBeta: 0, support: 0 });
    const { precision, recall, fBeta } = classScores(matrix, { zeroDivision: NaN })[2];
    assert.ok([precision, recall, fBeta].every(Number.isNaN));
  });

  it("counts an absent class as 0 in the macro average, or leaves it out", () => {
    const [first, second] = classScores(matrix);
    assert.equal(averageScores(matrix).recall, (first.recall + second.recall + 0) / 3);
    assert.equal(averageScores(matrix, { zeroDivision: NaN }).recall, (first.recall + second.recall) / 2);
  });

  it("makes micro precision, recall and F-beta the accuracy", () => {
    const { precision, recall, fBeta } = averageScores(matrix, { average: "micro", beta: 2 });
    for (const value of [precision, recall, fBeta]) assert.ok(Math.abs(value - 9 / 12) < 1e-12);
  });

  it("has no average where every class is left out", () => {
    assert.ok(Number.isNaN(averageScores([[0, 0], [0, 0]], { zeroDivision: NaN }).fBeta)); // prettier-ignore
  });

  it("names an option it cannot take", () => {
    assert.throws(() => classScores(matrix, { beta: -1 }), /classScores: beta must be .* received -1/);
    assert.throws(() => averageScores(matrix, { zeroDivision: 1 }), /zeroDivision must be 0 or NaN, received 1/);
    assert.throws(
      () => averageScores(matrix, { average: "mean" as "macro" }),
      /macro, micro or weighted, received "mean"/,
    );
  });
});

describe("shotAccuracy", () => {
  it("sorts classes by training counts: more than 100, 20 to 100, fewer than 20", () => {
    const counts = [5000, 101, 100, 20, 19, 0];
    const shots = shotAccuracy([0.9, 0.7, 0.6, 0.4, 0.2, 0.1], counts);
    assert.deepEqual(shots.classes, { many: [0, 1], medium: [2, 3], few: [4, 5] });
    assert.ok(Math.abs(shots.many - 0.8) < 1e-12);
    assert.ok(Math.abs(shots.medium - 0.5) < 1e-12);
    assert.ok(Math.abs(shots.few - 0.15) < 1e-12);
    assert.deepEqual(shotAccuracy([1, 1, 1, 1, 1, 1], counts, { many: 4999, few: 1 }).classes, {
      many: [0],
      medium: [1, 2, 3, 4],
      few: [5],
    });
  });

  it("leaves out classes without a test sample and has NaN for an empty set", () => {
    const accuracies = perClassAccuracy([[3, 1], [0, 0]]); // prettier-ignore
    assert.deepEqual(accuracies, [0.75, NaN]);
    const shots = shotAccuracy(accuracies, [500, 400]);
    assert.equal(shots.many, 0.75);
    assert.ok(Number.isNaN(shots.medium) && Number.isNaN(shots.few));
  });

  it("names what it cannot take", () => {
    assert.throws(() => shotAccuracy([1], [1, 2]), /of one length, received 1, 2/);
    assert.throws(() => shotAccuracy([1], [-1]), /trainingCounts must be at least 0, received -1 at index 0/);
    assert.throws(() => shotAccuracy([1], [1], { many: 10, few: 20 }), /few must be at most many \+ 1/);
  });
});

describe("preferenceWeightedScore", () => {
  const scores = classScores(matrix);

  it("is the macro recall for equal weights on recalls and one class's precision for a weight there alone", () => {
    const equal = preferenceWeightedScore(matrix, { recall: [2, 2, 2] });
    assert.ok(Math.abs(equal - averageScores(matrix).recall) < 1e-12);
    assert.equal(preferenceWeightedScore(matrix, { precision: [0, 5, 0] }), scores[1].precision);
  });

  it("mixes recall and precision by their weights, of which only ratios matter", () => {
    const mixed = preferenceWeightedScore(matrix, { recall: [3, 0, 0], precision: [0, 1, 0] });
    assert.ok(Math.abs(mixed - (3 * scores[0].recall + scores[1].precision) / 4) < 1e-12);
    const scaled = preferenceWeightedScore(matrix, { recall: [30, 0, 0], precision: [0, 10, 0] });
    assert.ok(Math.abs(mixed - scaled) < 1e-12);
  });

  it("names weights it cannot take", () => {
    assert.throws(
      () => preferenceWeightedScore(matrix, { recall: [1, 2] }),
      /recall must hold 3 weights >= 0, received 1, 2/,
    );
    assert.throws(() => preferenceWeightedScore(matrix, { precision: [1, -1, 0] }), /received 1, -1, 0/);
    assert.throws(() => preferenceWeightedScore(matrix, {}), /at least one weight must be above 0/);
  });
});
