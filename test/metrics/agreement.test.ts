import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  accuracy,
  balancedAccuracy,
  balancedError,
  cohenKappa,
  criticalSuccessIndex,
  fBeta,
  gMean,
  heidkeSkillScore,
  matthewsCorrelation,
  trueSkillStatistic,
  type Confusion,
  type ConfusionCounts,
} from "../../src/metrics";

const counts = { truePositives: 6, falsePositives: 2, falseNegatives: 4, trueNegatives: 8 };
const matrix = [
  [8, 2],
  [4, 6],
];
const none = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
const onlyNegatives = { ...none, trueNegatives: 5 };
/** Rounding of a few operations in double precision. */
const ROUNDING = 1e-12;

const close = (got: number, want: number) => assert.ok(Math.abs(got - want) < ROUNDING, `${got}, wanted ${want}`);

describe("metrics of binary counts and matrices alike", () => {
  const both: [string, (confusion: Confusion) => number, number][] = [
    ["accuracy", accuracy, 0.7],
    ["balancedAccuracy", balancedAccuracy, 0.7],
    ["balancedError", balancedError, 0.3],
    ["gMean", gMean, Math.sqrt(0.6 * 0.8)],
    ["matthewsCorrelation", matthewsCorrelation, (6 * 8 - 2 * 4) / Math.sqrt(8 * 10 * 10 * 12)],
    ["cohenKappa", cohenKappa, (0.7 - 0.5) / 0.5],
  ];
  for (const [name, metric, want] of both) {
    it(`${name} has the value of its formula for counts and for the same matrix`, () => {
      close(metric(counts), want);
      close(metric(matrix), want);
    });

    it(`${name} refuses a matrix that is not square`, () => {
      assert.throws(() => metric([[1, 2, 3]]), /must be square, received 1 rows of 3/);
      assert.throws(() => metric([]), /must be square, received 0 rows/);
    });
  }

  it("says NaN where nothing was measured, except MCC, which is 0", () => {
    for (const metric of [accuracy, balancedAccuracy, balancedError, cohenKappa]) assert.ok(Number.isNaN(metric(none)));
    assert.ok(Number.isNaN(gMean([[0]])));
    assert.equal(matthewsCorrelation(none), 0);
  });

  it("treats an absent class as documented", () => {
    assert.equal(balancedAccuracy(onlyNegatives), 1);
    assert.equal(gMean(onlyNegatives), 0);
    // Class 1 has neither sample nor prediction and is left out; class 2 is predicted only.
    assert.equal(gMean([[5, 0], [0, 0]]), 1); // prettier-ignore
    assert.equal(gMean([[4, 0, 1], [0, 0, 0], [0, 0, 0]]), 0); // prettier-ignore
    assert.equal(matthewsCorrelation(onlyNegatives), 0);
    assert.ok(Number.isNaN(cohenKappa(onlyNegatives)));
  });

  it("puts the correction of the G-mean in place of recalls of 0 only", () => {
    const missed = [[9, 1], [5, 0]]; // prettier-ignore
    assert.equal(gMean(missed), 0);
    close(gMean(missed, { correction: 0.01 }), Math.sqrt(0.9 * 0.01));
    close(gMean(matrix, { correction: 0.01 }), gMean(matrix));
    assert.throws(() => gMean(matrix, { correction: 2 }), /correction must be in \[0, 1\], received 2/);
  });

  it("does not depend on the order of classes", () => {
    const three = [[5, 2, 1], [0, 7, 3], [2, 2, 4]]; // prettier-ignore
    const order = [2, 0, 1];
    const permuted = order.map((row) => order.map((column) => three[row][column]));
    for (const [, metric] of both) close(metric(permuted), metric(three));
  });

  it("keeps its digits with a hundred million samples", () => {
    const large = { truePositives: 9e5, falsePositives: 3e6, falseNegatives: 1e5, trueNegatives: 9.6e7 };
    const small = { truePositives: 9, falsePositives: 30, falseNegatives: 1, trueNegatives: 960 };
    close(matthewsCorrelation(large), matthewsCorrelation(small));
    close(cohenKappa(large), cohenKappa(small));
  });
});

describe("skill scores", () => {
  it("have the values of their formulas", () => {
    close(trueSkillStatistic(counts), 0.6 + 0.8 - 1);
    close(criticalSuccessIndex(counts), 6 / 12);
    close(criticalSuccessIndex(counts), fBeta(counts) / (2 - fBeta(counts)));
    close(heidkeSkillScore(counts), (2 * (6 * 8 - 4 * 2)) / (10 * 12 + 8 * 10));
    close(heidkeSkillScore(counts, { form: 1 }), (6 - 2) / 10);
  });

  it("are undefined as documented", () => {
    const onlyPositives: ConfusionCounts = { ...none, truePositives: 3, falseNegatives: 1 };
    for (const one of [onlyNegatives, onlyPositives]) assert.ok(Number.isNaN(trueSkillStatistic(one)));
    assert.equal(criticalSuccessIndex(onlyNegatives), 0);
    assert.ok(Number.isNaN(heidkeSkillScore(onlyNegatives)));
    assert.ok(Number.isNaN(heidkeSkillScore(onlyNegatives, { form: 1 })));
    assert.equal(heidkeSkillScore({ ...none, falsePositives: 2 }, { form: 1 }), -Infinity);
    assert.throws(() => heidkeSkillScore(counts, { form: 3 as 1 }), /form must be 1 or 2, received 3/);
  });

  it("TSS does not depend on the prior", () => {
    const moreNegatives = { ...counts, falsePositives: 200, trueNegatives: 800 };
    close(trueSkillStatistic(moreNegatives), trueSkillStatistic(counts));
  });
});
