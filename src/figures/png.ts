import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const METRES_PER_INCH = 0.0254;

/** A chunk of a PNG file: length, type, data, checksum of type and data. */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/**
 * Encodes pixels as a PNG, uncompressed: the same pixels give the same bytes with every version of zlib.
 *
 * @param pixels values in 0..255, row by row, channels interleaved; length height * width * channels.
 * @param size height and width in pixels; `channels` 1 (grey) or 3 (red, green, blue).
 * @returns the bytes of the file.
 * @throws RangeError when the number of values does not fit the size.
 * @see https://www.w3.org/TR/png-3/
 */
export function encodePng(
  pixels: ArrayLike<number>,
  { height, width, channels }: { height: number; width: number; channels: 1 | 3 },
): Buffer {
  const stride = width * channels;
  if (pixels.length !== height * stride) {
    throw new RangeError(
      `encodePng: ${height} x ${width} x ${channels} needs ${height * stride} values, received ${pixels.length}`,
    );
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = channels === 1 ? 0 : 2;
  // Each row is preceded by its filter, here none.
  const rows = Buffer.alloc(height * (stride + 1));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < stride; column++)
      rows[row * (stride + 1) + 1 + column] = pixels[row * stride + column];
  }
  const data = deflateSync(rows, { level: 0 });
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", new Uint8Array(0))]);
}

/**
 * Writes the resolution into a PNG (its pHYs chunk), so that programs place it at its true size.
 *
 * @param png the bytes of a PNG file without a pHYs chunk.
 * @param dotsPerInch pixels per inch, both ways.
 * @returns the bytes of the file with the chunk after its header.
 */
export function withResolution(png: Buffer, dotsPerInch: number): Buffer {
  const data = Buffer.alloc(9);
  const dotsPerMetre = Math.round(dotsPerInch / METRES_PER_INCH);
  data.writeUInt32BE(dotsPerMetre, 0);
  data.writeUInt32BE(dotsPerMetre, 4);
  data[8] = 1;
  const headerEnd = SIGNATURE.length + 12 + png.readUInt32BE(SIGNATURE.length);
  return Buffer.concat([png.subarray(0, headerEnd), chunk("pHYs", data), png.subarray(headerEnd)]);
}
