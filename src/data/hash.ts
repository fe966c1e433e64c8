import { createHash } from "node:crypto";

/**
 * A short stable hash of a list of indices: two runs that show the same hash used the same samples in the same order.
 *
 * The first 16 hexadecimal digits of SHA-256 over the indices as 32-bit little-endian integers.
 *
 * @param indices integers in [0, 2^31), in the order that matters.
 * @returns 16 hexadecimal digits; an empty list has a hash too.
 * @throws RangeError quoting the first entry that is no such integer.
 */
export function indexHash(indices: ArrayLike<number>): string {
  const bytes = Buffer.alloc(4 * indices.length);
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position];
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** 31) {
      throw new RangeError(
        `indexHash: indices must be integers in [0, 2^31), received ${index} at position ${position}`,
      );
    }
    bytes.writeInt32LE(index, 4 * position);
  }
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}
