import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { centre, resample, type Size } from "../../src/data/resample";
import { noise } from "./support";

/** Written by test/oracle/resample.py with Pillow. */
interface Resized {
  readonly from: Size;
  readonly to: Size;
  readonly channels: number;
  readonly sha256: string;
}

const oracle = JSON.parse(readFileSync(join(__dirname, "../oracle/resample.json"), "utf8")) as Resized[];

describe("resample", () => {
  for (const { from, to, channels, sha256 } of oracle) {
    it(`gives Pillow's bytes from ${from.join(" x ")} to ${to.join(" x ")}, ${channels} channels`, () => {
      const result = resample(noise(from[0] * from[1] * channels), from, to, channels);
      assert.equal(result.length, to[0] * to[1] * channels);
      assert.equal(createHash("sha256").update(result).digest("hex"), sha256);
    });
  }

  it("halves by weights of 1, 3, 3, 1 eighths, and doubles by thirds of a step between centres", () => {
    const row = (values: number[], width: number) => [
      ...resample(Uint8Array.from(values), [1, values.length], [1, width], 1),
    ];
    assert.deepEqual(row([0, 0, 80, 160, 240, 240], 3), [11, 120, 229]);
    assert.deepEqual(row([0, 80, 160], 6), [0, 20, 60, 100, 140, 160]);
  });

  it("leaves an image of the right size as it is", () => {
    const pixels = noise(12);
    assert.equal(resample(pixels, [2, 2], [2, 2], 3), pixels);
  });
});

describe("centre", () => {
  it("cuts the middle out", () => {
    const pixels = Uint8Array.from({ length: 30 }, (_, index) => index);
    assert.deepEqual([...centre(pixels, [5, 6], [3, 2], 1)], [8, 9, 14, 15, 20, 21]);
    assert.deepEqual([...centre(pixels, [5, 3], [1, 1], 2)], [14, 15]);
  });
});
