import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { imageBatch } from "../../../src/data/batches";
import { cropImages, drawCrops, horizontalFlip, randomCrop } from "../../../src/data/augmentation/crops";
import { stepRandom } from "../../../src/data/augmentation/stepRandom";
import { indexHash } from "../../../src/data/hash";
import type { ImageSet } from "../../../src/data/imageSet";
import { random, tf } from "../../../src/engine";
import { onEachBackend } from "../../support/backends";
import { assertNoLeak, take } from "../../support/numeric";

/** Images of 5 x 4 x 2 whose bytes are all different within an image. */
const set: ImageSet = {
  name: "numbers",
  split: "train",
  images: Uint8Array.from({ length: 6 * 40 }, (_, place) => 1 + ((place * 7) % 251)),
  labels: new Int32Array(6),
  shape: [5, 4, 2],
  classNames: ["a"],
  size: 6,
};
const statistics = { mean: [0.25, 0.5], std: [0.5, 0.25] };

/** The window by its definition, one pixel at a time. */
function window(image: number, crops: ReturnType<typeof drawCrops>, place: number): number[] {
  const pixels: number[] = [];
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 4; j++) {
      const row = i + crops.down[place];
      const column = (crops.mirrored[place] ? 3 - j : j) + crops.right[place];
      for (let channel = 0; channel < 2; channel++) {
        const inside = row >= 0 && row < 5 && column >= 0 && column < 4;
        const byte = inside ? set.images[((image * 5 + row) * 4 + column) * 2 + channel] : 0;
        pixels.push(Math.fround((byte / 255 - statistics.mean[channel]) / statistics.std[channel]));
      }
    }
  }
  return pixels;
}

onEachBackend("crops", () => {
  it("cuts the windows that were drawn, with black outside, while the batch is gathered", () => {
    const indices = Array.from({ length: 60 }, (_, place) => place % 6);
    // Up to 7 pixels: windows that miss the image altogether are among them.
    const crops = drawCrops(60, { padding: 7 }, random(1));
    const batch = take(imageBatch(set, indices, { standardize: statistics, crops }));
    assert.deepEqual(
      batch,
      indices.flatMap((image, place) => window(image, crops, place)),
    );
  });

  it("gives the same of a batch that is a tensor already", () => {
    const indices = [0, 1, 2, 3, 4, 5];
    const crops = drawCrops(6, { padding: 2 }, random(2));
    const plain = imageBatch(set, indices);
    assert.deepEqual(take(cropImages(plain, crops)), take(imageBatch(set, indices, { crops })));
    plain.dispose();
  });

  it("leaves images as they are without padding and flip, and mirrors them at flip 1", () => {
    const plain = imageBatch(set, [0, 1]);
    assert.deepEqual(take(cropImages(plain, drawCrops(2, { padding: 0, flip: 0 }, random(1)))), take(plain.clone()));
    assert.deepEqual(take(horizontalFlip(plain, { probability: 1 }, random(1))), take(tf.reverse(plain, 2)));
    plain.dispose();
  });

  it("puts the fill outside the image, and moves by no more than the padding", () => {
    const ones = tf.ones<tf.Rank.R4>([50, 6, 6, 1]);
    const values = take(randomCrop(ones, { padding: 1, fill: -3 }, random(1)));
    assert.ok(values.every((value) => value === 1 || value === -3));
    for (let image = 0; image < 50; image++) {
      const inside = values.slice(36 * image, 36 * (image + 1)).filter((value) => value === 1).length;
      assert.ok([36, 30, 25].includes(inside), `${inside} pixels left`);
    }
    ones.dispose();
  });

  it("passes gradients to the pixels that are seen", () => {
    const images = tf.ones<tf.Rank.R4>([1, 3, 3, 1]);
    const crops = { down: Int16Array.of(1), right: Int16Array.of(0), mirrored: Uint8Array.of(1) };
    const gradient = tf.grad((x) => tf.sum(cropImages(x as tf.Tensor4D, crops)))(images);
    assert.deepEqual(take(gradient), [0, 0, 0, 1, 1, 1, 1, 1, 1]);
    images.dispose();
  });

  it("leaves no tensor behind but the batch", () => {
    const images = tf.ones<tf.Rank.R4>([2, 4, 4, 1]);
    assertNoLeak(() => {
      randomCrop(images, {}, random(1)).dispose();
      horizontalFlip(images, {}, random(1)).dispose();
      imageBatch(set, [1, 2], { crops: drawCrops(2, {}, random(1)) }).dispose();
    });
    images.dispose();
  });

  it("refuses crops, images and options that do not fit", () => {
    assert.throws(() => drawCrops(2, { padding: 1.5 }, random(1)), /padding .*received 1.5/);
    assert.throws(() => drawCrops(2, { flip: 2 }, random(1)), /flip .*received 2/);
    assert.throws(() => drawCrops(-1, {}, random(1)), /count .*received -1/);
    assert.throws(
      () => imageBatch(set, [0, 1], { crops: drawCrops(3, {}, random(1)) }),
      /each of 2 images, received 3/,
    );
    const images = tf.ones<tf.Rank.R4>([2, 4, 4, 1]);
    assert.throws(() => cropImages(images, drawCrops(1, {}, random(1))), /each of 2 images, received 1/);
    assert.throws(() => cropImages(images, drawCrops(2, {}, random(1)), NaN), /received NaN/);
    const flat = tf.ones([2, 16]);
    assert.throws(
      () => randomCrop(flat as unknown as tf.Tensor4D, {}, random(1)),
      /\[n, h, w, c\], received .*\[2, 16\]/,
    );
    tf.dispose([images, flat]);
  });
});

