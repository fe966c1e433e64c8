import { cellSignal } from "../engine/interrupt";
import { readCifar } from "./cifar";
import { readDigits } from "./digits";
import { readIdx, type ExpectedImages, type RawImages } from "./idx";
import type { ProgressListener } from "./progress";
import { provideFiles, type ProvideOptions } from "./provide";
import { dataset, defaultFolder, type ImageDataset, type Split } from "./registry";

/** The images of one split with their labels, as bytes: batches are made from them, and they are never copied. */
export interface ImageSet {
  readonly name: string;
  readonly split: Split;
  /** size x height x width x channels bytes, row by row, channels last. */
  readonly images: Uint8Array;
  /** The class of each image. */
  readonly labels: Int32Array;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Name of class k at position k. */
  readonly classNames: readonly string[];
  /** Number of images. */
  readonly size: number;
}

/** Which part of a set to load, and from where. */
export interface LoadImagesOptions {
  readonly split?: Split;
  /** The data folder; by default `data/cache` of the project. */
  readonly folder?: string;
  /** Whether missing files may be fetched from their publisher. */
  readonly download?: boolean;
  /** Stops loading; by default the signal of the running cell. */
  readonly signal?: AbortSignal;
  /** Told of a download's progress; without it, a bar in a terminal. */
  readonly onProgress?: ProgressListener;
  /** Settings of each fetch. */
  readonly transfer?: ProvideOptions["transfer"];
}

/**
 * Loads one split of an image data set: from its folder, or from its publisher into that folder first.
 *
 * @param source name of a registered set (`"digits"`, `"fashion-mnist"`, `"cifar-10"`), or a registry entry of one's
 *   own.
 * @param options see {@link LoadImagesOptions}; by default the train split, from `data/cache`, fetched where it is
 *   missing.
 * @returns the images [size, height, width, channels] as bytes, and their labels [size].
 * @throws RangeError for an unknown set or split; DataUnavailableError saying which file to put where, when the set is
 *   missing and cannot be fetched; ChecksumError; Error naming the file that is truncated or holds something else; the
 *   signal's reason when aborted, keeping what was fetched.
 */
export async function loadImages(source: string | ImageDataset, options: LoadImagesOptions = {}): Promise<ImageSet> {
  const entry = typeof source === "string" ? dataset(source) : source;
  const {
    split = "train",
    folder = defaultFolder,
    download = true,
    signal = cellSignal(),
    onProgress,
    transfer,
  } = options;
  if (!Object.hasOwn(entry.splits, split)) {
    const known = Object.keys(entry.splits).map((name) => `"${name}"`);
    throw new RangeError(
      `loadImages: ${entry.name} has no split ${JSON.stringify(split)}; it has ${known.join(" and ")}`,
    );
  }
  const paths = await provideFiles(entry, split, { folder, download, signal, onProgress, transfer });
  signal?.throwIfAborted();
  const { size } = entry.splits[split];
  const { shape, classNames } = entry;
  const expected = { size, shape, classes: classNames.length };
  const { images, labels } = await readFiles(entry, split, paths, expected, signal);
  signal?.throwIfAborted();
  return { name: entry.name, split, images, labels, shape, classNames, size };
}

async function readFiles(
  entry: ImageDataset,
  split: Split,
  paths: readonly string[],
  expected: ExpectedImages,
  signal: AbortSignal | undefined,
): Promise<RawImages> {
  switch (entry.format) {
    case "idx":
      return readIdx(paths[0], paths[1], expected);
    case "cifar":
      return readCifar(paths, expected, { signal });
    case "digits":
      return readDigits(paths[0], split, expected);
  }
}
