import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { longTailed, withCounts } from "../../../src/data/builders/longTailed";
import { longTailedCounts, roundBy } from "../../../src/data/builders/profiles";
import { cifar10Labels, countsOf, evenLabels } from "./labels";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const labels10 = evenLabels(10, 5000);
const labels100 = evenLabels(100, 500);

/**
 * Sizes from Python 3: `int(n * (1/r) ** (i/(K-1)))` as LDAM, `ceil(n * mu**i)` with `mu = r ** (-1/(K-1))` as AutoBalance.
 * Many of them would be off by one sample if powers were off by one unit in the last place.
 */
const SIZES: { classes: number; head: number; ratio: number; floor: number; ceil: number }[] = [
  { classes: 10, head: 5000, ratio: 2, floor: 36223, ceil: 36232 },
  { classes: 10, head: 5000, ratio: 5, floor: 25423, ceil: 25431 },
  { classes: 10, head: 5000, ratio: 10, floor: 20431, ceil: 20440 },
  { classes: 10, head: 5000, ratio: 20, floor: 17023, ceil: 17032 },
  { classes: 10, head: 5000, ratio: 50, floor: 13996, ceil: 14004 },
  { classes: 10, head: 5000, ratio: 100, floor: 12406, ceil: 12415 },
  { classes: 10, head: 5000, ratio: 200, floor: 11203, ceil: 11211 },
  { classes: 10, head: 5000, ratio: 500, floor: 10011, ceil: 10020 },
  { classes: 100, head: 500, ratio: 2, floor: 36029, ceil: 36127 },
  { classes: 100, head: 500, ratio: 5, floor: 24856, ceil: 24955 },
  { classes: 100, head: 500, ratio: 10, floor: 19573, ceil: 19671 },
  { classes: 100, head: 500, ratio: 20, floor: 15907, ceil: 16006 },
  { classes: 100, head: 500, ratio: 50, floor: 12608, ceil: 12706 },
  { classes: 100, head: 500, ratio: 100, floor: 10847, ceil: 10946 },
  { classes: 100, head: 500, ratio: 200, floor: 9502, ceil: 9601 },
  { classes: 100, head: 500, ratio: 500, floor: 8155, ceil: 8253 },
];

