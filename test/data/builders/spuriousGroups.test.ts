import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { spuriousGroups, withCellCounts, type GroupedSubset } from "../../../src/data/builders/spuriousGroups";
import { evenLabels } from "./labels";

/** 3 classes of 400, 100 and 60 samples, in blocks. */
const labels = Int32Array.from([400, 100, 60].flatMap((size, label) => new Array<number>(size).fill(label)));

function cellsOf({ labels: classes, groups }: GroupedSubset, rows: number, columns: number): number[][] {
  const counts = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  classes.forEach((label, place) => counts[label][groups[place]]++);
  return counts;
}

describe("spuriousGroups", () => {
  it("puts the share asked for into each class's own group and spreads the rest evenly", () => {
    const grouped = spuriousGroups({ labels, correlation: 0.9, seed: 1 });
    assert.deepEqual(grouped.counts, [
      [360, 20, 20],
      [5, 90, 5],
      [3, 3, 54],
    ]);
    assert.deepEqual(cellsOf(grouped, 3, 3), grouped.counts);
    assert.equal(grouped.indices.length, 560);
    grouped.indices.forEach((index, place) => assert.equal(grouped.labels[place], labels[index]));
  });

  it("has two groups for many classes, as Waterbirds", () => {
    const { counts } = spuriousGroups({ labels, correlation: 0.95, groups: 2, seed: 1 });
    assert.deepEqual(counts, [
      [380, 20],
      [5, 95],
      [57, 3],
    ]);
  });

  it("makes the group independent of the class at correlation 1 / G, and one with it at 1", () => {
    assert.deepEqual(spuriousGroups({ labels, correlation: 0.5, groups: 2, seed: 1 }).counts, [
      [200, 200],
      [50, 50],
      [30, 30],
    ]);
    assert.deepEqual(spuriousGroups({ labels, correlation: 1, groups: 2, seed: 1 }).counts[1], [0, 100]);
  });

  it("draws the cells that are given", () => {
    const counts = [
      [100, 10],
      [5, 60],
      [0, 20],
    ];
    const grouped = spuriousGroups({ labels, counts, seed: 1 });
    assert.deepEqual(grouped.counts, counts);
    assert.deepEqual(cellsOf(grouped, 3, 2), counts);
    assert.equal(new Set(grouped.indices).size, 195);
  });

  it("gives the frozen groups for a seed, which the order of samples does not change", () => {
    const base = { labels, correlation: 0.9, seed: 1 };
    const grouped = spuriousGroups(base);
    assert.equal(grouped.hash, "8239e1ed015fbc68");
    const indices = Int32Array.from(labels, (_, index) => index).reverse();
    assert.equal(spuriousGroups({ ...base, indices }).hash, grouped.hash);
    assert.notEqual(spuriousGroups({ ...base, seed: 2 }).hash, grouped.hash);
  });

  it("draws groups at random within a class", () => {
    const { groups } = spuriousGroups({ labels, correlation: 0.5, groups: 2, seed: 1 });
    const firstHalf = groups.subarray(0, 200).reduce((sum, group) => sum + group, 0);
    // Hypergeometric, 100 expected with a deviation of 5.
    assert.ok(firstHalf > 75 && firstHalf < 125, `${firstHalf} of the first 200 of class 0 in group 1`);
  });

  it("refuses impossible settings and says what it received", () => {
    assert.throws(() => spuriousGroups({ labels, correlation: 1.1, seed: 1 }), /\[0, 1\], received 1.1/);
    assert.throws(() => spuriousGroups({ labels, correlation: NaN, seed: 1 }), /received NaN/);
    assert.throws(() => spuriousGroups({ labels, seed: 1 }), /exactly one of correlation and counts/);
    assert.throws(
      () => spuriousGroups({ labels, correlation: 0.9, counts: [[1], [1], [1]], seed: 1 }),
      /exactly one of correlation and counts/,
    );
    assert.throws(() => spuriousGroups({ labels, correlation: 0.9, groups: 1, seed: 1 }), /\[2, 1024\], received 1/);
    assert.throws(() => spuriousGroups({ labels, counts: [[1, 1]], seed: 1 }), /3 rows, .* received rows of \[2\]/);
    assert.throws(
      () => spuriousGroups({ labels, counts: [[1, 1], [1, 1], [40, 21]], seed: 1 }), // prettier-ignore
      /class 2: 61 of 60/,
    );
    assert.throws(
      () => spuriousGroups({ labels, counts: [[1, -1], [1, 1], [1, 1]], seed: 1 }), // prettier-ignore
      /received -1 for class 0, group 1/,
    );
    assert.throws(() => spuriousGroups({ labels: [], correlation: 0.9, seed: 1 }), /no samples/);
  });
});

describe("withCellCounts", () => {
  const even = evenLabels(2, 100);
  const groups = Int32Array.from(even, (_, index) => (index >> 1) % 3);

  it("draws the cells asked for out of groups that are there", () => {
    const counts = [
      [30, 2, 0],
      [1, 1, 33],
    ];
    const grouped = withCellCounts({ labels: even, groups, counts, seed: 1 });
    assert.deepEqual(cellsOf(grouped, 2, 3), counts);
    grouped.indices.forEach((index, place) => assert.equal(grouped.groups[place], groups[index]));
  });

  it("names the cells that have too few, and refuses groups without a column", () => {
    assert.throws(
      () => withCellCounts({ labels: even, groups, counts: [[35, 1, 1], [1, 1, 1]], seed: 1 }), // prettier-ignore
      /class 0, group 0: 35 of 34/,
    );
    assert.throws(
      () => withCellCounts({ labels: even, groups, counts: [[1, 1], [1, 1]], seed: 1 }), // prettier-ignore
      /2 columns, but the samples are in 3 groups/,
    );
    assert.throws(() => withCellCounts({ labels: even, groups: [0], counts: [[1], [1]], seed: 1 }), /received 1/);
  });
});
