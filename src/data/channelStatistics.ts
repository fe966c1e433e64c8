import type { ImageSet } from "./imageSet";

/** Mean and standard deviation of every channel, on the scale where a byte of 255 is 1. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Throws unless `indices` is a nonempty list of positions in the set. */
export function checkIndices(caller: string, set: ImageSet, indices: ArrayLike<number>): void {
  if (indices.length === 0) throw new RangeError(`${caller}: indices are empty, expected at least one image`);
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position];
    if (!Number.isInteger(index) || index < 0 || index >= set.size) {
      throw new RangeError(
        `${caller}: indices of ${set.name} must be integers in [0, ${set.size}), received ${index} at position ${position}`,
      );
    }
  }
}

/**
 * Mean and standard deviation of every channel over chosen images, for standardisation: take the training images alone.
 *
 * mean = (1/N) sum x, std = sqrt((1/N) sum (x - mean)^2) over the N pixels of all images, x in [0, 1]. Bytes are
 * counted first, so the result depends neither on the order of the images nor on rounding along the way.
 *
 * @param set the images.
 * @param indices which of them; by default all.
 * @returns `mean` and `std`, each [channels]; a constant channel has std 0.
 * @throws RangeError for empty indices, or one outside the set.
 */
export function channelStatistics(set: ImageSet, indices?: ArrayLike<number>): ChannelStatistics {
  const [height, width, channels] = set.shape;
  const bytes = height * width * channels;
  const chosen = indices ?? Int32Array.from({ length: set.size }, (_, index) => index);
  checkIndices("channelStatistics", set, chosen);
  const { images } = set;
  const counted = new Float64Array(256 * channels);
  for (let position = 0; position < chosen.length; position++) {
    const start = chosen[position] * bytes;
    for (let channel = 0; channel < channels; channel++) {
      for (let offset = start + channel; offset < start + bytes; offset += channels)
        counted[256 * channel + images[offset]]++;
    }
  }
  const histogram = Array.from({ length: channels }, (_, channel) =>
    counted.subarray(256 * channel, 256 * (channel + 1)),
  );
  const pixels = chosen.length * height * width;
  const mean = histogram.map((counts) => counts.reduce((sum, count, byte) => sum + count * byte, 0) / pixels / 255);
  const std = histogram.map((counts, channel) => {
    const squares = counts.reduce((sum, count, byte) => sum + count * (byte / 255 - mean[channel]) ** 2, 0);
    return Math.sqrt(squares / pixels);
  });
  return { mean, std };
}
