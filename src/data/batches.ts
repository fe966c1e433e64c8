import { tf } from "../engine";
import { checkCrops, type Crops } from "./augmentation/crops";
import { checkIndices, type ChannelStatistics } from "./channelStatistics";
import type { ImageSet } from "./imageSet";

/** What is done to the images of a batch. */
export interface ImageBatchOptions {
  /** Height and width to resize to: by averaging where both divide the image's, else bilinear. */
  readonly size?: readonly [height: number, width: number];
  /** Mean and standard deviation per channel: the batch holds (x - mean) / std. */
  readonly standardize?: ChannelStatistics;
  /** Windows and mirrorings from `drawCrops`, one per image: outside the image is black. Cut before resizing. */
  readonly crops?: Crops;
}

/**
 * Makes a batch from chosen images of a set.
 *
 * x = byte / 255, then (x - mean) / std per channel where asked for. Resizing to a size that divides the image's
 * averages blocks of pixels (28 to 14: blocks of 2 x 2); any other size is bilinear with half-pixel centres, without
 * smoothing first.
 *
 * @param set the images.
 * @param indices which of them, in the order of the batch; one may come more than once.
 * @param options see {@link ImageBatchOptions}.
 * @returns float32 [indices, height, width, channels], owned by the caller (or by `tf.tidy`). The set's bytes are read
 *   in place: nothing but the batch itself is allocated.
 * @throws RangeError for empty indices or one outside the set, a size that is no pair of positive integers, another
 *   number of crops than of indices, and statistics that are not one finite mean and one positive std per channel.
 */
export function imageBatch(set: ImageSet, indices: ArrayLike<number>, options: ImageBatchOptions = {}): tf.Tensor4D {
  const [height, width, channels] = set.shape;
  const { size = [height, width], standardize, crops } = options;
  checkIndices("imageBatch", set, indices);
  if (size.length !== 2 || !size.every((length) => Number.isInteger(length) && length > 0)) {
    throw new RangeError(
      `imageBatch: size must be [height, width] in positive integers, received [${size.join(", ")}]`,
    );
  }
  if (crops) checkCrops("imageBatch", crops, indices.length);
  const tables = valueTables(channels, standardize);
  return tf.tidy(() => {
    const values = crops ? croppedValues(set, indices, tables, crops) : pixelValues(set, indices, tables);
    const batch = tf.tensor4d(values, [indices.length, height, width, channels]);
    const [rows, columns] = size;
    if (rows === height && columns === width) return batch;
    if (height % rows === 0 && width % columns === 0) {
      const block: [number, number] = [height / rows, width / columns];
      return tf.avgPool(batch, block, block, "valid");
    }
    return tf.image.resizeBilinear(batch, [rows, columns], false, true);
  });
}

/** For every channel, the value of each of the 256 bytes: one look-up in place of the arithmetic per pixel. */
function valueTables(channels: number, standardize: ChannelStatistics | undefined): Float32Array[] {
  const identity = { mean: new Array<number>(channels).fill(0), std: new Array<number>(channels).fill(1) };
  const { mean, std }: ChannelStatistics = standardize ?? identity;
  const usable =
    mean.length === channels &&
    std.length === channels &&
    mean.every(Number.isFinite) &&
    std.every((s) => s > 0 && s < Infinity);
  if (!usable) {
    throw new RangeError(
      `imageBatch: standardize needs ${channels} finite means and ${channels} positive stds, one per channel, ` +
        `received mean [${mean.join(", ")}] and std [${std.join(", ")}]`,
    );
  }
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean[channel]) / std[channel]),
  );
}

function pixelValues(
  { images, shape }: ImageSet,
  indices: ArrayLike<number>,
  tables: readonly Float32Array[],
): Float32Array {
  const [height, width, channels] = shape;
  const bytes = height * width * channels;
  const values = new Float32Array(indices.length * bytes);
  for (let position = 0; position < indices.length; position++) {
    const source = indices[position] * bytes;
    const target = position * bytes;
    for (let channel = 0; channel < channels; channel++) {
      const table = tables[channel];
      for (let offset = channel; offset < bytes; offset += channels) {
        values[target + offset] = table[images[source + offset]];
      }
    }
  }
  return values;
}

/** As {@link pixelValues}, each image seen through its window: what lies outside it has the value of a byte of 0. */
function croppedValues(
  { images, shape }: ImageSet,
  indices: ArrayLike<number>,
  tables: readonly Float32Array[],
  { down, right, mirrored }: Crops,
): Float32Array {
  const [height, width, channels] = shape;
  const line = width * channels;
  const values = new Float32Array(indices.length * height * line);
  for (let position = 0; position < indices.length; position++) {
    const move = right[position];
    // Mirrored, a line is written from its end.
    const step = mirrored[position] === 1 ? -channels : channels;
    for (let row = 0; row < height; row++) {
      const target = (position * height + row) * line;
      const from = row + down[position];
      const inside = from >= 0 && from < height;
      for (let channel = 0; channel < channels; channel++) {
        const table = tables[channel];
        let to = target + channel + (step < 0 ? line - channels : 0);
        let source = ((indices[position] * height + from) * width + move) * channels + channel;
        for (let column = move; column < width + move; column++, to += step, source += channels) {
          values[to] = inside && column >= 0 && column < width ? table[images[source]] : table[0];
        }
      }
    }
  }
  return values;
}
