import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import {
  bayesianSignTest,
  correctedResampledTTest,
  dirichletSamples,
  pairedTTest,
  wilcoxonSignedRank,
} from "../../src/metrics";

const zeros = (n: number) => new Float64Array(n);

describe("pairedTTest", () => {
  it("looks at the differences alone and changes sign with the order of the methods", () => {
    const [first, second] = [[0.8, 0.7, 0.9, 0.6], [0.7, 0.65, 0.7, 0.62]]; // prettier-ignore
    const test = pairedTTest(first, second);
    const back = pairedTTest(second, first);
    assert.ok(Math.abs(test.mean - 0.0825) < 1e-12);
    assert.deepEqual([back.mean, back.statistic, back.pValue], [-test.mean, -test.statistic, test.pValue]);
    assert.ok(test.interval[0] < 0 === test.pValue > 0.05, "the 95 % interval holds 0 where p exceeds 0.05");
  });

  it("has a mean difference and nothing more for one pair", () => {
    const { mean, standardDeviation, statistic, pValue, interval, count } = pairedTTest([3], [1]);
    assert.deepEqual([mean, count], [2, 1]);
    assert.ok([standardDeviation, statistic, pValue, ...interval].every(Number.isNaN));
  });

  it("says NaN where all differences are 0, and p = 0 where they are all another number", () => {
    const same = pairedTTest([1, 2, 3], [1, 2, 3]);
    assert.ok(Number.isNaN(same.statistic) && Number.isNaN(same.pValue));
    assert.deepEqual(same.interval, [0, 0]);
    const shifted = pairedTTest([1, 2, 3], [2, 3, 4]);
    assert.deepEqual([shifted.statistic, shifted.pValue, shifted.interval], [-Infinity, 0, [-1, -1]]);
  });

  it("holds its level on differences without an effect", () => {
    const generator = random(8);
    const rounds = 2000;
    let rejected = 0;
    for (let round = 0; round < rounds; round++) {
      if (pairedTTest(Array.from({ length: 5 }, () => generator.normal()), zeros(5)).pValue < 0.05) rejected++; // prettier-ignore
    }
    // Four standard errors of a share of 0.05 in 2000.
    assert.ok(Math.abs(rejected / rounds - 0.05) < 4 * Math.sqrt((0.05 * 0.95) / rounds), `${rejected / rounds}`);
  });

  it("names what it cannot take", () => {
    assert.throws(() => pairedTTest([], []), /non-empty and of one length, received 0, 0/);
    assert.throws(() => pairedTTest([1, NaN], [1, 2]), /finite numbers, received NaN and 2 at index 1/);
    assert.throws(() => pairedTTest([1], [1], { level: 1 }), /level must be in \(0, 1\), received 1/);
  });
});

describe("correctedResampledTTest", () => {
  it("widens the standard error by sqrt(1 + n n_test / n_train)", () => {
    const [first, second] = [[0.8, 0.7, 0.9, 0.6, 0.75], zeros(5)];
    const plain = pairedTTest(first, second);
    const corrected = correctedResampledTTest(first, second, { testShare: 1 / 4 });
    const factor = Math.sqrt(1 + 5 / 4);
    assert.ok(Math.abs(plain.statistic / corrected.statistic - factor) < 1e-12);
    const width = ({ interval }: { interval: readonly [number, number] }) => interval[1] - interval[0];
    assert.ok(Math.abs(width(corrected) / width(plain) - factor) < 1e-12);
    assert.throws(() => correctedResampledTTest(first, second, { testShare: 0 }), /testShare .* received 0/);
  });
});