describe("longTailedCounts", () => {
  it("gives the published counts of CIFAR-10 at ratio 100", () => {
    assert.deepEqual(
      longTailedCounts(10, 5000, { imbalanceRatio: 100 }),
      [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50],
    );
    assert.deepEqual(
      longTailedCounts(10, 5000, { imbalanceRatio: 100, rounding: "ceil" }),
      [5000, 2998, 1797, 1078, 646, 388, 233, 140, 84, 51],
    );
  });

  it("gives the sizes that Python's arithmetic gives, at every usual ratio", () => {
    for (const { classes, head, ratio, floor, ceil } of SIZES) {
      const size = (rounding: "floor" | "ceil") =>
        sum(longTailedCounts(classes, head, { imbalanceRatio: ratio, rounding }));
      assert.deepEqual({ floor: size("floor"), ceil: size("ceil") }, { floor, ceil }, `${classes} classes, 1:${ratio}`);
    }
  });

  it("makes the step profile of two levels, also of an odd number of classes", () => {
    assert.deepEqual(longTailedCounts(4, 100, { imbalanceRatio: 10, profile: "step" }), [100, 100, 10, 10]);
    assert.deepEqual(longTailedCounts(5, 100, { imbalanceRatio: 10, profile: "step" }), [100, 100, 100, 10, 10]);
    assert.deepEqual(
      longTailedCounts(3, 10, { imbalanceRatio: 4, profile: "step", tailClasses: 1, rounding: "ceil" }),
      [10, 10, 3],
    );
  });

  it("makes the Pareto profile a power law of ranks by default, and a heavier or lighter tail by its exponent", () => {
    // Exponent ln 100 / ln 10 = 2: 5000 / rank^2.
    assert.deepEqual(
      longTailedCounts(10, 5000, { imbalanceRatio: 100, profile: "pareto" }),
      [5000, 1250, 555, 312, 200, 138, 102, 78, 61, 50],
    );
    const light = longTailedCounts(10, 5000, { imbalanceRatio: 100, profile: "pareto", exponent: 50 });
    const exponential = longTailedCounts(10, 5000, { imbalanceRatio: 100 });
    assert.equal(light[9], 50);
    // A Pareto law tends to an exponential one as its exponent grows: at 50 within a tenth.
    light.forEach((count, rank) =>
      assert.ok(Math.abs(count / exponential[rank] - 1) < 0.1, `${count} at rank ${rank}`),
    );
  });

  it("is balanced at ratio 1, and has its head only for one class", () => {
    for (const profile of ["exponential", "step", "pareto"] as const) {
      assert.deepEqual(longTailedCounts(3, 7, { imbalanceRatio: 1, profile }), [7, 7, 7]);
      assert.deepEqual(longTailedCounts(1, 7, { imbalanceRatio: 9, profile }), [7]);
    }
  });

  it("rounds halves to the even neighbour", () => {
    assert.deepEqual(
      [0.5, 1.5, 2.5, 2.4999, 2.5001, 3].map((value) => roundBy("round", value)),
      [0, 2, 2, 2, 3, 3],
    );
  });

  it("refuses what makes no tail and says what it received", () => {
    assert.throws(
      () => longTailedCounts(10, 5000, { imbalanceRatio: 0.01 }),
      /at least 1, .* received 0.01; .* is 100/,
    );
    assert.throws(() => longTailedCounts(10, 5000, { imbalanceRatio: NaN }), /received NaN/);
    assert.throws(() => longTailedCounts(10, 0, { imbalanceRatio: 10 }), /maxCount .*received 0/);
    assert.throws(() => longTailedCounts(0, 10, { imbalanceRatio: 10 }), /classes .*received 0/);
    assert.throws(
      () => longTailedCounts(10, 10, { imbalanceRatio: 10, profile: "linear" as never }),
      /exponential, step, pareto, received "linear"/,
    );
    assert.throws(
      () => longTailedCounts(10, 10, { imbalanceRatio: 10, rounding: "up" as never }),
      /floor, ceil, round, received "up"/,
    );
    assert.throws(
      () => longTailedCounts(10, 10, { imbalanceRatio: 10, profile: "step", tailClasses: 10 }),
      /tailClasses .*\[0, 9\], received 10/,
    );
    assert.throws(
      () => longTailedCounts(10, 10, { imbalanceRatio: 10, profile: "pareto", exponent: 0 }),
      /exponent .*received 0/,
    );
  });
});

