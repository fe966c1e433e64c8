import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { loadImages, type LoadImagesOptions } from "../../src/data/imageSet";
import { dataset, type ImageDataset } from "../../src/data/registry";
import { writeFlat, writeRamp, type Colour } from "./images";
import { inFolder } from "./support";

const FOLDER = "waterbird_complete95_forest2water2";
const entry = dataset("waterbirds") as ImageDataset;
const metadata = `${FOLDER}/metadata.csv`;
/** What the compression at best quality may move a value by. */
const JPEG = 2;
/** The set with two train images, one to validate and one to test on. */
const small: ImageDataset = {
  ...entry,
  splits: {
    train: { size: 2, paths: [metadata] },
    validation: { size: 1, paths: [metadata] },
    test: { size: 1, paths: [metadata] },
  },
};
const header = "img_id,img_filename,y,split,place,place_filename";
const lines = [
  "1,001.Albatross/a.jpg,1,0,0,/f/forest/1.jpg",
  "2,001.Albatross/b.jpg,1,2,1,/l/lake/2.jpg",
  "3,002.Wren/a.jpg,0,0,1,/l/lake/3.jpg",
  "4,002.Wren/b.jpg,0,1,0,/f/forest/4.jpg",
];
const colours: Colour[] = [
  [250, 250, 250],
  [200, 200, 200],
  [100, 100, 100],
  [0, 0, 0],
];

/** Lays the folder out as the official archive does, with these lines of metadata, and loads from it. */
async function load(options: LoadImagesOptions = {}, content = lines, before?: (folder: string) => Promise<void>) {
  return inFolder(async (folder) => {
    const root = join(folder, FOLDER);
    await mkdir(root);
    await writeFile(join(root, "metadata.csv"), [header, ...content, ""].join("\n"));
    for (const [index, line] of lines.entries()) {
      await writeFlat(join(root, line.split(",")[1]), [30 + index, 40 - index], colours[index]);
    }
    await before?.(root);
    return loadImages(small, { folder, download: false, resize: { size: [8, 8] }, ...options });
  });
}

describe("loadImages on Waterbirds", () => {
  it("reads the images, classes and places of each part, in the order of metadata.csv", async () => {
    const train = await load();
    assert.deepEqual([train.size, train.shape, train.split], [2, [8, 8, 3], "train"]);
    assert.deepEqual([...train.labels], [1, 0]);
    assert.deepEqual([...(train.groups?.place.labels ?? [])], [0, 1]);
    assert.deepEqual(train.groups?.place.names, ["land", "water"]);
    assert.deepEqual(train.classNames, ["landbird", "waterbird"]);
    assert.deepEqual([train.images[0], train.images[192]], [250, 100]);
    const validation = await load({ split: "validation" });
    assert.deepEqual([[...validation.labels], validation.images[0]], [[0], 0]);
    const test = await load({ split: "test" });
    assert.deepEqual([[...test.labels], test.groups?.place.labels[0], test.images[5]], [[1], 1, 200]);
  });

  it("reads in the size of the registry by default, stretched to 256 / 224 with the centre cut out", async () => {
    const ramp = (root: string) => writeRamp(join(root, "001.Albatross", "a.jpg"), [256, 256], 1);
    const row = async (options: LoadImagesOptions) => {
      const set = await load(options, lines, ramp);
      assert.deepEqual(set.shape, [224, 224, 3]);
      return [0, 100, 223].map((column) => set.images[3 * (224 * 100 + column)]);
    };
    const near = (found: number[], expected: number[]) =>
      assert.ok(
        found.every((value, index) => Math.abs(value - expected[index]) <= JPEG),
        `${found}, expected ${expected}`,
      );
    near(await row({ resize: undefined }), [16, 116, 239]);
    // Without a margin nothing falls away: pixel c lies over column (c + 1/2) 256 / 224 - 1/2.
    near(await row({ resize: { size: [224, 224], margin: 1 } }), [0, 114, 255]);
  });

  const bad: [string, string[], RegExp][] = [
    ["a part with another number of images", lines.slice(1), /holds 1 images of the train part, expected 2/],
    [
      "a class out of range",
      [lines[0].replace(",1,0,0,", ",2,0,0,"), ...lines.slice(1)],
      /line 2: y is "2", expected an integer in \[0, 1\]/,
    ],
    ["a class that is NaN", [lines[0].replace(",1,0,0,", ",NaN,0,0,"), ...lines.slice(1)], /line 2: y is "NaN"/],
    ["a place that is not given", [lines[0].replace(",1,0,0,", ",1,0,,"), ...lines.slice(1)], /line 2: place is ""/],
    [
      "a part out of range",
      [lines[0], lines[1].replace(",1,2,1,", ",1,3,1,"), ...lines.slice(2)],
      /line 3: split is "3", expected an integer in \[0, 2\]/,
    ],
    [
      "an image outside the folder",
      [lines[0].replace("001.Albatross/a", "../../a"), ...lines.slice(1)],
      /line 2: img_filename is "\.\.\/\.\.\/a\.jpg", expected a path within/,
    ],
  ];
  for (const [what, content, message] of bad) {
    it(`names the line of ${what}`, () => assert.rejects(load({}, content), message));
  }

  it("names a missing column, and an image that is missing", async () => {
    const without = (root: string) => writeFile(join(root, "metadata.csv"), "img_filename,y,split\na.jpg,0,0\n");
    await assert.rejects(
      load({}, lines, without),
      /metadata\.csv has no column "place"; it has "img_filename", "y", "split"/,
    );
    const gone = (root: string) => rm(join(root, "002.Wren", "a.jpg"));
    await assert.rejects(load({}, lines, gone), /002\.Wren\/a\.jpg cannot be decoded: .*missing/);
  });

  it("holds as many images in the registry as the paper says", () => {
    assert.deepEqual(
      Object.values(entry.splits).map((split) => split.size),
      [4_795, 1_199, 5_794],
    );
  });
});