describe("drawCrops and stepRandom", () => {
  it("draws moves and mirrorings evenly, and the frozen ones for a seed", () => {
    const crops = drawCrops(9000, { padding: 4 }, random(5));
    const times = new Array<number>(9).fill(0);
    crops.down.forEach((move) => times[move + 4]++);
    // 1000 expected of each of nine moves, with a deviation of 30.
    assert.ok(
      times.every((seen) => Math.abs(seen - 1000) < 150),
      times.join(),
    );
    const mirrored = crops.mirrored.reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(mirrored - 4500) < 240, `${mirrored} mirrored`);
    const numbers = (moves: Int16Array) => Array.from(moves, (move) => move + 4);
    assert.equal(indexHash([...numbers(crops.down), ...numbers(crops.right), ...crops.mirrored]), "70149cdf525e386e");
  });

  it("goes on from a saved step with the draws of the unbroken run", () => {
    const whole = stepRandom(11);
    const expected = Array.from({ length: 6 }, () => drawCrops(3, {}, whole.next()));
    const stopped = stepRandom(11);
    for (let step = 0; step < 4; step++) stopped.next();
    const state = JSON.parse(JSON.stringify(stopped.state())) as ReturnType<typeof stopped.state>;
    const resumed = stepRandom(11);
    resumed.restore(state);
    assert.deepEqual([drawCrops(3, {}, resumed.next()), drawCrops(3, {}, resumed.next())], expected.slice(4));
    assert.deepEqual(drawCrops(3, {}, resumed.at(1)), expected[1]);
    assert.deepEqual(resumed.state(), whole.state());
  });

  it("keeps seeds and purposes apart, and refuses states of others", () => {
    assert.notEqual(stepRandom(1).at(0).next(), stepRandom(2).at(0).next());
    assert.notEqual(stepRandom(1).at(0).next(), stepRandom(1, "noise").at(0).next());
    assert.notEqual(stepRandom(1).at(0).next(), stepRandom(1).at(1).next());
    assert.throws(() => stepRandom(1).restore(stepRandom(2).state()), /seed 1 .*received 2/);
    assert.throws(() => stepRandom(1).restore({ seed: 1, purpose: "augmentation", step: -1 }), /step .*received -1/);
    assert.throws(() => stepRandom(0.5), /received 0.5/);
  });
});
