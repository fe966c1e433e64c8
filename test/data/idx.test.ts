import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { readIdx } from "../../src/data/idx";
import { idxFile, inFolder, noise } from "./support";

const expected = { size: 5, shape: [3, 2, 1] as const, classes: 4 };
const pixels = noise(30);
const classes = Uint8Array.of(3, 0, 1, 2, 3);

async function read(images: Buffer, labels: Buffer) {
  return inFolder(async (folder) => {
    const paths = [join(folder, "images.gz"), join(folder, "labels.gz")];
    await writeFile(paths[0], images);
    await writeFile(paths[1], labels);
    return readIdx(paths[0], paths[1], expected);
  });
}

describe("readIdx", () => {
  it("gives the pixels and labels of the files", async () => {
    const { images, labels } = await read(idxFile([5, 3, 2], pixels), idxFile([5], classes));
    assert.deepEqual(Buffer.from(images), pixels);
    assert.deepEqual([...labels], [...classes]);
  });

  it("names a file whose compressed stream was cut", async () => {
    const whole = idxFile([5, 3, 2], pixels);
    await assert.rejects(
      read(whole.subarray(0, whole.length - 12), idxFile([5], classes)),
      /images\.gz cannot be decompressed/,
    );
  });

  it("names a file with fewer or more pixels than its header says", async () => {
    const labels = idxFile([5], classes);
    await assert.rejects(
      read(idxFile([5, 3, 2], pixels.subarray(1)), labels),
      /images\.gz is truncated: 29 bytes .* expected 30/,
    );
    await assert.rejects(read(idxFile([5, 3, 2], noise(31)), labels), /images\.gz is too long/);
  });

  it("stops inflating a file that is far too long", async () => {
    await assert.rejects(
      read(idxFile([5, 3, 2], new Uint8Array(5_000_000)), idxFile([5], classes)),
      /images\.gz cannot be decompressed/,
    );
  });

  it("quotes dimensions and number formats other than expected", async () => {
    const labels = idxFile([5], classes);
    await assert.rejects(read(idxFile([5, 2, 3], pixels), labels), /holds 5 x 2 x 3 values, expected 5 x 3 x 2/);
    await assert.rejects(
      read(idxFile([30], pixels), labels),
      /no IDX file of unsigned bytes with 3 dimensions: it begins with 0x00000801/,
    );
    await assert.rejects(read(idxFile([5, 3, 2], pixels, 0x0d), labels), /it begins with 0x00000d03/);
    await assert.rejects(
      read(idxFile([5, 3, 2], pixels), idxFile([4], classes.subarray(1))),
      /labels\.gz holds 4 values, expected 5/,
    );
  });

  it("says which image has a label out of range", async () => {
    const labels = idxFile([5], Uint8Array.of(0, 1, 4, 0, 0));
    await assert.rejects(read(idxFile([5, 3, 2], pixels), labels), /labels\.gz: label 4 of image 2, expected 0 to 3/);
  });
});
