import { join } from "node:path";

import { cellSignal } from "../engine/interrupt";
import { readCifar } from "./cifar";
import { checkResize, type ResizeOptions } from "./decode";
import { readDigits } from "./digits";
import type { Dataset, ImageDataset, ImageSplit, Split } from "./entry";
import { firstOfClasses } from "./excerpt";
import type { Grouping } from "./grouping";
import { readIdx, type RawImages } from "./idx";
import type { ProgressListener } from "./progress";
import { folderOf, missingFiles, provideFiles, type ProvideOptions } from "./provide";
import { dataset, defaultFolder } from "./registry";
import { readWaterbirds } from "./waterbirds";

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
  /** Other labellings, by what they are: the `coarse` classes of CIFAR-100, the `place` of Waterbirds. */
  readonly groups?: Readonly<Record<string, Grouping>>;
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
  /** How images are resized on reading, of a set that stores them in many sizes (Waterbirds) and of no other. */
  readonly resize?: ResizeOptions;
}

/**
 * Loads one split of an image data set: from its folder, or from its publisher into that folder first.
 *
 * @param source name of a registered set of images (`"digits"`, `"mnist"`, `"fashion-mnist"`, `"cifar-10"`, `"cifar-100"`,
 *   `"waterbirds"`, ...), or a registry entry of one's own.
 * @param options see {@link LoadImagesOptions}; by default the train split, from `data/cache`, fetched where it is
 *   missing.
 * @returns the images [size, height, width, channels] as bytes, their labels [size], and `groups` where the set has any.
 * @throws RangeError for an unknown set or split, a set that is a table, or `resize` where images have one size;
 *   DataUnavailableError saying which file to put where, when the set is missing and cannot be fetched; ChecksumError;
 *   Error naming the file that is truncated or holds something else; the signal's reason when aborted, keeping what was
 *   fetched.
 */
export async function loadImages(source: string | ImageDataset, options: LoadImagesOptions = {}): Promise<ImageSet> {
  const entry = imageEntry(typeof source === "string" ? dataset(source) : source);
  const { split = "train", folder = defaultFolder, download = true, signal = cellSignal(), resize } = options;
  const { onProgress, transfer } = options;
  const part = Object.hasOwn(entry.splits, split) ? entry.splits[split] : undefined;
  if (!part) {
    const known = Object.keys(entry.splits).map((name) => `"${name}"`);
    throw new RangeError(
      `loadImages: ${entry.name} has no split ${JSON.stringify(split)}; it has ${known.join(" and ")}`,
    );
  }
  if (resize && entry.format !== "waterbirds") {
    throw new RangeError(
      `loadImages: the images of ${entry.name} are stored in one size; resize them by the option size of imageBatch`,
    );
  }
  if (resize) checkResize(resize);
  const where = { folder, download, signal, onProgress, transfer };
  const { groups, shape = entry.shape, images, labels } = await readSplit(entry, split, part, where, resize);
  signal?.throwIfAborted();
  const { name, classNames } = entry;
  return { name, split, images, labels, shape, classNames, size: part.size, ...(groups ? { groups } : {}) };
}

function imageEntry(entry: Dataset): ImageDataset {
  if (entry.kind === "images") return entry;
  throw new RangeError(`loadImages: ${entry.name} is a table, not images; load it by loadTabular`);
}

/** What a reader found, with names for the groups. */
type ReadImages = RawImages & {
  readonly shape?: ImageSet["shape"];
  readonly groups?: Readonly<Record<string, Grouping>>;
};

async function readSplit(
  entry: ImageDataset,
  split: Split,
  part: ImageSplit,
  where: ProvideOptions,
  resize: ResizeOptions | undefined,
): Promise<ReadImages> {
  const { excerpt } = part;
  const folder = folderOf(entry, where.folder);
  const packed = excerpt !== undefined && (await missingFiles(folder, [excerpt.packed])).length === 0;
  const paths = packed ? [join(folder, excerpt.packed)] : await provideFiles(entry, part.paths, where);
  const { signal } = where;
  signal?.throwIfAborted();
  const size = excerpt && !packed ? excerpt.of : part.size;
  const expected = { size, shape: entry.shape, classes: entry.classNames.length };
  switch (entry.format) {
    case "idx":
      return readIdx(paths[0], paths[1], expected);
    case "cifar": {
      const names = entry.groups?.coarse;
      const whole = await readCifar(paths, expected, { coarseClasses: names?.length, signal });
      const { coarse, ...images } = excerpt && !packed ? firstOfClasses(whole, excerpt.perClass) : whole;
      return names && coarse ? { ...images, groups: { coarse: { labels: coarse, names } } } : images;
    }
    case "digits":
      return readDigits(paths[0], split, expected);
    case "waterbirds": {
      const { place, ...images } = await readWaterbirds(paths[0], split, expected, resize, signal);
      return { ...images, groups: { place: { labels: place, names: entry.groups?.place ?? [] } } };
    }
  }
}
