import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { channelStatistics, imageBatch, type ImageSet } from "../../src/data";
import { tf } from "../../src/engine";

/** Three images of 4 x 4 pixels in two channels: channel 0 counts up, channel 1 is constant. */
function smallSet(): ImageSet {
  const images = new Uint8Array(3 * 4 * 4 * 2);
  for (let pixel = 0; pixel < 3 * 16; pixel++) {
    images[2 * pixel] = pixel;
    images[2 * pixel + 1] = 51;
  }
  return {
    name: "small",
    split: "train",
    images,
    labels: Int32Array.of(0, 1, 0),
    shape: [4, 4, 2],
    classNames: ["a", "b"],
    size: 3,
  };
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void {
  assert.equal(actual.length, expected.length);
  for (let index = 0; index < actual.length; index++) {
    assert.ok(
      Math.abs(actual[index] - expected[index]) <= tolerance,
      `${index}: ${actual[index]}, expected ${expected[index]}`,
    );
  }
}

describe("imageBatch", () => {
  it("takes the chosen images in the chosen order, scaled to [0, 1]", () => {
    const batch = imageBatch(smallSet(), [2, 0, 2]);
    assert.deepEqual(batch.shape, [3, 4, 4, 2]);
    assert.equal(batch.dtype, "float32");
    const values = batch.dataSync();
    const expected = [2, 0, 2].flatMap((image) =>
      Array.from({ length: 16 }, (_, pixel) => [(16 * image + pixel) / 255, 0.2]).flat(),
    );
    assertClose(values, expected);
    batch.dispose();
  });

  it("standardises every channel by its own mean and deviation", () => {
    const set = smallSet();
    const batch = imageBatch(set, [0, 1, 2], { standardize: { mean: [23.5 / 255, 0.1], std: [0.5, 0.25] } });
    const values = batch.dataSync();
    assertClose([values[0], values[1], values[94]], [-47 / 255, 0.4, 47 / 255]);
    batch.dispose();
  });

  it("averages blocks of pixels when the size divides the image's", () => {
    const batch = imageBatch(smallSet(), [1], { size: [2, 2] });
    assert.deepEqual(batch.shape, [1, 2, 2, 2]);
    // The block of pixels 16, 17, 20, 21 has mean 18.5.
    assertClose(batch.dataSync(), [18.5 / 255, 0.2, 20.5 / 255, 0.2, 26.5 / 255, 0.2, 28.5 / 255, 0.2]);
    batch.dispose();
  });

  it("resizes bilinearly with half-pixel centres otherwise", () => {
    const batch = imageBatch(smallSet(), [0], { size: [3, 3] });
    // Centres of three equal parts of a line of four pixels: 1/6, 3/2 and 17/6. The picture is linear: row r, column c
    // has 4 r + c.
    const at = [1 / 6, 3 / 2, 17 / 6];
    const expected = at.flatMap((row) => at.flatMap((column) => [(4 * row + column) / 255, 0.2]));
    assertClose(batch.dataSync(), expected);
    batch.dispose();
  });

  it("leaves one tensor behind, and the set's bytes as they were", () => {
    const set = smallSet();
    const before = Uint8Array.from(set.images);
    const tensors = tf.memory().numTensors;
    const batches = [
      imageBatch(set, [0]),
      imageBatch(set, [0], { size: [2, 2] }),
      imageBatch(set, [0], { size: [5, 3] }),
    ];
    assert.equal(tf.memory().numTensors, tensors + 3);
    batches.forEach((batch) => batch.dispose());
    assert.deepEqual(set.images, before);
  });

  it("refuses indices outside the set, sizes that are none, and statistics that do not fit", () => {
    const set = smallSet();
    assert.throws(() => imageBatch(set, []), /indices are empty/);
    assert.throws(
      () => imageBatch(set, [0, 3]),
      /indices of small must be integers in \[0, 3\), received 3 at position 1/,
    );
    assert.throws(() => imageBatch(set, [0], { size: [2, 0] }), /received \[2, 0\]/);
    for (const std of [[1], [1, 0], [1, NaN]]) {
      assert.throws(
        () => imageBatch(set, [0], { standardize: { mean: [0, 0], std } }),
        /needs 2 finite means and 2 positive stds/,
      );
    }
  });
});

describe("channelStatistics", () => {
  it("gives mean and population deviation per channel over the chosen images", () => {
    const { mean, std } = channelStatistics(smallSet(), [0, 2]);
    const values = [...Array(16).keys(), ...Array.from({ length: 16 }, (_, pixel) => 32 + pixel)].map(
      (byte) => byte / 255,
    );
    const expected = values.reduce((sum, value) => sum + value, 0) / 32;
    const variance = values.reduce((sum, value) => sum + (value - expected) ** 2, 0) / 32;
    assertClose(mean, [expected, 0.2], 1e-14);
    assertClose(std, [Math.sqrt(variance), 0], 1e-14);
  });

  it("makes the batch of the same images have mean 0 and deviation 1", () => {
    const set: ImageSet = { ...smallSet(), images: Uint8Array.from({ length: 96 }, (_, index) => (index * 37) % 251) };
    const batch = imageBatch(set, [0, 1, 2], { standardize: channelStatistics(set) });
    const { mean, variance } = tf.moments(batch, [0, 1, 2]);
    assertClose(mean.dataSync(), [0, 0], 1e-6);
    assertClose(variance.dataSync(), [1, 1], 1e-5);
    tf.dispose([batch, mean, variance]);
  });

  it("takes all images by default, and refuses an empty choice", () => {
    const set = smallSet();
    assert.deepEqual(channelStatistics(set), channelStatistics(set, [2, 1, 0]));
    assert.throws(() => channelStatistics(set, []), /indices are empty/);
  });
});
