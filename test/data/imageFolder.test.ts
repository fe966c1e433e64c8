import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, it } from "node:test";

import { loadImageFolder, type ImageFolderOptions } from "../../src/data/imageFolder";
import { writeClasses, writeFlat, writeImage, writeRamp, type Colour } from "./images";
import { inFolder } from "./support";

/** The folder of `writeClasses`, changed by `before`, loaded. */
async function load(options: Partial<ImageFolderOptions> = {}, before?: (folder: string) => Promise<void>) {
  return inFolder(async (folder) => {
    await writeClasses(folder);
    await before?.(folder);
    return { folder, set: await loadImageFolder({ folder, ...options }) };
  });
}

const [red, green, blue, grey]: Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [90, 90, 90],
];

describe("loadImageFolder", () => {
  it("takes sub-folders for classes and reads their images in the order of their names", async () => {
    const { folder, set } = await load();
    assert.deepEqual(
      [set.classNames, [...set.labels], set.shape, set.size],
      [["cat", "dog"], [0, 0, 1, 1], [4, 6, 3], 4],
    );
    const colours = [0, 1, 2, 3].map((image) => [...set.images.subarray(72 * image, 72 * image + 3)]);
    assert.deepEqual(
      colours,
      [red, green, blue, grey].map((colour) => [...colour]),
    );
    assert.deepEqual([set.name, set.split], [basename(folder), "train"]);
  });

  it("keeps rows and columns apart", async () => {
    const { set } = await load({}, (folder) =>
      writeImage(join(folder, "cat", "a.png"), [4, 6], [red, green, blue, grey]),
    );
    const pixel = (row: number, column: number) => [...set.images.subarray(3 * (6 * row + column)).subarray(0, 3)];
    assert.deepEqual(
      [pixel(0, 0), pixel(0, 5), pixel(3, 0), pixel(3, 5)],
      [red, green, blue, grey].map((c) => [...c]),
    );
  });

  it("reads grey images as colour, colour ones as grey, and takes the classes in the order given", async () => {
    const { set } = await load({ channels: 1, classNames: ["dog", "cat"], split: "test" });
    assert.deepEqual([set.shape, set.classNames, set.split], [[4, 6, 1], ["dog", "cat"], "test"]);
    assert.equal(set.images[24], 90);
    assert.ok(set.images[48] > 0 && set.images[72] > set.images[48], "green is lighter than red");
  });

  it("passes over hidden files, files that are no images, and files beside the classes", async () => {
    const { set } = await load({}, async (folder) => {
      await writeFile(join(folder, "cat", ".a.png"), "hidden");
      await writeFile(join(folder, "cat", "notes.txt"), "notes");
      await writeFile(join(folder, "readme.md"), "readme");
      await mkdir(join(folder, ".git"));
    });
    assert.equal(set.size, 4);
  });

  it("brings images to one size, stretched or cut, with a margin or without", async () => {
    const firstAndLast = async (options: Partial<ImageFolderOptions>) => {
      const { set } = await load({ size: [10, 10], ...options }, (folder) =>
        writeRamp(join(folder, "cat", "a.png"), [10, 30], 8),
      );
      assert.deepEqual([set.shape, set.size], [[10, 10, 3], 4]);
      return [set.images[0], set.images[27]];
    };
    // Stretched: three columns become one, 0 to 2 the first and 27 to 29 the last; beside the border stands its own column.
    const [left, right] = await firstAndLast({});
    assert.ok(left >= 8 && left <= 16 && right >= 216 && right <= 224, `${left}, ${right}`);
    // Cut: columns 10 to 19 are left as they are; and so with a margin that leaves the width as it is.
    assert.deepEqual(await firstAndLast({ fit: "cover" }), [80, 152]);
    assert.deepEqual(await firstAndLast({ margin: 3 }), [80, 152]);
  });

  it("interpolates linearly over the window that a reduced pixel covers", async () => {
    const { set } = await load({ size: [1, 1] }, (folder) =>
      writeImage(
        join(folder, "cat", "a.png"),
        [64, 64],
        [
          [200, 0, 0],
          [100, 0, 0],
          [100, 0, 0],
          [0, 0, 0],
        ],
      ),
    );
    // The window is symmetric about the centre, so each quarter weighs the same.
    assert.ok(Math.abs(set.images[0] - 100) <= 1, `${set.images[0]}`);
  });

  it("names the image of another size, where no size was given", async () => {
    await assert.rejects(
      load({}, (folder) => writeFlat(join(folder, "dog", "2.png"), [5, 6], grey)),
      /dog\/2\.png has 5 x 6 pixels, .*cat\/a\.png 4 x 6: give a size/,
    );
  });

  it("names the image that is cut or none", async () => {
    const cut = async (folder: string) => {
      const path = join(folder, "dog", "3.jpg");
      await writeFlat(path, [64, 64], red);
      const whole = await readFile(path);
      await writeFile(path, whole.subarray(0, whole.length - 200));
    };
    await assert.rejects(load({ size: [4, 6] }, cut), /dog\/3\.jpg cannot be decoded: .*premature end/);
    await assert.rejects(
      load({}, (folder) => writeFile(join(folder, "dog", "3.png"), "text")),
      /dog\/3\.png cannot be decoded: .*unsupported image format/,
    );
  });

  const bad: [string, Partial<ImageFolderOptions>, ((folder: string) => Promise<unknown>) | undefined, RegExp][] = [
    [
      "a class without images",
      {},
      (folder) => mkdir(join(folder, "eel")),
      /eel holds no images, expected files that end in/,
    ],
    ["a class that is not named", { classNames: ["cat"] }, undefined, /has the sub-folders cat, dog; .* received cat/],
    ["a class that is not there", { classNames: ["cat", "dog", "eel"] }, undefined, /received cat, dog, eel/],
    ["a number of channels", { channels: 4 as 3 }, undefined, /channels must be 1 or 3, received 4/],
    ["a size", { size: [10, 0] }, undefined, /size must be \[height, width\] in positive integers, received \[10, 0\]/],
    ["a margin", { margin: 0.5 }, undefined, /margin must be a number of at least 1, received 0\.5/],
    ["a fit", { fit: "fill" as "cover" }, undefined, /fit must be "stretch" or "cover", received "fill"/],
  ];
  for (const [what, options, before, message] of bad) {
    it(`says what is wrong with ${what}`, () =>
      assert.rejects(
        load(options, async (folder) => void (await before?.(folder))),
        message,
      ));
  }

  it("names the folder that is missing or has no classes", async () => {
    await inFolder(async (folder) => {
      await assert.rejects(loadImageFolder({ folder: join(folder, "gone") }), /gone cannot be read: ENOENT/);
      await assert.rejects(loadImageFolder({ folder }), /has no sub-folders, expected one per class/);
    });
  });

  it("stops when aborted", async () => {
    const reason = new Error("enough");
    await assert.rejects(load({ signal: AbortSignal.abort(reason) }), reason);
  });
});
