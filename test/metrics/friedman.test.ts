import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { friedman, nemenyi, nemenyiCriticalDifference, rankTable } from "../../src/metrics";

const table = [
  [0.9, 0.8, 0.7],
  [0.6, 0.6, 0.5],
  [0.7, 0.8, 0.1],
  [0.5, 0.4, 0.4],
];

describe("rankTable", () => {
  it("gives rank 1 to the best and shares ranks among equals", () => {
    const { ranks, averageRanks } = rankTable(table);
    assert.deepEqual(ranks, [
      [1, 2, 3],
      [1.5, 1.5, 3],
      [2, 1, 3],
      [1, 2.5, 2.5],
    ]);
    assert.deepEqual(averageRanks, [1.375, 1.75, 2.875]);
    assert.deepEqual(rankTable(table, { higherIsBetter: false }).averageRanks, [2.625, 2.25, 1.125]);
  });

  it("names what it cannot take", () => {
    assert.throws(() => rankTable([]), /two or more\), received 0 rows of nothing/);
    assert.throws(() => rankTable([[1, 2], [1]]), /received 2 rows of 2, 1/); // prettier-ignore
    assert.throws(() => rankTable([[1, NaN]]), /received NaN at index 1/);
    assert.throws(() => friedman([[1, 2]]), /number of data sets must be an integer of at least 2, received 1/);
  });
});

describe("friedman", () => {
  it("reproduces the worked example of Demsar (2006): chi2 9.28, F 3.69", () => {
    // Table 6 there gives mean ranks 3.143, 2.000, 2.893, 1.964 of four methods on fourteen data sets.
    const scores = [
      [0.763, 0.768, 0.771, 0.798],
      [0.599, 0.591, 0.59, 0.569],
      [0.954, 0.971, 0.968, 0.967],
      [0.628, 0.661, 0.654, 0.657],
      [0.882, 0.888, 0.886, 0.898],
      [0.936, 0.931, 0.916, 0.931],
      [0.661, 0.668, 0.609, 0.685],
      [0.583, 0.583, 0.563, 0.625],
      [0.775, 0.838, 0.866, 0.875],
      [1, 1, 1, 1],
      [0.94, 0.962, 0.965, 0.962],
      [0.619, 0.666, 0.614, 0.669],
      [0.972, 0.981, 0.9751, 0.975],
      [0.957, 0.978, 0.946, 0.97],
    ];
    const test = friedman(scores);
    const spread = test.averageRanks.reduce((sum, rank) => sum + rank ** 2, 0);
    // Demsar does not correct for ties.
    const uncorrected = ((12 * 14) / 20) * (spread - (4 * 25) / 4);
    assert.deepEqual(
      test.averageRanks.map((rank) => Number(rank.toFixed(3))),
      [3.143, 2.0, 2.893, 1.964],
    );
    assert.ok(Math.abs(uncorrected - 9.28) < 0.005, `${uncorrected}`);
    assert.ok(test.statistic > uncorrected && test.pValue < 0.05);
  });

  it("has no statistic where every data set ties all methods", () => {
    const { statistic, pValue, imanDavenport } = friedman([[1, 1, 1], [2, 2, 2]]); // prettier-ignore
    assert.ok([statistic, pValue, imanDavenport.statistic, imanDavenport.pValue].every(Number.isNaN));
  });

  it("has an infinite F and p = 0 where all data sets agree", () => {
    const { statistic, imanDavenport } = friedman([[3, 2, 1], [9, 8, 1], [5, 4, 0]]); // prettier-ignore
    assert.ok(Math.abs(statistic - 6) < 1e-12);
    assert.deepEqual([imanDavenport.statistic, imanDavenport.pValue], [Infinity, 0]);
  });

  it("does not change under rising transformations of a data set's scores", () => {
    const moved = table.map((row, index) => row.map((score) => Math.exp(score * (index + 1)) - index));
    assert.deepEqual(friedman(moved), friedman(table));
  });
});

describe("nemenyi", () => {
  it("has the critical values of Demsar's table", () => {
    // q at 0.05 for 2 to 10 methods; the table gives three decimals, some cut rather than rounded.
    const q = [1.96, 2.343, 2.569, 2.728, 2.85, 2.949, 3.031, 3.102, 3.164];
    q.forEach((want, index) => {
      const methods = index + 2;
      const got = nemenyiCriticalDifference(methods, 1) / Math.sqrt((methods * (methods + 1)) / 6);
      assert.ok(Math.abs(got - want) < 1e-3, `${methods}: ${got}, wanted ${want}`);
    });
    assert.ok(Math.abs(nemenyiCriticalDifference(4, 14, { alpha: 0.1 }) - 1.12) < 0.005);
  });

  it("groups the methods that it cannot tell apart into the largest sets", () => {
    // Thirty data sets that agree on the order a > b > c = d.
    const scores = Array.from({ length: 30 }, () => [3, 4, 1, 1]);
    const { averageRanks, criticalDifference, cliques } = nemenyi(scores);
    assert.deepEqual(averageRanks, [2, 1, 3.5, 3.5]);
    assert.ok(criticalDifference > 0.8 && criticalDifference < 1);
    assert.deepEqual(cliques, [[2, 3]]);
    assert.deepEqual(nemenyi(scores.slice(0, 4)).cliques, [[1, 0], [0, 2, 3]]); // prettier-ignore
    assert.throws(() => nemenyi(scores, { alpha: 5 }), /alpha must be in \(0, 1\), received 5/);
  });
});
