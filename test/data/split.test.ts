import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { stratifiedSplit } from "../../src/data/split";

/** Class k has sizes[k] samples; the classes take turns until they run out. */
function labelsOf(sizes: number[]): Int32Array {
  const left = [...sizes];
  const labels: number[] = [];
  while (left.some((count) => count > 0)) {
    left.forEach((count, label) => {
      if (count > 0) labels.push(label);
      left[label]--;
    });
  }
  return Int32Array.from(labels);
}

describe("stratifiedSplit", () => {
  it("gives every sample to one part, and each class its share with halves rounded up", () => {
    const labels = labelsOf([100, 25, 10, 3]);
    const { train, validation } = stratifiedSplit({ labels, share: 0.3, seed: 1 });
    assert.deepEqual(validation.counts, [30, 8, 3, 1]);
    assert.deepEqual(train.counts, [70, 17, 7, 2]);
    const all = [...train.indices, ...validation.indices].sort((a, b) => a - b);
    assert.deepEqual(
      all,
      Array.from(labels, (_, index) => index),
    );
    const counted = [0, 0, 0, 0];
    validation.indices.forEach((index) => counted[labels[index]]++);
    assert.deepEqual(counted, [30, 8, 3, 1]);
  });

  it("keeps at least one sample of a class in each part if it has two, and a single one in train", () => {
    const { train, validation } = stratifiedSplit({ labels: labelsOf([50, 2, 1]), share: 0.01, seed: 1 });
    assert.deepEqual(validation.counts, [1, 1, 0]);
    assert.deepEqual(train.counts, [49, 1, 1]);
    assert.deepEqual(stratifiedSplit({ labels: labelsOf([2]), share: 0.99, seed: 1 }).train.counts, [1]);
  });

  it("gives the frozen indices for a seed, and others for another seed", () => {
    const labels = labelsOf([500, 50, 5]);
    const first = stratifiedSplit({ labels, share: 0.2, seed: 7 });
    assert.equal(first.train.hash, "8a60f62d20e81110");
    assert.equal(first.validation.hash, "4f7c9a764656bb20");
    assert.notEqual(stratifiedSplit({ labels, share: 0.2, seed: 8 }).validation.hash, first.validation.hash);
  });

  it("splits the given samples alone, whatever their order", () => {
    const labels = labelsOf([40, 40]);
    const indices = [30, 8, 2, 51, 77, 4, 9, 11, 13, 60];
    const one = stratifiedSplit({ labels, indices, share: 0.5, seed: 3 });
    const other = stratifiedSplit({ labels, indices: [...indices].reverse(), share: 0.5, seed: 3 });
    assert.deepEqual(
      [...one.train.indices, ...one.validation.indices].sort((a, b) => a - b),
      [...indices].sort((a, b) => a - b),
    );
    assert.equal(one.validation.hash, other.validation.hash);
  });

  it("does not redraw a class when another one grows", () => {
    const short = Int32Array.from([...new Array(20).fill(0), ...new Array(10).fill(1)]);
    const long = Int32Array.from([...short, ...new Array(30).fill(1)]);
    const ofClassZero = (labels: Int32Array) =>
      stratifiedSplit({ labels, share: 0.25, seed: 5 }).validation.indices.filter((index) => index < 20);
    assert.deepEqual(ofClassZero(short), ofClassZero(long));
  });

  it("refuses a share that is no share, labels that are no classes, and indices outside the set or given twice", () => {
    const labels = [0, 1, 0, 1];
    for (const share of [0, 1, -0.1, NaN]) {
      assert.throws(() => stratifiedSplit({ labels, share, seed: 1 }), new RegExp(`share must lie.*received ${share}`));
    }
    assert.throws(() => stratifiedSplit({ labels: [0, -1], share: 0.5, seed: 1 }), /received -1 at position 1/);
    assert.throws(() => stratifiedSplit({ labels, indices: [4], share: 0.5, seed: 1 }), /\[0, 4\), received 4/);
    assert.throws(() => stratifiedSplit({ labels, indices: [1, 1], share: 0.5, seed: 1 }), /index 1 is given twice/);
    assert.throws(() => stratifiedSplit({ labels: [], share: 0.5, seed: 1 }), /no samples/);
    assert.throws(() => stratifiedSplit({ labels, share: 0.5, seed: 0.5 }), /seed must be an integer/);
  });
});
