import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { betaDraw } from "../../../src/data/augmentation/betaDraw";
import { cutout } from "../../../src/data/augmentation/cutout";
import { mixup } from "../../../src/data/augmentation/mixup";
import { standardizeImages } from "../../../src/data/augmentation/standardizeImages";
import { random, tf } from "../../../src/engine";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";

onEachBackend("cutout", () => {
  it("puts one square of the fill on each image, cut at the border", () => {
    const images = tf.ones<tf.Rank.R4>([200, 8, 8, 2]);
    const values = take(cutout(images, { size: 4, fill: -1 }, random(1)));
    const sizes = Array.from({ length: 200 }, (_, image) => {
      const gone: [number, number][] = [];
      for (let pixel = 0; pixel < 64; pixel++) {
        const both = values.slice((image * 64 + pixel) * 2, (image * 64 + pixel) * 2 + 2);
        assert.ok(both.join() === "1,1" || both.join() === "-1,-1", "all channels together");
        if (both[0] === -1) gone.push([Math.floor(pixel / 8), pixel % 8]);
      }
      const side = (axis: 0 | 1) => {
        const places = gone.map((place) => place[axis]);
        return Math.max(...places) - Math.min(...places) + 1;
      };
      assert.equal(gone.length, side(0) * side(1), "a rectangle");
      assert.ok(side(0) >= 2 && side(0) <= 4 && side(1) >= 2 && side(1) <= 4);
      return gone.length;
    });
    // The centre is uniform on 8 x 8: the mean area is (mean side)^2, sides 2, 3, 4, 4, 4, 4, 4, 3 by centre.
    const mean = sizes.reduce((sum, size) => sum + size, 0) / 200;
    assert.ok(Math.abs(mean - 3.5 ** 2) < 1, `mean area ${mean}`);
    images.dispose();
  });

  it("covers the share of images asked for, and is the identity at probability 0", () => {
    const images = tf.ones<tf.Rank.R4>([400, 4, 4, 1]);
    const means = (probability: number) =>
      take(tf.tidy(() => tf.min(tf.reshape(cutout(images, { size: 3, probability }, random(2)), [400, 16]), 1)));
    assert.ok(means(0).every((value) => value === 1));
    const covered = means(0.3).filter((value) => value === 0).length;
    // Binomial: 120 expected, deviation 9.2.
    assert.ok(Math.abs(covered - 120) < 46, `${covered} of 400`);
    images.dispose();
  });

  it("is the same for a seed, leaves no tensor behind, and refuses bad options", () => {
    const images = tf.ones<tf.Rank.R4>([3, 8, 8, 1]);
    const once = () => take(cutout(images, { size: 5 }, random(4)));
    assert.deepEqual(once(), once());
    assertNoLeak(() => cutout(images, { size: 5, fill: 2 }, random(4)).dispose());
    assert.throws(() => cutout(images, { size: 0 }, random(1)), /size .*received 0/);
    assert.throws(() => cutout(images, { size: 2, probability: -1 }, random(1)), /received -1/);
    assert.throws(() => cutout(images, { size: 2, fill: Infinity }, random(1)), /received Infinity/);
    images.dispose();
  });
});

onEachBackend("mixup", () => {
  const images = () => tf.tensor4d([0, 1, 2, 3, 4, 5, 6, 7], [4, 2, 1, 1]);
  const labels = [0, 1, 2, 2];

  it("mixes images and one-hot labels in the same shares", () => {
    for (const per of ["batch", "sample"] as const) {
      const x = images();
      const mixed = mixup(x, labels, { classes: 3, alpha: 1, per }, random(3));
      const { lambda, partner } = mixed;
      assert.equal(new Set(lambda).size === 1, per === "batch");
      assert.deepEqual([...partner].sort(), [0, 1, 2, 3]);
      const values = take(mixed.inputs);
      const shares = take(mixed.labels);
      for (let image = 0; image < 4; image++) {
        const [own, other] = [lambda[image], 1 - lambda[image]];
        assertClose(values.slice(2 * image, 2 * image + 2), [0, 1].map((p) => own * (2 * image + p) + other * (2 * partner[image] + p))); // prettier-ignore
        const expected = [0, 1, 2].map(
          (label) => own * Number(labels[image] === label) + other * Number(labels[partner[image]] === label),
        );
        assertClose(shares.slice(3 * image, 3 * image + 3), expected);
      }
      x.dispose();
    }
  });

  it("mixes nothing at alpha 0", () => {
    const x = images();
    const mixed = mixup(x, labels, { classes: 3, alpha: 0 }, random(3));
    assert.deepEqual(take(mixed.inputs), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(take(mixed.labels), [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1]);
    x.dispose();
  });

  it("leaves no tensor behind, and refuses bad labels and options", () => {
    const x = images();
    assertNoLeak(() => {
      const mixed = mixup(x, labels, { classes: 3 }, random(1));
      tf.dispose([mixed.inputs, mixed.labels]);
    });
    assert.throws(() => mixup(x, [0, 1, 2, 3], { classes: 3 }, random(1)), /\[0, 3\), received 3 at position 3/);
    assert.throws(() => mixup(x, [0], { classes: 3 }, random(1)), /must be 4, received 1/);
    assert.throws(() => mixup(x, labels, { classes: 3, alpha: -1 }, random(1)), /received -1/);
    assert.throws(() => mixup(x, labels, { classes: 3, per: "pixel" as never }, random(1)), /received "pixel"/);
    x.dispose();
  });
});

onEachBackend("standardizeImages", () => {
  it("takes the mean off and divides by the deviation, channel by channel", () => {
    const images = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]);
    assertClose(take(standardizeImages(images, { mean: [1, 0], std: [2, 0.5] })), [0, 4, 1, 8]);
    assert.throws(() => standardizeImages(images, { mean: [0], std: [1] }), /2 finite means .*received mean \[0\]/);
    assert.throws(() => standardizeImages(images, { mean: [0, 0], std: [1, 0] }), /std \[1, 0\]/);
    images.dispose();
  });
});

describe("betaDraw", () => {
  it("has the mean and the variance of the beta distribution", () => {
    for (const [a, b] of [
      [0.2, 0.2],
      [1, 1],
      [4, 4],
      [0.5, 2],
    ]) {
      const draws = random(6).fork(`${a}/${b}`);
      const values = Array.from({ length: 20_000 }, () => betaDraw(draws, a, b));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const expected = (a * b) / ((a + b) ** 2 * (a + b + 1));
      // Five deviations of the mean of 20,000 draws; the variance's own is below 2 %.
      assert.ok(Math.abs(mean - a / (a + b)) < 5 * Math.sqrt(expected / 20_000), `mean ${mean} of Beta(${a}, ${b})`);
      assert.ok(
        Math.abs(variance / expected - 1) < 0.1,
        `variance ${variance} of Beta(${a}, ${b}), expected ${expected}`,
      );
      assert.ok(values.every((value) => value >= 0 && value <= 1));
    }
  });

  it("is finite at tiny shapes", () => {
    const draws = random(1);
    for (let trial = 0; trial < 1000; trial++) assert.ok(Number.isFinite(betaDraw(draws, 1e-3, 1e-3)));
  });
});
