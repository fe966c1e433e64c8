import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { autoBalanceSplit } from "../../../src/data/builders/autoBalanceSplit";
import { balancedSplit } from "../../../src/data/builders/balancedSplit";
import { longTailed } from "../../../src/data/builders/longTailed";
import { stratifiedSplit } from "../../../src/data/split";
import { cifar10Labels, countsOf, evenLabels } from "./labels";

const labels10 = evenLabels(10, 5000);
const labels100 = evenLabels(100, 500);

function intersection(a: Int32Array, b: Int32Array): number {
  const held = new Set(a);
  return b.filter((index) => held.has(index)).length;
}

describe("autoBalanceSplit", () => {
  it("has the published counts on CIFAR-10: 9,931 and 2,487, and 12,415 in the code's retraining set", () => {
    const split = autoBalanceSplit({ labels: labels10, rule: "cifar-10", seed: 1 });
    assert.deepEqual(split.train.counts, [4000, 2398, 1438, 862, 517, 310, 186, 112, 67, 41]);
    assert.deepEqual(split.validation.counts, [1000, 600, 360, 216, 130, 78, 47, 28, 17, 11]);
    assert.deepEqual(split.releasedRetraining.counts, [5000, 2998, 1797, 1078, 646, 388, 233, 140, 84, 51]);
    assert.deepEqual(
      [split.train, split.validation, split.retraining, split.releasedRetraining].map(({ indices }) => indices.length),
      [9931, 2487, 12_418, 12_415],
    );
    assert.deepEqual(countsOf(labels10, split.train.indices, 10), split.train.counts);
    assert.deepEqual(countsOf(labels10, split.validation.indices, 10), split.validation.counts);
  });

  it("has the published counts on CIFAR-100: 8,719 and 2,180, with 4 and 1 in the last class", () => {
    const split = autoBalanceSplit({ labels: labels100, rule: "cifar-100", seed: 1 });
    assert.deepEqual([split.train.indices.length, split.validation.indices.length], [8719, 2180]);
    assert.equal(split.retraining.indices.length, 10_899);
    assert.deepEqual([split.train.counts[0], split.validation.counts[0]], [400, 100]);
    assert.deepEqual([split.train.counts[99], split.validation.counts[99]], [4, 1]);
    assert.equal(split.releasedRetraining.hash, split.retraining.hash);
  });

  // The hashes of the pools were made by the selection of the released code, in Python: of each class the first samples
  // and the last of the training set.
  it("takes the very samples of the released code, whatever the seed", (context) => {
    assert.equal(autoBalanceSplit({ labels: labels10, rule: "cifar-10", seed: 1 }).retraining.hash, "482a7440d52bf00b");
    assert.equal(autoBalanceSplit({ labels: labels10, rule: "cifar-10", seed: 7 }).retraining.hash, "482a7440d52bf00b");
    assert.equal(
      autoBalanceSplit({ labels: labels100, rule: "cifar-100", seed: 1 }).retraining.hash,
      "572d817b29fa5050",
    );
    const labels = cifar10Labels();
    if ("skip" in labels) return context.skip(labels.skip);
    assert.equal(autoBalanceSplit({ labels, rule: "cifar-10", seed: 1 }).retraining.hash, "670d9081e08ff833");
  });

  it("deals the pool out by the seed, to parts that do not overlap", () => {
    const split = autoBalanceSplit({ labels: labels10, rule: "cifar-10", seed: 1 });
    assert.equal(split.train.hash, "b9fb4da097efc544");
    assert.equal(split.validation.hash, "6a513488023fe3de");
    assert.equal(split.releasedRetraining.hash, "265fbf3de3b0ed5d");
    assert.equal(intersection(split.train.indices, split.validation.indices), 0);
    assert.equal(intersection(split.train.indices, split.retraining.indices), 9931);
    assert.notEqual(autoBalanceSplit({ labels: labels10, rule: "cifar-10", seed: 2 }).train.hash, split.train.hash);
  });

  it("draws the code's retraining set from its own pool: the first ceil(5000 mu^i) and the last ceil(1000 mu^i)", () => {
    const { releasedRetraining } = autoBalanceSplit({ labels: labels10, rule: "cifar-10", seed: 1 });
    const ofClass1 = releasedRetraining.indices
      .filter((index) => labels10[index] === 1)
      .map((index) => (index - 1) / 10);
    assert.equal(ofClass1.length, 2998);
    assert.ok(ofClass1.every((rank) => rank < 2998 || rank >= 4400));
    const fromTheEnd = ofClass1.filter((rank) => rank >= 4400).length;
    // 2998 of 3598 at random: 500 of the last 600 expected, with a deviation of 8.3.
    assert.ok(Math.abs(fromTheEnd - 500) < 42, `${fromTheEnd} of the last 600`);
  });

  it("can hold out equally many of every class, and scales to other sets", () => {
    const balanced = autoBalanceSplit({
      labels: evenLabels(10, 6000),
      rule: "cifar-10",
      validation: "balanced",
      seed: 1,
    });
    assert.deepEqual(balanced.validation.counts, new Array(10).fill(1200));
    assert.equal(balanced.train.counts[0], 4800);
    assert.equal(intersection(balanced.train.indices, balanced.validation.indices), 0);
    const small = autoBalanceSplit({
      labels: labels10,
      rule: "cifar-10",
      trainSize: 40,
      validationSize: 10,
      imbalanceRatio: 10,
      seed: 1,
    });
    assert.deepEqual([small.train.counts[0], small.validation.counts[0]], [40, 10]);
  });

  it("refuses what cannot be split and says what it received", () => {
    const base = { labels: labels10, rule: "cifar-10", seed: 1 } as const;
    assert.throws(() => autoBalanceSplit({ ...base, imbalanceRatio: 0.01 }), /at least 1, .*received 0.01/);
    assert.throws(
      () => autoBalanceSplit({ ...base, rule: "imagenet" as never }),
      /cifar-10 or cifar-100, received "imagenet"/,
    );
    assert.throws(
      () => autoBalanceSplit({ ...base, rule: "cifar-100", validation: "balanced" }),
      /longTailed with rule cifar-100, received "balanced"/,
    );
    assert.throws(() => autoBalanceSplit({ ...base, trainSize: 4500, validationSize: 501 }), /class 0: 5001 of 5000/);
    assert.throws(() => autoBalanceSplit({ ...base, trainSize: 0 }), /trainSize .*received 0/);
    assert.throws(
      () => autoBalanceSplit({ ...base, rule: "cifar-100", trainSize: 1, validationSize: 1 }),
      /would have no train sample/,
    );
    assert.throws(() => autoBalanceSplit({ ...base, labels: [] }), /no samples/);
  });
});