describe("longTailed", () => {
  it("has the published sizes, each sample once, in ascending order, with the counts it reports", () => {
    for (const [labels, classes, rounding, size] of [
      [labels10, 10, "floor", 12_406],
      [labels10, 10, "ceil", 12_415],
      [labels100, 100, "floor", 10_847],
    ] as const) {
      const { indices, counts } = longTailed({ labels, imbalanceRatio: 100, rounding, seed: 1 });
      assert.equal(indices.length, size);
      assert.deepEqual(countsOf(labels, indices, classes), counts);
      assert.ok(indices.every((index, place) => place === 0 || index > indices[place - 1]));
    }
  });

  it("gives the frozen samples for a seed", () => {
    const hash = (options: object) => longTailed({ labels: labels10, imbalanceRatio: 100, seed: 1, ...options }).hash;
    assert.equal(hash({}), "71fd6c13e019effa");
    assert.equal(hash({ rounding: "ceil" }), "f99758f59f5fdd42");
    assert.equal(hash({ profile: "step" }), "d0ebbf736486ab81");
    assert.equal(hash({ profile: "pareto" }), "e89f07f8a3d5520d");
    assert.notEqual(hash({ seed: 2 }), hash({}));
  });

  it("gives the frozen samples of CIFAR-10", (context) => {
    const labels = cifar10Labels();
    if ("skip" in labels) return context.skip(labels.skip);
    assert.equal(longTailed({ labels, imbalanceRatio: 100, seed: 1 }).hash, "cac777c8a1b8291c");
    assert.equal(longTailed({ labels, imbalanceRatio: 100, rounding: "ceil", seed: 1 }).hash, "8c23037105b0ddbf");
  });

  it("makes a larger ratio's set a part of a smaller one's", () => {
    const of = (imbalanceRatio: number) => longTailed({ labels: labels10, imbalanceRatio, seed: 3 }).indices;
    const smaller = new Set(of(10));
    assert.ok(of(100).every((index) => smaller.has(index)));
  });

  it("depends neither on the order in which samples are given nor on the other classes", () => {
    const indices = Int32Array.from(labels10, (_, index) => index);
    const base = { labels: labels10, imbalanceRatio: 10, seed: 5 };
    assert.equal(longTailed({ ...base, indices: indices.slice().reverse() }).hash, longTailed(base).hash);
    const of = (subset: { indices: Int32Array }, label: number) =>
      subset.indices.filter((index) => labels10[index] === label);
    const even = longTailed({ ...base, imbalanceRatio: 1 });
    assert.deepEqual(of(longTailed(base), 0), of(even, 0));
  });

  it("makes the classes rare in the order asked for", () => {
    const { counts } = longTailed({
      labels: evenLabels(3, 100),
      imbalanceRatio: 25,
      classOrder: [2, 0, 1],
      seed: 1,
    });
    assert.deepEqual(counts, [20, 4, 100]);
  });

  it("takes the largest head that an uneven set allows", () => {
    const labels = Int32Array.from([...new Array<number>(100).fill(0), ...new Array<number>(20).fill(1)]);
    assert.deepEqual(longTailed({ labels, imbalanceRatio: 2, seed: 1 }).counts, [41, 20]);
    assert.deepEqual(longTailed({ labels, imbalanceRatio: 10, seed: 1 }).counts, [100, 10]);
    assert.deepEqual(longTailed({ labels, imbalanceRatio: 10, maxCount: 50, seed: 1 }).counts, [50, 5]);
  });

  it("refuses a ratio below 1, more samples than there are, an emptied class and a bad label", () => {
    const labels = evenLabels(3, 20);
    assert.throws(
      () => longTailed({ labels, imbalanceRatio: 0.5, seed: 1 }),
      /longTailed: .*at least 1, .*received 0.5/,
    );
    assert.throws(
      () => longTailed({ labels, imbalanceRatio: 2, maxCount: 30, seed: 1 }),
      /more samples .* \(class 0: 30 of 20, class 1: 21 of 20\)/,
    );
    assert.throws(
      () => longTailed({ labels, imbalanceRatio: 100, seed: 1 }),
      /class 2 would have no sample left at ratio 100/,
    );
    assert.throws(() => longTailed({ labels, imbalanceRatio: 2, maxCount: 0, seed: 1 }), /maxCount .*received 0/);
    assert.throws(() => longTailed({ labels: [0, 2], imbalanceRatio: 1, seed: 1 }), /class 1 has no samples/);
    assert.throws(() => longTailed({ labels: [0, -1], imbalanceRatio: 1, seed: 1 }), /received -1 at position 1/);
    assert.throws(() => longTailed({ labels: [], imbalanceRatio: 1, seed: 1 }), /no samples/);
    assert.throws(() => longTailed({ labels, imbalanceRatio: 2, seed: 0.5 }), /seed .*received 0.5/);
    assert.throws(
      () => longTailed({ labels, imbalanceRatio: 2, classOrder: [0, 1, 1], seed: 1 }),
      /each of the 3 classes .*received \[0, 1, 1\]/,
    );
    assert.throws(
      () => longTailed({ labels, imbalanceRatio: 2, indices: [0, 60], seed: 1 }),
      /received 60 at position 1/,
    );
  });
});

describe("withCounts", () => {
  it("draws the counts given, and leaves out classes beyond them", () => {
    const labels = evenLabels(4, 50);
    const subset = withCounts({ labels, counts: [3, 0, 50], seed: 1 });
    assert.deepEqual(subset.counts, [3, 0, 50, 0]);
    assert.deepEqual(countsOf(labels, subset.indices, 4), [3, 0, 50, 0]);
  });

  it("draws what longTailed draws at equal counts", () => {
    const tail = longTailed({ labels: labels10, imbalanceRatio: 50, seed: 9 });
    assert.equal(withCounts({ labels: labels10, counts: tail.counts, seed: 9 }).hash, tail.hash);
  });

  it("refuses counts that cannot be drawn", () => {
    const labels = evenLabels(2, 5);
    assert.throws(() => withCounts({ labels, counts: [6, 5, 1], seed: 1 }), /\(class 0: 6 of 5, class 2: 1 of 0\)/);
    assert.throws(() => withCounts({ labels, counts: [1.5], seed: 1 }), /received 1.5 at position 0/);
    assert.throws(() => withCounts({ labels, counts: [0, 0], seed: 1 }), /no sample at all/);
  });
});
