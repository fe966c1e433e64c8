import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { describeError } from "./errors";

const UNSIGNED_BYTE = 0x08;
const decompress = promisify(gunzip);

/** The pixels and labels of a split, as its files hold them. */
export interface RawImages {
  /** size x height x width x channels bytes, channels last. */
  readonly images: Uint8Array;
  /** One class per image. */
  readonly labels: Int32Array;
}

/** What a reader must find. */
export interface ExpectedImages {
  readonly size: number;
  readonly shape: readonly [number, number, number];
  /** Number of classes: labels are integers in [0, classes). */
  readonly classes: number;
}

/**
 * Reads images and labels from gzipped IDX files, the format of MNIST (http://yann.lecun.com/exdb/mnist/).
 *
 * @param imagesPath file with an array of unsigned bytes [size, height, width].
 * @param labelsPath file with an array of unsigned bytes [size].
 * @param expected what the files must hold; one channel.
 * @returns the images as one view of the decompressed file, and the labels.
 * @throws Error naming the file, for a damaged or truncated file, other dimensions, or a label out of range.
 */
export async function readIdx(imagesPath: string, labelsPath: string, expected: ExpectedImages): Promise<RawImages> {
  const { size, shape, classes } = expected;
  const bytes = await readIdxArray(labelsPath, [size]);
  const bad = bytes.findIndex((label) => label >= classes);
  if (bad >= 0) throw new Error(`${labelsPath}: label ${bytes[bad]} of image ${bad}, expected 0 to ${classes - 1}`);
  const images = await readIdxArray(imagesPath, [size, shape[0], shape[1]]);
  return { images, labels: Int32Array.from(bytes) };
}

/** The content of one IDX file of unsigned bytes with these dimensions, without its header. */
async function readIdxArray(path: string, dimensions: readonly number[]): Promise<Uint8Array> {
  const header = 4 + 4 * dimensions.length;
  const count = dimensions.reduce((product, dimension) => product * dimension, 1);
  // One byte more than expected is enough to notice a file that is too long, however far it would inflate.
  const content = await decompress(await readFile(path), { maxOutputLength: header + count + 1 }).catch(
    (error: unknown) => {
      throw new Error(`${path} cannot be decompressed: ${describeError(error)}`, { cause: error });
    },
  );
  const found = content.length >= header ? content : Buffer.alloc(header);
  if (found.readUInt16BE(0) !== 0 || found[2] !== UNSIGNED_BYTE || found[3] !== dimensions.length) {
    throw new Error(
      `${path} is no IDX file of unsigned bytes with ${dimensions.length} dimensions: ` +
        `it begins with 0x${content.toString("hex", 0, 4)}`,
    );
  }
  const sizes = dimensions.map((_, axis) => found.readUInt32BE(4 + 4 * axis));
  if (sizes.some((length, axis) => length !== dimensions[axis])) {
    throw new Error(`${path} holds ${sizes.join(" x ")} values, expected ${dimensions.join(" x ")}`);
  }
  if (content.length !== header + count) {
    const relation = content.length < header + count ? "is truncated" : "is too long";
    throw new Error(`${path} ${relation}: ${content.length - header} bytes after the header, expected ${count}`);
  }
  return new Uint8Array(content.buffer, content.byteOffset + header, count);
}
