import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { readCsv, type CsvTable } from "./csv";
import type { TableFile, TabularDataset } from "./entry";
import { ChecksumError, describeError } from "./errors";
import { missingFiles, provideFiles, type ProvideOptions } from "./provide";

const decompress = promisify(gunzip);
/** Most bytes that a gzipped table may have, uncompressed. */
const MAX_BYTES = 1 << 30;

/**
 * Reads one file of a registered table: as published, or gzipped where only that lies in the data folder, or fetched.
 *
 * @param dataset the table's registry entry.
 * @param file which of its files.
 * @param options where to look, and whether it may be fetched.
 * @returns its rows.
 * @throws ChecksumError quoting both sums for a text with another than the registry's; Error for another number of
 *   rows; what `provideFiles` and `readCsv` throw.
 */
export async function readTableFile(
  dataset: TabularDataset,
  file: TableFile,
  options: ProvideOptions,
): Promise<CsvTable> {
  const gone = await missingFiles(options.folder, [file.path, file.gzipped]);
  const gzipped = gone.includes(file.path) && !gone.includes(file.gzipped);
  const path = gzipped ? join(options.folder, file.gzipped) : (await provideFiles(dataset, [file.path], options))[0];
  const text = await readText(path);
  const md5 = createHash("md5").update(text).digest("hex");
  if (md5 !== file.md5) {
    throw new ChecksumError(
      `${path} holds a text with md5 ${md5}, expected ${file.md5}: it is damaged or another table, and was left as it is`,
    );
  }
  const names = dataset.columns.map((column) => column.name);
  const table = await readCsv(text, { name: path, ...dataset.csv, columns: names });
  if (table.rows !== file.rows) throw new Error(`${path} holds ${table.rows} rows, expected ${file.rows}`);
  return table;
}

/**
 * The content of a text file, decompressed where its name ends in ".gz".
 *
 * @throws Error naming the file that cannot be read or decompressed.
 */
export async function readText(path: string): Promise<Buffer> {
  try {
    const content = await readFile(path);
    return path.endsWith(".gz") ? await decompress(content, { maxOutputLength: MAX_BYTES }) : content;
  } catch (error) {
    throw new Error(`${path} cannot be read: ${describeError(error)}`, { cause: error });
  }
}
