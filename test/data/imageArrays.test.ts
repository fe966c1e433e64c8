import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { imagesFromArrays, type ImageArrays } from "../../src/data/imageArrays";

const arrays: ImageArrays = {
  images: [0, 1, 2, 3, 252, 253, 254, 255],
  labels: [1, 0],
  shape: [2, 2, 1],
  classNames: ["a", "b"],
};

describe("imagesFromArrays", () => {
  it("makes a set of plain arrays", () => {
    const set = imagesFromArrays({ ...arrays, groups: { place: { labels: [0, 0], names: ["here"] } }, name: "mine" });
    assert.deepEqual([...set.images], arrays.images);
    assert.deepEqual([[...set.labels], set.size, set.name, set.split], [[1, 0], 2, "mine", "train"]);
    assert.deepEqual(set.groups?.place, { labels: Int32Array.of(0, 0), names: ["here"] });
  });

  it("uses bytes in place", () => {
    const images = Uint8Array.from(arrays.images);
    assert.equal(imagesFromArrays({ ...arrays, images }).images, images);
  });

  const bad: [string, Partial<ImageArrays>, RegExp][] = [
    [
      "a pixel that is NaN",
      { images: [0, 1, 2, 3, 4, NaN, 6, 7] },
      /value 1 of image 1 is NaN, expected an integer in \[0, 255\]/,
    ],
    ["a fraction", { images: Float32Array.from([0, 1, 2, 0.5, 4, 5, 6, 7]) }, /value 3 of image 0 is 0\.5/],
    ["a value above a byte", { images: [0, 1, 2, 3, 4, 5, 6, 256] }, /value 3 of image 1 is 256/],
    ["a label out of range", { labels: [1, 2] }, /label of image 1 is 2, expected an integer in \[0, 1\]/],
    ["a label that is NaN", { labels: [NaN, 1] }, /label of image 0 is NaN/],
    ["images that are cut", { images: [0, 1, 2, 3, 4, 5, 6] }, /ask for 8 values, at least one image, received 7/],
    ["no images", { images: [], labels: [] }, /at least one image, received 0/],
    ["a bad shape", { shape: [2, 2, 0] }, /positive integers, received \[2, 2, 0\]/],
    [
      "a group of another length",
      { groups: { g: { labels: [0], names: ["a"] } } },
      /group "g" has 1 labels, expected 2/,
    ],
    ["a group out of range", { groups: { g: { labels: [0, 1], names: ["a"] } } }, /group "g" of image 1 is 1/],
  ];
  for (const [what, change, message] of bad) {
    it(`refuses ${what}`, () => assert.throws(() => imagesFromArrays({ ...arrays, ...change }), message));
  }
});
