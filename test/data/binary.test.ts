import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { apportion, binaryTask } from "../../src/data/binary";

/** 1,000 samples of each of four classes, in turns. */
const labels = Int32Array.from({ length: 4000 }, (_, index) => index % 4);

function countsPerClass(indices: Int32Array): number[] {
  const counts = [0, 0, 0, 0];
  indices.forEach((index) => counts[labels[index]]++);
  return counts;
}

describe("binaryTask", () => {
  it("has the chosen share of positives, its labels in the order of its indices, and every sample once", () => {
    const task = binaryTask({ labels, positiveClass: 2, prior: 0.05, size: 1000, seed: 1 });
    assert.deepEqual(task.counts, { positive: 50, negative: 950 });
    assert.equal(task.prior, 0.05);
    assert.equal(new Set(task.indices).size, 1000);
    task.indices.forEach((index, position) => assert.equal(task.labels[position], labels[index] === 2 ? 1 : 0));
  });

  it("draws the negatives from the other classes in proportion to their samples", () => {
    const task = binaryTask({ labels, positiveClass: 2, prior: 0.05, size: 1000, seed: 1 });
    assert.deepEqual(countsPerClass(task.indices), [317, 317, 50, 316]);
    const indices = Array.from(labels, (_, index) => index).filter((index) => labels[index] !== 0 || index < 800);
    const uneven = binaryTask({ labels, indices, positiveClass: 2, prior: 0.1, size: 1000, seed: 1 });
    assert.deepEqual(countsPerClass(uneven.indices), [82, 409, 100, 409]);
  });

  it("is as large as the set allows when no size is given", () => {
    assert.deepEqual(binaryTask({ labels, positiveClass: 0, prior: 0.01, seed: 1 }).counts, {
      positive: 30,
      negative: 3000,
    });
    assert.deepEqual(binaryTask({ labels, positiveClass: 0, prior: 0.5, seed: 1 }).counts, {
      positive: 1000,
      negative: 1000,
    });
    assert.deepEqual(binaryTask({ labels, positiveClass: 0, prior: 0.9, seed: 1 }).counts, {
      positive: 1000,
      negative: 111,
    });
    for (const prior of [0.003, 0.07, 0.25, 1 / 3, 0.77]) {
      const { length } = binaryTask({ labels, positiveClass: 0, prior, seed: 1 }).indices;
      assert.throws(() => binaryTask({ labels, positiveClass: 0, prior, size: length + 1, seed: 1 }), /available are/);
    }
  });

  it("gives the frozen indices for a seed, and others for another seed", () => {
    const options = { labels, positiveClass: 1, prior: 0.02, size: 500 };
    const task = binaryTask({ ...options, seed: 11 });
    assert.equal(task.hash, "975e868b641faa05");
    assert.deepEqual([...task.indices.slice(0, 4)], [3411, 2279, 244, 1662]);
    assert.notEqual(binaryTask({ ...options, seed: 12 }).hash, task.hash);
  });

  it("mixes positives and negatives", () => {
    const task = binaryTask({ labels, positiveClass: 1, prior: 0.5, size: 400, seed: 2 });
    const inFirstHalf = task.labels.slice(0, 200).reduce((sum, label) => sum + label, 0);
    assert.ok(inFirstHalf > 70 && inFirstHalf < 130, `${inFirstHalf} of 200 positives lie in the first half`);
  });

  it("is part of the larger task with the same seed and prior", () => {
    const large = new Set(binaryTask({ labels, positiveClass: 3, prior: 0.1, size: 1000, seed: 4 }).indices);
    const small = binaryTask({ labels, positiveClass: 3, prior: 0.1, size: 200, seed: 4 }).indices;
    assert.ok(small.every((index) => large.has(index)));
  });

  it("takes pairs and groups of classes", () => {
    const pair = binaryTask({ labels, positiveClass: 3, negativeClasses: 1, prior: 0.2, size: 100, seed: 1 });
    assert.deepEqual(countsPerClass(pair.indices), [0, 80, 0, 20]);
    const groups = binaryTask({ labels, positiveClass: [0, 1], negativeClasses: [2], prior: 0.5, size: 100, seed: 1 });
    assert.deepEqual(countsPerClass(groups.indices), [25, 25, 50, 0]);
  });

  it("says what is available when it is not enough", () => {
    assert.throws(
      () => binaryTask({ labels, positiveClass: 0, prior: 0.5, size: 2002, seed: 1 }),
      /prior 0.5 of 2002 samples means 1001 positives and 1001 negatives, available are 1000 and 3000; the largest size at this prior is 2000/,
    );
  });

  it("refuses priors outside (0, 1), empty sides, and classes without samples or on both sides", () => {
    const base = { labels, positiveClass: 0, prior: 0.1, seed: 1 };
    for (const prior of [0, 1, 1.5, NaN]) {
      assert.throws(
        () => binaryTask({ ...base, prior }),
        new RegExp(`prior must lie in \\(0, 1\\), received ${prior}`),
      );
    }
    assert.throws(() => binaryTask({ ...base, size: 4 }), /0 positives and 4 negatives, expected at least one of each/);
    assert.throws(() => binaryTask({ ...base, size: 10.5 }), /size must be an integer.*received 10.5/);
    assert.throws(
      () => binaryTask({ ...base, positiveClass: 7 }),
      /positiveClass 7 has no samples; classes with samples are 0, 1, 2, 3/,
    );
    assert.throws(() => binaryTask({ ...base, positiveClass: [] }), /positiveClass names no class/);
    assert.throws(
      () => binaryTask({ ...base, negativeClasses: [0, 1] }),
      /class 0 is in positiveClass and in negativeClasses/,
    );
    assert.throws(() => binaryTask({ ...base, labels: [0, 0, 0] }), /negativeClasses names no class/);
  });
});

describe("apportion", () => {
  it("sums to the total, stays below each weight, and is exact where the shares are whole", () => {
    assert.deepEqual(apportion(6, [1, 2, 3]), [1, 2, 3]);
    assert.deepEqual(apportion(3, [1, 2, 3]), [1, 1, 1]);
    assert.deepEqual(apportion(0, [5, 5]), [0, 0]);
    for (let total = 0; total <= 17; total++) {
      const shares = apportion(total, [10, 0, 3, 4]);
      assert.equal(
        shares.reduce((sum, share) => sum + share, 0),
        total,
      );
      assert.ok(shares.every((share, position) => share <= [10, 0, 3, 4][position]));
    }
  });

  it("gives the places that are left to the largest remainders, ties to the first", () => {
    assert.deepEqual(apportion(1, [1, 1, 1]), [1, 0, 0]);
    assert.deepEqual(apportion(5, [10, 1, 9]), [3, 0, 2]);
  });
});
