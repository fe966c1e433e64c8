import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { testShift, testShifts } from "../../../src/data/builders/testShift";
import { countsOf, evenLabels } from "./labels";

const labels = evenLabels(10, 1000);

describe("testShift", () => {
  it("makes the test set as long-tailed as training, or the other way round", () => {
    const forward = testShift({ labels, direction: "forward", imbalanceRatio: 50, seed: 1 });
    // int(1000 * 0.02 ** (i / 9)), as the code of LADE.
    assert.deepEqual(forward.counts, [1000, 647, 419, 271, 175, 113, 73, 47, 30, 20]);
    assert.deepEqual(countsOf(labels, forward.indices, 10), forward.counts);
    assert.equal(forward.name, "forward 50");
    assert.equal(forward.hash, "fe238d0f5558803f");
    const backward = testShift({ labels, direction: "backward", imbalanceRatio: 50, seed: 1 });
    assert.deepEqual(backward.counts, [...forward.counts].reverse());
    assert.ok(Math.abs(forward.prior.reduce((sum, share) => sum + share, 0) - 1) < 1e-12);
    assert.equal(forward.prior[0], 1000 / 2795);
  });

  it("is even where uniform, also on a set that is not", () => {
    assert.deepEqual(testShift({ labels, direction: "uniform", seed: 1 }).counts, new Array(10).fill(1000));
    const uneven = Int32Array.from([0, 0, 0, 1, 1, 1, 1, 2, 2]);
    assert.deepEqual(testShift({ labels: uneven, direction: "uniform", seed: 1 }).counts, [2, 2, 2]);
  });

  it("follows the order of the training counts", () => {
    const trainCounts = [5, 500, 50];
    const base = { labels: evenLabels(3, 100), trainCounts, imbalanceRatio: 100, seed: 1 };
    assert.deepEqual(testShift({ ...base, direction: "forward" }).counts, [1, 100, 10]);
    assert.deepEqual(testShift({ ...base, direction: "backward" }).counts, [100, 1, 10]);
  });

  it("makes the whole range of shifts, from forward to backward", () => {
    const shifts = testShifts({ labels, seed: 1 });
    assert.deepEqual(
      shifts.map(({ name }) => name),
      [
        ...[50, 25, 10, 5, 2].map((ratio) => `forward ${ratio}`),
        "uniform",
        ...[2, 5, 10, 25, 50].map((ratio) => `backward ${ratio}`),
      ],
    );
    const first = shifts.map(({ prior }) => prior[0]);
    assert.deepEqual(
      first,
      [...first].sort((a, b) => b - a),
    );
    assert.equal(testShifts({ labels, ratios: [3], seed: 1 }).length, 3);
  });

  it("refuses a ratio below 1 or none, an unknown direction, and counts that do not fit", () => {
    assert.throws(() => testShift({ labels, direction: "forward", seed: 1 }), /at least 1, received undefined/);
    assert.throws(() => testShift({ labels, direction: "backward", imbalanceRatio: 0.5, seed: 1 }), /received 0.5/);
    assert.throws(
      () => testShift({ labels, direction: "up" as never, seed: 1 }),
      /forward, uniform or backward, received "up"/,
    );
    assert.throws(
      () => testShift({ labels, direction: "uniform", trainCounts: [1], seed: 1 }),
      /10 nonnegative numbers/,
    );
  });
});
