import { mkdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { md5OfFile } from "./checksum";
import { downloadFile, type DownloadOptions } from "./download";
import type { DataFile, Dataset } from "./entry";
import {
  ArchiveError,
  ChecksumError,
  DataUnavailableError,
  describeError,
  describeFile,
  DownloadError,
} from "./errors";
import { withLock } from "./lock";
import type { ProgressListener } from "./progress";
import { projectRoot } from "./registry";
import { unpack } from "./unpack";

/** Where the files of a set are looked for, and whether they may be fetched. */
export interface ProvideOptions {
  /** The data folder. */
  readonly folder: string;
  /** Whether missing files may be fetched from their publisher. */
  readonly download: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
  /** Settings of each fetch. */
  readonly transfer?: Pick<DownloadOptions, "attempts" | "retryDelay" | "stallTimeout">;
}

/**
 * Sees to it that files of a set lie in the data folder: takes those that are there, fetches and unpacks the rest.
 *
 * @param dataset the set's registry entry.
 * @param paths the files, relative to the data folder.
 * @param options see {@link ProvideOptions}.
 * @returns absolute paths of the files, in the same order. Files that the publisher states a checksum for have it.
 * @throws DataUnavailableError saying what to put where, when a file is missing and cannot be fetched; ChecksumError
 *   with both sums for a file with other content (one put there by hand is left alone); Error naming the folder that
 *   cannot be read; the signal's reason when aborted.
 */
export async function provideFiles(
  dataset: Dataset,
  paths: readonly string[],
  options: ProvideOptions,
): Promise<string[]> {
  const folder = folderOf(dataset, options.folder);
  const checked = new Set<DataFile>();
  const missing = await missingFiles(folder, paths);
  if (missing.length > 0) {
    const sources = [...new Set(missing.map((path) => sourceOf(dataset, path)))];
    const blocked =
      dataset.embedded || !options.download
        ? await missingFiles(
            folder,
            sources.map((source) => source.file),
          )
        : [];
    if (blocked.length > 0) {
      const reason = dataset.embedded ? "its file comes with the project but is gone" : "downloads are switched off";
      throw unavailable(dataset, sources, folder, reason);
    }
    for (const source of sources) {
      await fetchSource(source, folder, options, () => missingFiles(folder, paths)).catch((error: unknown) => {
        if (!(error instanceof DownloadError)) throw error;
        throw unavailable(dataset, sources, folder, describeError(error), error);
      });
      if (!source.archive) checked.add(source);
    }
    const still = await missingFiles(folder, paths);
    if (still.length > 0) {
      throw new Error(`${sources.map((s) => join(folder, s.file)).join(", ")}: no such member: ${still.join(", ")}`);
    }
  }
  for (const path of new Set(paths)) {
    const file = dataset.files.find((candidate) => candidate.file === path);
    if (file && !checked.has(file)) await verify(join(folder, path), file, options.signal);
  }
  return paths.map((path) => join(folder, path));
}

/** The folder that the paths of a set are relative to: the data folder, or the project's own for an embedded set. */
export function folderOf(dataset: Dataset, folder: string): string {
  return dataset.embedded ? join(projectRoot, "data") : folder;
}

/**
 * Which of these files do not lie in a folder.
 *
 * @throws Error naming the path, for one that cannot be looked at: what cannot be seen is not taken for missing.
 */
export async function missingFiles(folder: string, paths: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  // One after the other, so that of several paths that cannot be looked at always the first is named.
  for (const path of paths) if (!(await exists(join(folder, path)))) missing.push(path);
  return missing;
}

/** Fetches one source and, if it is an archive, unpacks it; an archive that lies there already is used and left. */
async function fetchSource(
  source: DataFile,
  folder: string,
  options: ProvideOptions,
  missing: () => Promise<string[]>,
): Promise<void> {
  const { signal, onProgress } = options;
  const target = join(folder, source.file);
  const into = join(folder, source.archive?.folder ?? "");
  for (const path of [dirname(target), into]) {
    await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw new Error(`the data folder ${path} cannot be made: ${describeError(error)}`, { cause: error });
    });
  }
  await withLock(
    `${target}.lock`,
    async () => {
      // Whoever held the lock before may have brought what was missing.
      if ((await missing()).length === 0) return;
      const byHand = await exists(target);
      if (byHand) await verify(target, source, signal);
      else {
        const transfer = { url: source.url, md5: source.md5, bytes: source.bytes, ...options.transfer };
        await downloadFile({ ...transfer, target, signal, onProgress });
      }
      if (!source.archive) return;
      await unpack(target, into, { maxBytes: source.archive.maxBytes, signal }).catch(async (error: unknown) => {
        // Without a checksum this is where a bad download shows; kept, it would stand in the way of the next one.
        if (error instanceof ArchiveError && !byHand) await rm(target, { force: true });
        throw error;
      });
      if (!byHand) await rm(target, { force: true });
    },
    { signal },
  );
}

async function verify(path: string, file: DataFile, signal?: AbortSignal): Promise<void> {
  if (file.md5 === undefined) return;
  const sum = await md5OfFile(path, signal);
  if (sum === file.md5) return;
  throw new ChecksumError(
    `${path} has md5 ${sum}, expected ${file.md5}: it is damaged or another file, and was left as it is. ` +
      `Remove it to have it fetched anew, or replace it by ${file.url}`,
  );
}

function sourceOf(dataset: Dataset, path: string): DataFile {
  const source = dataset.files.find((file) => file.file === path) ?? dataset.files.find((file) => file.archive);
  if (!source) throw new Error(`data: the registry names no source for ${path} of ${dataset.name}`);
  return source;
}

function unavailable(
  dataset: Dataset,
  sources: readonly DataFile[],
  folder: string,
  reason: string,
  cause?: unknown,
): DataUnavailableError {
  const lines = sources.map((source) => `  ${describeFile(source)}\n    as ${join(folder, source.file)}`);
  return new DataUnavailableError(
    `${dataset.title} is not in ${folder}, and ${reason}.\nTo use it without a download, put there by hand:\n${lines.join("\n")}`,
    dataset.name,
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw new Error(`${path} cannot be looked at: ${describeError(error)}`, { cause: error });
  }
}
