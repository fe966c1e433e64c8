import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { mimeBundle, PLOTLY_MIME } from "../../src/notebook";
import { bytesOf, floatsOf, type PackedArray } from "./unpack";

const shown = (trace: object): Record<string, unknown> => {
  const figure = mimeBundle({ data: [trace], layout: {} })?.data[PLOTLY_MIME];
  return (figure as { data: Record<string, unknown>[] }).data[0];
};

describe("a figure shown in a notebook", () => {
  it("packs long arrays of numbers as float32, gaps as NaN", () => {
    const x = Array.from({ length: 200 }, (_, index) => (index === 7 ? NaN : index / 7));
    const packed = shown({ x, y: [1, 2] });
    assert.equal((packed.x as PackedArray).dtype, "f4");
    const back = floatsOf(packed.x);
    assert.equal(back.length, 200);
    // float32 holds 24 bits.
    back.forEach((value, index) => {
      assert.ok(index === 7 ? Number.isNaN(value) : Math.abs(value - x[index]) <= 2 ** -24 * x[index] + 1e-30);
    });
    assert.deepEqual(packed.y, [1, 2]);
  });

  it("packs whole numbers up to 255 as bytes, tables with their shape", () => {
    const z = Array.from({ length: 12 }, (_, row) => Array.from({ length: 10 }, (_, column) => row * column));
    const packed = shown({ z }).z as PackedArray;
    assert.deepEqual([packed.dtype, packed.shape], ["u1", "12, 10"]);
    assert.deepEqual(Array.from(bytesOf(packed)), z.flat());
  });

  it("leaves texts, short arrays and rows of unequal length alone", () => {
    const text = Array.from({ length: 200 }, (_, index) => `point ${index}`);
    const ragged = [[1, 2], [3]];
    assert.deepEqual(shown({ text, marker: { size: [1, 2, 3] }, customdata: ragged }), {
      text,
      marker: { size: [1, 2, 3] },
      customdata: ragged,
    });
  });
});
