import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { readCifar } from "../../src/data/cifar";
import { inFolder, noise, tinyRecord } from "./support";

const expected = { size: 3, shape: [2, 2, 3] as const, classes: 2 };

async function read(
  contents: Buffer[],
  options?: Parameters<typeof readCifar>[2],
  wanted: Parameters<typeof readCifar>[1] = expected,
) {
  return inFolder(async (folder) => {
    const paths = contents.map((_, index) => join(folder, `part-${index}.bin`));
    await Promise.all(contents.map((content, index) => writeFile(paths[index], content)));
    return readCifar(paths, wanted, options);
  });
}

describe("readCifar", () => {
  it("puts the planes of red, green and blue side by side in every pixel", async () => {
    const { images, labels } = await read([Buffer.concat([tinyRecord(1), tinyRecord(0)]), tinyRecord(1)]);
    assert.deepEqual([...labels], [1, 0, 1]);
    const image = [10, 20, 30, 11, 21, 31, 12, 22, 32, 13, 23, 33];
    assert.deepEqual([...images], [...image, ...image, ...image]);
  });

  it("takes the last of several label bytes", async () => {
    const record = Buffer.concat([Buffer.of(9), tinyRecord(1)]);
    const { labels, images } = await read([Buffer.concat([record, record, record])], { labelBytes: 2 });
    assert.deepEqual([...labels], [1, 1, 1]);
    assert.equal(images[0], 10);
  });

  it("takes the first of two label bytes for the coarse class, where that is wanted", async () => {
    const record = (coarse: number, label: number) => Buffer.concat([Buffer.of(coarse), tinyRecord(label)]);
    const content = Buffer.concat([record(2, 1), record(0, 0), record(1, 1)]);
    const { labels, coarse } = await read([content], { coarseClasses: 3 });
    assert.deepEqual([...labels], [1, 0, 1]);
    assert.deepEqual([...(coarse ?? [])], [2, 0, 1]);
    await assert.rejects(
      read([content], { coarseClasses: 2 }),
      /part-0\.bin: coarse label 2 of record 0, expected 0 to 1/,
    );
  });

  it("reads files of more records than fit its buffer, whole", async () => {
    const size = 1203;
    const content = noise(size * 13).map((byte, index) => (index % 13 === 0 ? index % 2 : byte)) as Buffer;
    const { images, labels } = await read([content], undefined, { ...expected, size });
    for (const record of [0, 499, 500, 1000, 1202]) {
      assert.equal(labels[record], content[13 * record]);
      assert.equal(images[12 * record + 5], content[13 * record + 1 + 4 + 4 + 1], `record ${record}: blue of pixel 1`);
    }
  });

  it("names the file that is no whole number of records", async () => {
    await assert.rejects(
      read([tinyRecord(0), Buffer.concat([tinyRecord(0), tinyRecord(1)]).subarray(0, 20)]),
      /part-1\.bin is truncated or no CIFAR file: its 20 bytes are no whole number of records of 13 bytes/,
    );
  });

  it("quotes the records of every file when their sum is wrong", async () => {
    await assert.rejects(
      read([tinyRecord(0), tinyRecord(0)]),
      /2 records found, expected 3: 1 in .*part-0\.bin, 1 in .*part-1\.bin/,
    );
  });

  it("says which record has a label out of range", async () => {
    await assert.rejects(
      read([tinyRecord(0), Buffer.concat([tinyRecord(0), tinyRecord(2)])]),
      /part-1\.bin: label 2 of record 1, expected 0 to 1/,
    );
  });

  it("stops when aborted", async () => {
    const reason = new Error("enough");
    await assert.rejects(
      read([Buffer.concat([tinyRecord(0), tinyRecord(1), tinyRecord(0)])], { signal: AbortSignal.abort(reason) }),
      reason,
    );
  });
});
