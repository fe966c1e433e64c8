import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { loadImages, type ImageSet } from "../../src/data/imageSet";
import type { Split } from "../../src/data/registry";
import { loadTabular } from "../../src/data/tabular";
import { folderWith } from "./support";

const oracle = <T>(name: string) => JSON.parse(readFileSync(join(__dirname, "../oracle", name), "utf8")) as T;
const BLOCK = 100;

/** Written by test/oracle/images.py, see there. */
interface ImageDigests {
  readonly size: number;
  readonly recovered?: readonly number[];
  readonly blocks: string;
}

/** SHA-256 of an image: its label bytes, then its pixels (none where these are not official). */
function digestsOf(set: ImageSet, recovered: readonly number[]): Buffer[] {
  const bytes = set.images.length / set.size;
  const skipped = new Set(recovered);
  return Array.from(set.labels, (label, image) => {
    const coarse = set.groups?.coarse.labels[image];
    const hash = createHash("sha256").update(Uint8Array.from(coarse === undefined ? [label] : [coarse, label]));
    if (!skipped.has(image)) hash.update(set.images.subarray(image * bytes, (image + 1) * bytes));
    return hash.digest();
  });
}

function short(digests: readonly Buffer[]): string {
  return createHash("sha256").update(Buffer.concat(digests)).digest("hex").slice(0, 16);
}

function inOrder(digests: readonly Buffer[]): string[] {
  return Array.from({ length: digests.length / BLOCK }, (_, block) =>
    short(digests.slice(block * BLOCK, (block + 1) * BLOCK)),
  );
}

function byClass(digests: readonly Buffer[], labels: Int32Array): string[] {
  return Array.from({ length: 100 }, (_, label) =>
    short(digests.filter((_digest, image) => labels[image] === label).sort(Buffer.compare)),
  );
}

describe("every image, against a reader in Python", () => {
  const sets = oracle<Record<string, Partial<Record<Split, ImageDigests>>>>("images.json");
  const files: Record<string, string> = {
    "fashion-mnist": "fashion-mnist/train-images-idx3-ubyte.gz",
    "cifar-10": "cifar-10-batches-bin/test_batch.bin",
    "cifar-100-lt50": "cifar-100-binary/test.bin",
  };
  for (const [name, splits] of Object.entries(sets)) {
    for (const [split, { size, recovered = [], blocks }] of Object.entries(splits)) {
      const folder = folderWith(files[name]);
      it(`is the same in ${name}, ${split} part`, { skip: !folder && `${name} is not in data/cache` }, async () => {
        const set = await loadImages(name, { split: split as Split, folder, download: false });
        assert.equal(set.size, size);
        const digests = digestsOf(set, recovered);
        const found = name === "cifar-100-lt50" ? byClass(digests, set.labels) : inOrder(digests);
        const wrong = blocks.split(" ").flatMap((block, index) => (block === found[index] ? [] : [index]));
        assert.deepEqual(wrong, [], "blocks of 100 images (of CIFAR-100: classes) that differ");
        assert.equal(found.length, blocks.split(" ").length);
      });
    }
  }
});

/** Written by test/oracle/tables.py, see there. */
interface TableSums {
  readonly rows: number;
  readonly positives: number;
  readonly columns: Readonly<Record<string, number>>;
  readonly groups: Readonly<Record<string, Readonly<Record<string, readonly [rows: number, positives: number]>>>>;
}

/** Features are float32 with a mean square of at most 1, so that their rounding moves a mean by 6e-8 at most. */
const TOLERANCE = 1e-7;

describe("every table, against a reader in Python", () => {
  const tables = oracle<Record<string, TableSums>>("tables.json");
  const folder = folderWith("tabular/adult.data.gz");
  for (const [name, expected] of Object.entries(tables)) {
    it(
      `has the same features, labels and groups in ${name}`,
      { skip: !folder && "no tables in data/cache" },
      async () => {
        const official = name === "adult" ? {} : { testShare: 0 };
        const set = await loadTabular({ name, folder, download: false, validationShare: 0, ...official });
        assert.equal(set.size, expected.rows);
        assert.equal(set.labels.filter((label) => label === 1).length, expected.positives);
        assert.deepEqual([...set.columns].sort(), Object.keys(expected.columns).sort());
        for (const [column, title] of set.columns.entries()) {
          let sum = 0;
          for (let row = 0; row < set.size; row++)
            sum += set.features[row * set.columns.length + column] * Math.cos(row);
          const error = Math.abs(sum / set.size - expected.columns[title]);
          assert.ok(error <= TOLERANCE, `${title}: ${sum / set.size}, expected ${expected.columns[title]}`);
        }
        for (const [group, counts] of Object.entries(expected.groups)) {
          const { labels, names } = set.groups[group];
          const found = names.map((value, index) => {
            const rows = set.labels.filter((_, row) => labels[row] === index);
            return [value, [rows.length, rows.filter((label) => label === 1).length]];
          });
          assert.deepEqual(Object.fromEntries(found), counts);
        }
      },
    );
  }
});
