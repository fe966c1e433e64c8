import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  asymmetricNoise,
  CIFAR10_FLIPS,
  labelNoise,
  pairNoise,
  symmetricNoise,
} from "../../../src/data/builders/labelNoise";
import { evenLabels } from "./labels";

const labels = evenLabels(4, 300);

describe("labelNoise", () => {
  it("flips exactly the share asked for in every class, evenly to the others, and reports it", () => {
    const noisy = labelNoise({ labels, transition: symmetricNoise(4, 0.2), seed: 1 });
    assert.deepEqual(noisy.counts[2], [20, 20, 240, 20]);
    assert.equal(noisy.flipped.length, 240);
    const found = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    noisy.labels.forEach((label, index) => found[labels[index]][label]++);
    assert.deepEqual(found, noisy.counts);
    const wrong = Array.from(labels, (label, index) => (noisy.labels[index] === label ? -1 : index));
    assert.deepEqual(
      [...noisy.flipped],
      wrong.filter((index) => index >= 0),
    );
  });

  it("takes each class for the next one", () => {
    const { counts } = labelNoise({ labels, transition: pairNoise(4, 0.45), seed: 1 });
    assert.deepEqual(counts, [
      [165, 135, 0, 0],
      [0, 165, 135, 0],
      [0, 0, 165, 135],
      [135, 0, 0, 165],
    ]);
  });

  it("takes named classes for others, as the usual noise of CIFAR-10 does", () => {
    const transition = asymmetricNoise(10, 0.4, CIFAR10_FLIPS);
    assert.deepEqual(transition[9], [0, 0.4, 0, 0, 0, 0, 0, 0, 0, 0.6]);
    assert.deepEqual([transition[3][5], transition[5][3], transition[0][0]], [0.4, 0.4, 1]);
    const even = evenLabels(10, 50);
    const { flipped } = labelNoise({ labels: even, transition, seed: 1 });
    assert.equal(flipped.length, 5 * 20);
  });

  it("meets a rate as nearly as whole samples allow in a rare class", () => {
    const rare = Int32Array.from([...new Array<number>(7).fill(0), ...new Array<number>(100).fill(1)]);
    const { counts } = labelNoise({ labels: rare, transition: symmetricNoise(2, 0.3), seed: 1 });
    assert.deepEqual(counts, [
      [5, 2],
      [30, 70],
    ]);
  });

  it("gives the frozen flips for a seed, and flips the samples of a lower rate at a higher one", () => {
    const at = (rate: number, seed = 1) => labelNoise({ labels, transition: pairNoise(4, rate), seed });
    assert.equal(at(0.2).hash, "d30cfb9c117a8aca");
    assert.notEqual(at(0.2, 2).hash, at(0.2).hash);
    const more = new Set(at(0.4).flipped);
    assert.ok(at(0.2).flipped.every((index) => more.has(index)));
    assert.equal(at(0).flipped.length, 0);
  });

  it("leaves samples alone that were not asked for", () => {
    const indices = Int32Array.from({ length: 600 }, (_, index) => index);
    const { flipped, labels: noisy } = labelNoise({ labels, indices, transition: symmetricNoise(4, 0.5), seed: 1 });
    assert.equal(flipped.length, 300);
    assert.ok(flipped.every((index) => index < 600));
    assert.deepEqual(noisy.subarray(600), labels.subarray(600));
  });

  it("refuses rates, classes and matrices that make no sense", () => {
    assert.throws(() => symmetricNoise(4, 1), /\[0, 1\), received 1/);
    assert.throws(() => pairNoise(1, 0.1), /at least 2, received 1/);
    assert.throws(() => asymmetricNoise(4, 0.1, { 0: 4 }), /in \[0, 4\) to another, received 0 to 4/);
    assert.throws(() => asymmetricNoise(4, 0.1, { 2: 2 }), /received 2 to 2/);
    assert.throws(() => labelNoise({ labels, transition: symmetricNoise(3, 0.1), seed: 1 }), /at least 4 classes/);
    assert.throws(
      () => labelNoise({ labels: [0, 1], transition: [[0.9, 0.2], [0, 1]], seed: 1 }), // prettier-ignore
      /sum to 1, received \[0.9, 0.2\] for class 0/,
    );
    assert.throws(
      () => labelNoise({ labels: [0, 1], transition: [[1, 0], [-0.1, 1.1]], seed: 1 }), // prettier-ignore
      /received \[-0.1, 1.1\] for class 1/,
    );
    assert.throws(() => labelNoise({ labels: [0, 1.5], transition: symmetricNoise(2, 0.1), seed: 1 }), /received 1.5/);
  });
});