describe("wilcoxonSignedRank", () => {
  it("has the textbook bound of 2 / 2^n for n differences of one sign", () => {
    const test = wilcoxonSignedRank([1, 2, 3, 4, 5], zeros(5));
    assert.deepEqual(test, {
      positiveRanks: 15,
      negativeRanks: 0,
      statistic: 0,
      pValue: 2 / 32,
      count: 5,
      method: "exact",
    });
    assert.equal(wilcoxonSignedRank([1, 2, 3], zeros(3), { alternative: "greater" }).pValue, 1 / 8);
    assert.equal(wilcoxonSignedRank([1, 2, 3], zeros(3), { alternative: "less" }).pValue, 1);
  });

  it("has p = 1 where all differences are 0, by any method", () => {
    for (const method of ["auto", "exact", "normal"] as const) {
      for (const treatment of ["wilcox", "pratt"] as const) {
        const { pValue, count } = wilcoxonSignedRank([2, 3], [2, 3], { method, zeros: treatment });
        assert.deepEqual([pValue, count], [1, 0]);
      }
    }
  });

  it("has an exact null distribution under ties: all differences equal", () => {
    assert.equal(wilcoxonSignedRank([1, 1, 1, 1], zeros(4)).pValue, 2 / 16);
    assert.equal(wilcoxonSignedRank([1, 1, 1, -1], zeros(4), { alternative: "greater" }).pValue, 5 / 16);
    assert.equal(wilcoxonSignedRank([7], [0]).pValue, 1);
  });

  it("turns to the normal distribution above fifty differences, which is close by then", () => {
    const generator = random(9);
    const first = Array.from({ length: 51 }, () => generator.normal() + 0.2);
    const normal = wilcoxonSignedRank(first, zeros(51));
    const exact = wilcoxonSignedRank(first, zeros(51), { method: "exact" });
    assert.deepEqual([normal.method, exact.method], ["normal", "exact"]);
    // The error of the approximation is of order 1 / n.
    assert.ok(Math.abs(normal.pValue - exact.pValue) < 0.01, `${normal.pValue}, ${exact.pValue}`);
  });

  it("names an option it does not know", () => {
    const bad = { alternative: "both" } as unknown as { alternative: "less" };
    assert.throws(() => wilcoxonSignedRank([1], [2], bad), /one of two-sided, greater, less, received "both"/);
  });
});

describe("bayesianSignTest", () => {
  const [first, second] = [[0.9, 0.8, 0.85, 0.7, 0.6], [0.8, 0.7, 0.849, 0.6, 0.7]]; // prettier-ignore

  it("counts what lies beyond the rope, with the prior in it", () => {
    const test = bayesianSignTest(first, second, { rope: 0.01, seed: 1 });
    assert.deepEqual(test.concentration, [3, 2, 1]);
    assert.ok(Math.abs(test.better + test.equivalent + test.worse - 1) < 1e-12);
    assert.ok(test.better > test.equivalent && test.equivalent > test.worse);
    assert.ok(test.standardError > 0 && test.standardError < 0.003);
  });

  it("draws the same for the same seed, and mirrors when the methods change places", () => {
    const options = { rope: 0.01, seed: 3, samples: 20_000 };
    assert.deepEqual(bayesianSignTest(first, second, options), bayesianSignTest(first, second, options));
    const [there, back] = [bayesianSignTest(first, second, options), bayesianSignTest(second, first, options)];
    // Five standard errors of the difference of two shares of 20 000 draws.
    assert.ok(Math.abs(there.better - back.worse) < (5 * 0.5 * Math.SQRT2) / Math.sqrt(20_000));
  });

  it("is certain of equivalence where all differences are 0", () => {
    const test = bayesianSignTest([1, 2], [1, 2], { rope: 0, seed: 1, samples: 100 });
    assert.deepEqual([test.better, test.equivalent, test.worse], [0, 1, 0]);
  });

  it("names what it cannot take", () => {
    assert.throws(() => bayesianSignTest(first, second, { rope: -1, seed: 1 }), /rope .* received -1/);
    assert.throws(() => bayesianSignTest(first, second, { rope: 0, seed: 1, samples: 0 }), /samples .* received 0/);
    assert.throws(() => dirichletSamples([0, 0], 5, { seed: 1 }), /one above 0, received 0, 0/);
    assert.throws(() => dirichletSamples([1, -1], 5, { seed: 1 }), /received 1, -1/);
  });
});

describe("dirichletSamples", () => {
  it("has the mean and variance of the distribution, for alpha below 1 too", () => {
    const alpha = [0.3, 2, 5, 0];
    const total = 7.3;
    const draws = dirichletSamples(alpha, 40_000, { seed: 5 });
    alpha.forEach((a, i) => {
      const values = draws.map((draw) => draw[i]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const wanted = (a * (total - a)) / (total ** 2 * (total + 1));
      assert.ok(Math.abs(mean - a / total) <= 5 * Math.sqrt(wanted / values.length), `mean ${i}: ${mean}`);
      // The variance of a variance: a few per cent at 40 000 draws.
      assert.ok(Math.abs(variance - wanted) <= 0.06 * wanted, `variance ${i}: ${variance}, wanted ${wanted}`);
    });
    assert.ok(draws.every((draw) => Math.abs(draw.reduce((sum, value) => sum + value, 0) - 1) < 1e-12));
  });
});
