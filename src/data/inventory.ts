import type { Dataset, TableFile } from "./entry";
import type { ProgressListener } from "./progress";
import { folderOf, missingFiles, provideFiles, type ProvideOptions } from "./provide";
import { dataset, datasets, defaultFolder } from "./registry";
import { readTableFile } from "./tableFile";

/** One data set in few words. */
export interface DatasetSummary {
  readonly name: string;
  readonly kind: Dataset["kind"];
  readonly title: string;
  /** Number of images or rows, of all parts. */
  readonly size: number;
  readonly classes: number;
  readonly licence: string;
  /** `yes`, `no`, or the parts that lie in the data folder. */
  readonly onDisk: string;
}

/**
 * What the registry knows, and which of it lies in the data folder.
 *
 * @param options `folder`: the data folder, by default `data/cache` of the project; `entries`: by default all.
 * @returns one summary per set, in the order of the registry. Files are looked for, not read.
 * @throws Error naming a path that cannot be looked at.
 */
export async function listDatasets(
  options: { readonly folder?: string; readonly entries?: readonly Dataset[] } = {},
): Promise<DatasetSummary[]> {
  const { folder = defaultFolder, entries = datasets } = options;
  return Promise.all(
    entries.map(async (entry) => {
      const { name, kind, title, licence, classNames } = entry;
      const parts = partsOf(entry);
      const there = await Promise.all(parts.map((part) => liesIn(folderOf(entry, folder), part.choices)));
      const found = parts.flatMap((part, index) => (there[index] ? [part.name] : []));
      return {
        name,
        kind,
        title,
        size: parts.reduce((sum, part) => sum + part.size, 0),
        classes: classNames.length,
        licence,
        onDisk: found.length === parts.length ? "yes" : found.join(", ") || "no",
      };
    }),
  );
}

/** What `fetchDataset` may be told. */
export interface FetchDatasetOptions {
  /** The data folder; by default `data/cache` of the project. */
  readonly folder?: string;
  /** Stops the download; what has arrived is kept. */
  readonly signal?: AbortSignal;
  /** Told of a download's progress; without it, a bar in a terminal. */
  readonly onProgress?: ProgressListener;
  readonly transfer?: ProvideOptions["transfer"];
}

/**
 * Brings a whole data set into the data folder, all its parts, with the checksums looked at.
 *
 * @param source name of a registered set, or an entry of one's own.
 * @param options see {@link FetchDatasetOptions}.
 * @returns true when files were missing before, false when all lay there already.
 * @throws as `loadImages` and `loadTabular`: what lies there is never damaged, what has arrived is kept.
 */
export async function fetchDataset(source: string | Dataset, options: FetchDatasetOptions = {}): Promise<boolean> {
  const entry = typeof source === "string" ? dataset(source) : source;
  const { folder = defaultFolder, ...rest } = options;
  const where = { ...rest, folder, download: true };
  let missing = false;
  for (const { choices, file } of partsOf(entry)) {
    const there = await liesIn(folderOf(entry, folder), choices);
    missing ||= !there;
    if (file && entry.kind === "table") await readTableFile(entry, file, where);
    else if (!there || choices.length === 1) await provideFiles(entry, choices[0], where);
  }
  return missing;
}

/** A part of a set; any one of the `choices` of files holds it, the first one as published. */
interface Part {
  readonly name: string;
  readonly size: number;
  readonly choices: readonly (readonly string[])[];
  readonly file?: TableFile;
}

function partsOf(entry: Dataset): Part[] {
  if (entry.kind === "table") {
    return Object.entries(entry.parts).map(([name, file]: [string, TableFile]) => ({
      name,
      size: file.rows,
      choices: [[file.path], [file.gzipped]],
      file,
    }));
  }
  return Object.entries(entry.splits).map(([name, { size, paths, excerpt }]) => ({
    name,
    size,
    choices: excerpt ? [paths, [excerpt.packed]] : [paths],
  }));
}

async function liesIn(folder: string, choices: readonly (readonly string[])[]): Promise<boolean> {
  const missing = await Promise.all(choices.map((paths) => missingFiles(folder, paths)));
  return missing.some((paths) => paths.length === 0);
}
