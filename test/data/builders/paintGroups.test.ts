import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  colourBackground,
  colourFrame,
  colourObject,
  GROUP_COLOURS,
  paintGroups,
  type Colour,
} from "../../../src/data/builders/paintGroups";
import type { ImageSet } from "../../../src/data/imageSet";

const RED: Colour = [200, 0, 0];
const BLUE: Colour = [0, 0, 100];

/** Four grey images of 4 x 4: black, but for the pixel (1, 1) of 255 and (2, 2) of 51 times the index. */
const grey: ImageSet = {
  name: "dots",
  split: "train",
  images: Uint8Array.from({ length: 64 }, (_, place) => {
    const [index, pixel] = [Math.floor(place / 16), place % 16];
    return pixel === 5 ? 255 : pixel === 10 ? 51 * index : 0;
  }),
  labels: Int32Array.from([0, 1, 0, 1]),
  shape: [4, 4, 1],
  classNames: ["a", "b"],
  size: 4,
};
const grouped = {
  indices: Int32Array.from([3, 1, 0]),
  labels: Int32Array.from([1, 1, 0]),
  groups: Int32Array.from([0, 1, 1]),
};
const pixel = (set: ImageSet, place: number, row: number, column: number) => [
  ...set.images.subarray(((place * 4 + row) * 4 + column) * 3).subarray(0, 3),
];

describe("paintGroups", () => {
  it("makes a set of the chosen images, in their order, with the labels of the groups", () => {
    const painted = paintGroups(grey, grouped, colourObject([RED, BLUE]));
    assert.deepEqual(painted.shape, [4, 4, 3]);
    assert.equal(painted.size, 3);
    assert.equal(painted.images.length, 3 * 48);
    assert.deepEqual([...painted.labels], [1, 1, 0]);
    assert.deepEqual(painted.groups, { painted: { labels: grouped.groups, names: ["group 0", "group 1"] } });
    assert.deepEqual([...grey.images.subarray(0, 16)], [0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("colours the object and leaves the background black", () => {
    const painted = paintGroups(grey, grouped, colourObject([RED, BLUE]));
    assert.deepEqual(pixel(painted, 0, 1, 1), [200, 0, 0]);
    assert.deepEqual(pixel(painted, 0, 2, 2), [Math.round((153 * 200) / 255), 0, 0]);
    assert.deepEqual(pixel(painted, 1, 1, 1), [0, 0, 100]);
    assert.deepEqual(pixel(painted, 0, 0, 0), [0, 0, 0]);
  });

  it("puts the object in front of the group's colour", () => {
    const painted = paintGroups(grey, grouped, colourBackground([RED, BLUE]));
    assert.deepEqual(pixel(painted, 0, 0, 0), [200, 0, 0]);
    assert.deepEqual(pixel(painted, 2, 3, 3), [0, 0, 100]);
    assert.deepEqual(pixel(painted, 0, 1, 1), [255, 255, 255]);
    assert.deepEqual(pixel(painted, 0, 2, 2), [Math.round(153 + 0.4 * 200), 153, 153]);
  });

  it("draws the background's noise from the seed and the image, whatever else is painted", () => {
    const painter = (seed: number) => colourBackground([RED, BLUE], { noise: 20, seed });
    const all = paintGroups(grey, grouped, painter(1));
    const alone = paintGroups(
      grey,
      { indices: Int32Array.of(1), labels: Int32Array.of(1), groups: Int32Array.of(1) },
      painter(1),
    );
    assert.deepEqual(alone.images, all.images.subarray(48, 96));
    assert.notDeepEqual(paintGroups(grey, grouped, painter(2)).images, all.images);
    const background = Array.from({ length: 48 }, (_, place) => all.images[48 + place]).filter(
      (_, place) => place % 3 === 2,
    );
    assert.ok(background.some((byte) => byte !== 100));
    assert.ok(
      background.every((byte) => byte === 255 || Math.abs(byte - 100) <= 51),
      "blue within the noise",
    );
  });

  it("frames images of one and of three channels, and leaves what is inside", () => {
    const framed = paintGroups(grey, grouped, colourFrame(1, [RED, BLUE]));
    assert.deepEqual(pixel(framed, 0, 0, 2), [200, 0, 0]);
    assert.deepEqual(pixel(framed, 0, 3, 3), [200, 0, 0]);
    assert.deepEqual(pixel(framed, 0, 1, 1), [255, 255, 255]);
    assert.deepEqual(pixel(framed, 0, 2, 2), [153, 153, 153]);
    const again = paintGroups(
      { ...framed, split: "train" },
      { ...grouped, indices: Int32Array.from([2, 1, 0]) },
      colourFrame(1, [BLUE, RED]),
    );
    assert.deepEqual(pixel(again, 0, 0, 0), [0, 0, 100]);
    assert.deepEqual(pixel(again, 0, 1, 1), [255, 255, 255]);
  });

  it("keeps the groupings that the set had, for the chosen images", () => {
    const place = { labels: Int32Array.of(2, 3, 4, 5), names: ["a", "b", "c", "d", "e", "f"] };
    const { groups } = paintGroups({ ...grey, groups: { place } }, grouped, colourObject());
    assert.deepEqual(groups?.place, { labels: Int32Array.of(5, 3, 2), names: place.names });
  });

  it("has eight different colours ready", () => {
    assert.equal(new Set(GROUP_COLOURS.map(String)).size, 8);
  });

  it("refuses what it cannot paint", () => {
    const colour = { ...grey, shape: [2, 2, 3] as const, images: new Uint8Array(48) };
    assert.throws(() => paintGroups(colour, grouped, colourObject()), /must be grey .* received 3/);
    assert.throws(() => paintGroups(grey, grouped, colourObject([RED])), /2 groups need as many colours, received 1/);
    assert.throws(() => paintGroups(grey, grouped, colourFrame(2)), /below half of 4, received 2/);
    assert.throws(
      () => paintGroups(grey, { ...grouped, indices: Int32Array.of(0, 1, 4) }, colourObject()),
      /received 4/,
    );
    assert.throws(
      () => paintGroups(grey, { ...grouped, groups: Int32Array.of(0) }, colourObject()),
      /received 3, 3 and 1/,
    );
    assert.throws(() => colourObject([[0, 0, 256]]), /\[0, 255\], received \[0, 0, 256\] for group 0/);
    assert.throws(() => colourBackground(GROUP_COLOURS, { noise: -1 }), /received -1/);
  });
});
