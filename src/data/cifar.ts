import { open, stat } from "node:fs/promises";

import type { ExpectedImages, RawImages } from "./idx";

/** Records that are in memory at a time besides the set itself. */
const RECORDS_PER_READ = 500;

/**
 * Reads images and labels from files in the binary format of CIFAR (https://www.cs.toronto.edu/~kriz/cifar.html).
 *
 * A record is `labelBytes` label bytes, the last of which is the class (and the first of two the coarse class), then
 * one plane of height x width bytes per channel. The planes are interleaved here: channels come last.
 *
 * @param paths the files, in order; their records follow each other.
 * @param expected what the files must hold together.
 * @param options `labelBytes`: 1 for CIFAR-10, 2 for CIFAR-100; `coarseClasses`: how many there are, where the coarse
 *   class is wanted; `signal` stops the reading.
 * @returns images, labels and, where wanted, coarse labels.
 * @throws Error naming the file, for one that is no whole number of records, for another number of records than
 *   expected, and for a label out of range; the signal's reason when aborted.
 */
export async function readCifar(
  paths: readonly string[],
  expected: ExpectedImages,
  options: { readonly labelBytes?: number; readonly coarseClasses?: number; readonly signal?: AbortSignal } = {},
): Promise<RawImages & { readonly coarse?: Int32Array }> {
  const { labelBytes = options.coarseClasses === undefined ? 1 : 2, coarseClasses, signal } = options;
  const { size, shape, classes } = expected;
  const [height, width, channels] = shape;
  const plane = height * width;
  const record = labelBytes + plane * channels;
  await checkSizes(paths, record, size);

  const images = new Uint8Array(size * plane * channels);
  const labels = new Int32Array(size);
  const coarse = coarseClasses === undefined ? undefined : new Int32Array(size);
  const buffer = Buffer.alloc(RECORDS_PER_READ * record);
  let next = 0;
  for (const path of paths) {
    const file = await open(path, "r");
    try {
      for (let position = 0; ;) {
        signal?.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        const records = Math.floor(bytesRead / record);
        if (records === 0) break;
        for (let index = 0; index < records; index++, next++) {
          const offset = index * record;
          const place = () => `of record ${position / record + index}`;
          labels[next] = checkedLabel(path, "label", buffer[offset + labelBytes - 1], classes, place);
          if (coarse) coarse[next] = checkedLabel(path, "coarse label", buffer[offset], coarseClasses ?? 0, place);
          interleave(buffer, offset + labelBytes, images, next * plane * channels, plane, channels);
        }
        position += records * record;
      }
    } finally {
      await file.close();
    }
  }
  return coarse ? { images, labels, coarse } : { images, labels };
}

function checkedLabel(path: string, what: string, label: number, classes: number, place: () => string): number {
  if (label < classes) return label;
  throw new Error(`${path}: ${what} ${label} ${place()}, expected 0 to ${classes - 1}`);
}

async function checkSizes(paths: readonly string[], record: number, size: number): Promise<void> {
  const lengths = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const partial = lengths.findIndex((length) => length % record !== 0);
  if (partial >= 0) {
    throw new Error(
      `${paths[partial]} is truncated or no CIFAR file: its ${lengths[partial]} bytes are no whole number of records ` +
        `of ${record} bytes`,
    );
  }
  const records = lengths.map((length) => length / record);
  const total = records.reduce((sum, count) => sum + count, 0);
  if (total !== size) {
    const found = paths.map((path, index) => `${records[index]} in ${path}`).join(", ");
    throw new Error(`${total} records found, expected ${size}: ${found}`);
  }
}

function interleave(
  from: Uint8Array,
  offset: number,
  to: Uint8Array,
  target: number,
  plane: number,
  channels: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const start = offset + channel * plane;
    for (let pixel = 0; pixel < plane; pixel++) to[target + pixel * channels + channel] = from[start + pixel];
  }
}
