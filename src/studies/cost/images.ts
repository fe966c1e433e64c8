import { type ChannelStatistics, type ImageSet } from "../../data";
import { random } from "../../engine";

export interface NoiseImagesOptions {
  readonly shape: ImageSet["shape"];
  readonly classes: number;
  /** Number of images; default 1,024, or 2 per class where that is more. */
  readonly size?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** Mean and standard deviation of bytes drawn uniformly, on [0, 1]: those of {@link noiseImages}. */
export const noiseStatistics = (channels: number): ChannelStatistics => ({
  mean: new Array<number>(channels).fill(0.5),
  std: new Array<number>(channels).fill(Math.sqrt((256 * 256 - 1) / 12) / 255),
});

/**
 * Images of noise in place of a data set's, to measure how long a step on images of a shape takes.
 *
 * @param options shape, classes, size, seed.
 * @returns bytes drawn uniformly; the classes come in turn.
 */
export function noiseImages(options: NoiseImagesOptions): ImageSet {
  const { shape, classes, size = Math.max(1024, 2 * classes), seed = 1 } = options;
  const draws = random(seed);
  return {
    name: "noise",
    split: "train",
    images: Uint8Array.from({ length: size * shape[0] * shape[1] * shape[2] }, () => draws.integer(256)),
    labels: Int32Array.from({ length: size }, (_, index) => index % classes),
    shape,
    classNames: Array.from({ length: classes }, (_, index) => `class ${index}`),
    size,
  };
}
