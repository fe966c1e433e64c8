import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";

import { cellSignal } from "../engine/interrupt";
import { checkResize, decodeImages, type ResizeOptions } from "./decode";
import type { Split } from "./entry";
import { describeError } from "./errors";
import type { ImageSet } from "./imageSet";

/** What is taken for an image, by the end of its name. */
const IMAGES = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif"];

/** A folder of images, and how they are read. */
export interface ImageFolderOptions extends ResizeOptions {
  /** Folder with one sub-folder of images per class. */
  readonly folder: string;
  /** 3 for colour, 1 for grey. */
  readonly channels?: 1 | 3;
  /** Names of the sub-folders in the order of the classes; by default all, sorted by name. */
  readonly classNames?: readonly string[];
  /** Which part of a set this is, where there are several. */
  readonly split?: Split;
  /** Stops the reading; by default the signal of the running cell. */
  readonly signal?: AbortSignal;
}

/**
 * Loads a folder of images with one sub-folder per class.
 *
 * Files are taken in the order of their names (by code unit, so that it is the same on every machine), class after class;
 * names that begin with a dot, and files that by their ending are no images, are passed over. Sub-folders of a class are
 * not searched. See `decodeImages` for what is done to colours and sizes.
 *
 * @param options see {@link ImageFolderOptions}; by default in colour, as large as the files are, which must then agree.
 * @returns the images as bytes and their labels; class k is the k-th sub-folder.
 * @throws RangeError for bad options; Error naming the folder that is missing or cannot be read, the class without images,
 *   a sub-folder that `classNames` does not name, or the file that cannot be decoded or has another size; the signal's
 *   reason when aborted.
 */
export async function loadImageFolder(options: ImageFolderOptions): Promise<ImageSet> {
  const { folder, channels = 3, split = "train", signal = cellSignal(), size, fit, margin } = options;
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`loadImageFolder: channels must be 1 or 3, received ${String(channels)}`);
  }
  const resize = { size, fit, margin };
  checkResize(resize);
  const classNames = await classesOf(folder, options.classNames);
  const paths: string[] = [];
  const labels: number[] = [];
  for (const [label, name] of classNames.entries()) {
    const files = (await namesIn(join(folder, name))).filter((file) => IMAGES.includes(extname(file).toLowerCase()));
    if (files.length === 0) {
      throw new Error(`${join(folder, name)} holds no images, expected files that end in ${IMAGES.join(", ")}`);
    }
    paths.push(...files.map((file) => join(folder, name, file)));
    labels.push(...files.map(() => label));
  }
  const { images, shape } = await decodeImages(paths, channels, resize, signal);
  const name = basename(resolve(folder));
  return { name, split, images, labels: Int32Array.from(labels), shape, classNames, size: labels.length };
}

async function classesOf(folder: string, wanted: readonly string[] | undefined): Promise<readonly string[]> {
  const names = await namesIn(folder);
  const isFolder = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).isDirectory()));
  const found = names.filter((_, index) => isFolder[index]);
  if (found.length === 0) throw new Error(`${folder} has no sub-folders, expected one per class`);
  if (!wanted) return found;
  const missing = wanted.filter((name) => !found.includes(name));
  const unnamed = found.filter((name) => !wanted.includes(name));
  if (missing.length > 0 || unnamed.length > 0 || new Set(wanted).size < wanted.length) {
    throw new Error(
      `${folder} has the sub-folders ${found.join(", ")}; classNames must name each of them once, ` +
        `received ${wanted.join(", ")}`,
    );
  }
  return wanted;
}

/** What lies in a folder, sorted by code unit, hidden files left out. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new Error(`${folder} cannot be read: ${describeError(error)}`, { cause: error });
  });
  return names.filter((name) => !name.startsWith(".")).sort();
}
