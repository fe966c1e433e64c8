import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { readCsv } from "./csv";
import { decodeImages, type ResizeOptions } from "./decode";
import type { Split } from "./entry";
import { describeError } from "./errors";
import type { ExpectedImages, RawImages } from "./idx";

/** The published evaluation transform: stretched to 256 / 224 of the size, and the centre cut out. */
const MARGIN = 256 / 224;
/** What stands for the parts in the column `split`. */
const SPLITS: Readonly<Record<Split, string>> = { train: "0", validation: "1", test: "2" };
const COLUMNS = ["img_filename", "y", "split", "place"] as const;

/**
 * Reads one part of Waterbirds from its folder: metadata.csv, and the JPEG files that it names.
 *
 * Of metadata.csv, the columns img_filename (relative to the folder), y (0 landbird, 1 waterbird), split (0 train, 1
 * validation, 2 test) and place (0 land, 1 water) are used. By default every image is stretched to 8/7 of the size and its
 * centre cut out, as in the evaluation of Sagawa et al. (2020).
 *
 * @param metadata path of metadata.csv.
 * @param split which part.
 * @param expected what the part must hold; its shape is the size that images are read in, unless `resize` says another.
 * @param resize see {@link ResizeOptions}.
 * @param signal stops the reading.
 * @returns images, labels and places, in the order of the file, and the shape of the images.
 * @throws Error naming the file and the line of what is missing or out of range, the image that cannot be decoded, or
 *   another number of rows than expected; the signal's reason when aborted.
 */
export async function readWaterbirds(
  metadata: string,
  split: Split,
  expected: ExpectedImages,
  resize: ResizeOptions = {},
  signal?: AbortSignal,
): Promise<RawImages & { readonly place: Int32Array; readonly shape: ExpectedImages["shape"] }> {
  const text = await readFile(metadata, "utf8").catch((error: unknown) => {
    throw new Error(`${metadata} cannot be read: ${describeError(error)}`, { cause: error });
  });
  const table = await readCsv(text, { name: metadata, separator: ",", quote: '"', header: true, columns: COLUMNS });
  const [names, labels, splits, places] = table.columns;
  const choose = (column: readonly string[], what: string, classes: number) => (row: number) => {
    const value = column[row] === "" ? NaN : Number(column[row]);
    if (Number.isInteger(value) && value >= 0 && value < classes) return value;
    throw new Error(
      `${table.place(row)}: ${what} is ${JSON.stringify(column[row])}, expected an integer in [0, ${classes - 1}]`,
    );
  };
  const splitOf = choose(splits, "split", 3);
  const rows = names.flatMap((_, row) => (splitOf(row) === Number(SPLITS[split]) ? [row] : []));
  if (rows.length !== expected.size) {
    throw new Error(`${metadata} holds ${rows.length} images of the ${split} part, expected ${expected.size}`);
  }
  const y = Int32Array.from(rows, choose(labels, "y", expected.classes));
  const place = Int32Array.from(rows, choose(places, "place", 2));
  const folder = dirname(metadata);
  const paths = rows.map((row) => imagePath(folder, names[row], table.place(row)));
  const size: readonly [number, number] = resize.size ?? [expected.shape[0], expected.shape[1]];
  const decoded = await decodeImages(paths, 3, { margin: MARGIN, ...resize, size }, signal);
  return { images: decoded.images, shape: decoded.shape, labels: y, place };
}

/** The path of an image; a name that leads out of the folder is refused. */
function imagePath(folder: string, name: string, place: string): string {
  if (name === "" || /^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes("..")) {
    throw new Error(`${place}: img_filename is ${JSON.stringify(name)}, expected a path within the folder`);
  }
  return join(folder, name);
}
