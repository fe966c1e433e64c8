import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { describeError } from "./errors";
import type { ExpectedImages, RawImages } from "./idx";
import type { Split } from "./entry";
import { stratifiedSplit } from "./split";

const decompress = promisify(gunzip);
const LARGEST_VALUE = 16;
const TEST_SHARE = 0.2;
const SPLIT_SEED = 0;

/**
 * Reads one part of the embedded digits: a gzipped CSV with one image per line, its pixels row by row, then its class.
 *
 * The 1,797 images have no official split. Here a fifth of every class is the test part, chosen once and for all by
 * `stratifiedSplit` with seed 0: 1,438 images to train on, 359 to test on. Pixel values 0 to 16 become round(255 v /
 * 16).
 *
 * @param path the file.
 * @param split which part.
 * @param expected what the part must hold; one channel.
 * @returns images and labels in the order of the file.
 * @throws Error naming the file, and the line where one is at fault, for a damaged file, another number of values or
 *   lines, a value that is no integer in [0, 16], or a label out of range.
 */
export async function readDigits(path: string, split: Split, expected: ExpectedImages): Promise<RawImages> {
  const content = await decompress(await readFile(path), { maxOutputLength: 1 << 24 }).catch((error: unknown) => {
    throw new Error(`${path} cannot be decompressed: ${describeError(error)}`, { cause: error });
  });
  const rows = content.toString("latin1").trimEnd().split("\n");
  const pixels = expected.shape[0] * expected.shape[1];
  const table = rows.map((row, line) => parseRow(row, `${path}, line ${line + 1}`, pixels, expected.classes));
  const parts = stratifiedSplit({ labels: table.map((row) => row[pixels]), share: TEST_SHARE, seed: SPLIT_SEED });
  const { indices } = split === "train" ? parts.train : parts.validation;
  if (indices.length !== expected.size) {
    throw new Error(
      `${path}: ${indices.length} of ${rows.length} lines make the ${split} part, expected ${expected.size}`,
    );
  }
  const images = new Uint8Array(indices.length * pixels);
  indices.forEach((index, position) => {
    for (let pixel = 0; pixel < pixels; pixel++) {
      images[position * pixels + pixel] = Math.round((table[index][pixel] * 255) / LARGEST_VALUE);
    }
  });
  return { images, labels: Int32Array.from(indices, (index) => table[index][pixels]) };
}

function parseRow(row: string, place: string, pixels: number, classes: number): number[] {
  const values = row.split(",").map((field) => (field.trim() === "" ? NaN : Number(field)));
  if (values.length !== pixels + 1) throw new Error(`${place}: ${values.length} values, expected ${pixels + 1}`);
  values.forEach((value, column) => {
    const limit = column < pixels ? LARGEST_VALUE : classes - 1;
    if (!Number.isInteger(value) || value < 0 || value > limit) {
      const what = column < pixels ? `pixel ${column}` : "the label";
      throw new Error(
        `${place}: ${what} is ${JSON.stringify(row.split(",")[column])}, expected an integer in [0, ${limit}]`,
      );
    }
  });
  return values;
}
