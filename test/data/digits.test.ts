import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { readDigits } from "../../src/data/digits";
import { indexHash } from "../../src/data/hash";
import { inFolder } from "./support";

const embedded = resolve(__dirname, "..", "..", "data", "embedded", "digits.csv.gz");
const expected = { size: 1438, shape: [8, 8, 1] as const, classes: 10 };

async function readText(text: string | Buffer) {
  return inFolder(async (folder) => {
    const path = join(folder, "digits.csv.gz");
    await writeFile(path, typeof text === "string" ? gzipSync(text) : text);
    return readDigits(path, "train", { size: 2, shape: [1, 2, 1], classes: 10 });
  });
}

describe("readDigits", () => {
  it("splits the 1,797 images in fixed parts, a fifth of every class to test on", async () => {
    const train = await readDigits(embedded, "train", expected);
    const test = await readDigits(embedded, "test", { ...expected, size: 359 });
    const counts = (labels: Int32Array) =>
      Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    assert.deepEqual(counts(test.labels), [36, 36, 35, 37, 36, 36, 36, 36, 35, 36]);
    assert.deepEqual(counts(train.labels), [142, 146, 142, 146, 145, 146, 145, 143, 139, 144]);
    assert.equal(indexHash(test.labels), "9b76d984c7fcc274");
    assert.equal(indexHash(test.images), "41b38f665167cd9f");
    assert.equal(indexHash(train.images), "bae6ca8d06db6eca");
  });

  it("stretches the values 0 to 16 over the bytes", async () => {
    const { images } = await readText("0,16,3\n8,1,3\n5,5,3\n");
    assert.equal(images.length, 4);
    const scaled = new Set([0, 255, 128, 16, 80]);
    assert.ok(images.every((byte) => scaled.has(byte)));
  });

  it("names file and line of what is no digit image", async () => {
    await assert.rejects(
      readText("0,1,3\n0,17,3\n"),
      /digits\.csv\.gz, line 2: pixel 1 is "17", expected an integer in \[0, 16\]/,
    );
    await assert.rejects(readText("0,1,3\n,1,3\n"), /line 2: pixel 0 is ""/);
    await assert.rejects(readText("0,NaN,3\n0,1,3\n"), /line 1: pixel 1 is "NaN"/);
    await assert.rejects(readText("0,1,10\n"), /line 1: the label is "10", expected an integer in \[0, 9\]/);
    await assert.rejects(readText("0,1\n"), /line 1: 2 values, expected 3/);
    await assert.rejects(readText("0,1,3\n0,2,3\n"), /1 of 2 lines make the train part, expected 2/);
    await assert.rejects(readText(gzipSync("0,1,3\n").subarray(0, 15)), /digits\.csv\.gz cannot be decompressed/);
  });
});
