import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { crc32, inflateSync } from "node:zlib";
import { encodePng, withResolution } from "../../src/figures/png";

/** The chunks of a PNG, their checksums verified. */
function chunks(png: Buffer): { type: string; data: Buffer }[] {
  const found: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    assert.equal(png.readUInt32BE(at + 8 + length), crc32(body));
    found.push({ type: body.toString("latin1", 0, 4), data: body.subarray(4) });
    at += 12 + length;
  }
  return found;
}

describe("encodePng", () => {
  it("writes rows of unfiltered pixels that read back the same", () => {
    const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7];
    const [header, data, end] = chunks(encodePng(pixels, { height: 2, width: 2, channels: 3 }));
    assert.deepEqual(
      [header.data.readUInt32BE(0), header.data.readUInt32BE(4), ...header.data.subarray(8)],
      [2, 2, 8, 2, 0, 0, 0],
    );
    assert.deepEqual([...inflateSync(data.data)], [0, ...pixels.slice(0, 6), 0, ...pixels.slice(6)]);
    assert.equal(end.type, "IEND");
  });

  it("refuses a number of values that does not fit", () => {
    assert.throws(() => encodePng([1, 2, 3], { height: 2, width: 2, channels: 1 }), /needs 4 values, received 3/);
  });
});

describe("withResolution", () => {
  it("adds 300 dpi as 11811 dots per metre right after the header", () => {
    const png = withResolution(encodePng([0], { height: 1, width: 1, channels: 1 }), 300);
    const [, resolution] = chunks(png);
    assert.equal(resolution.type, "pHYs");
    assert.deepEqual(
      [resolution.data.readUInt32BE(0), resolution.data.readUInt32BE(4), resolution.data[8]],
      [11811, 11811, 1],
    );
    assert.equal(chunks(png).length, 4);
  });
});