describe("balancedSplit", () => {
  const tail = longTailed({ labels: labels10, imbalanceRatio: 100, seed: 1 });
  const base = { labels: labels10, indices: tail.indices, seed: 1 };

  it("holds out equally many of every class and leaves the tail to train on", () => {
    const { train, validation } = balancedSplit({ ...base, perClass: 20 });
    assert.deepEqual(validation.counts, new Array(10).fill(20));
    assert.deepEqual(
      train.counts,
      tail.counts.map((count) => count - 20),
    );
    assert.deepEqual(
      [...train.indices, ...validation.indices].sort((a, b) => a - b),
      [...tail.indices],
    );
    assert.equal(validation.hash, "1ad3d092629a9600");
  });

  it("keeps the tail in both parts where stratified", () => {
    const { train, validation } = stratifiedSplit({ ...base, share: 0.2 });
    assert.deepEqual(validation.counts, [1000, 599, 359, 215, 129, 77, 46, 28, 17, 10]);
    assert.equal(train.indices.length + validation.indices.length, tail.indices.length);
  });

  it("holds a smaller number out of a larger one, with one seed", () => {
    const of = (perClass: number) => balancedSplit({ ...base, perClass }).validation.indices;
    assert.equal(intersection(of(20), of(5)), 50);
  });

  it("refuses to empty a class and says which", () => {
    assert.throws(() => balancedSplit({ ...base, perClass: 50 }), /nothing to train on in 1 classes \(class 9: 50\)/);
    assert.throws(() => balancedSplit({ ...base, perClass: 0 }), /perClass .*received 0/);
    assert.throws(() => balancedSplit({ labels: [], perClass: 1, seed: 1 }), /no samples/);
  });
});
