import type { DataFrame } from "danfojs-node";

import { cellSignal } from "../engine/interrupt";
import type { CsvTable } from "./csv";
import type { Dataset, TabularDataset } from "./entry";
import type { Grouping } from "./grouping";
import { readOwnTable, type CsvSource, type TableMeaning } from "./ownTable";
import type { ProgressListener } from "./progress";
import type { ProvideOptions } from "./provide";
import { dataset, defaultFolder } from "./registry";
import type { Subset } from "./split";
import { concatenateTables, groupingOf } from "./tableColumns";
import { tableFeatures, type NumberFit } from "./tableFeatures";
import { readTableFile } from "./tableFile";
import { tableFrame } from "./tableFrame";
import { readRows, type MissingValues } from "./tableRows";
import { splitTable } from "./tableSplit";

/** A table of samples, ready to learn from. */
export interface TabularSet {
  readonly name: string;
  /** Number of rows. */
  readonly size: number;
  /** size x columns values, row by row; see `tableFeatures` for what they are. */
  readonly features: Float32Array;
  /** Names of the columns of `features`: `age`, `sex=Female`. */
  readonly columns: readonly string[];
  /** The class of each row: of two classes, 1 is the positive one. */
  readonly labels: Int32Array;
  /** Name of class k at position k. */
  readonly classNames: readonly string[];
  /** Groups of the rows, by name: `sex`, `race`. */
  readonly groups: Readonly<Record<string, Grouping>>;
  /** Which rows are for what; a part with the share 0 is left out. */
  readonly splits: { readonly train: Subset; readonly validation?: Subset; readonly test?: Subset };
  /** What was done to the rows. */
  readonly preprocessing: {
    /** Mean and standard deviation per column of numbers. */
    readonly numbers: readonly NumberFit[];
    /** Rows left out because the publishers left them out, and because a value is missing. */
    readonly dropped: { readonly filter: number; readonly missing: number };
  };
  /**
   * The rows as they were read, in the same order, as a danfojs DataFrame: every column of the registry entry or the
   * file, the unused ones too. Missing numbers are NaN, missing names null. danfojs is loaded at the first call.
   */
  readonly frame: () => Promise<DataFrame>;
}

/** How a table is made into features and parts. */
export interface LoadTabularOptions {
  /** Name of a registered table; or give `entry` or `csv`. */
  readonly name?: string;
  /** A registry entry of one's own. */
  readonly entry?: TabularDataset;
  /** A CSV file of one's own. */
  readonly csv?: CsvSource;
  /** Columns to learn from that are left out by default. */
  readonly include?: readonly string[];
  /** Columns not to learn from. */
  readonly exclude?: readonly string[];
  /** Whether the columns that groups are made of are learnt from too; by default they are. */
  readonly groupsInFeatures?: boolean;
  /** Whether numbers are standardised, by mean and deviation of the train part; by default they are. */
  readonly standardize?: boolean;
  /**
   * What is done about missing values: `impute` keeps the row (see `tableFeatures`), `drop` leaves it out, `error` throws.
   * By default `impute` for a registered table, `error` for a file of one's own.
   */
  readonly missing?: MissingValues;
  /** Whether only the rows that the publishers analysed are taken, where the entry says which; by default they are. */
  readonly filter?: boolean;
  /** Share of each class that is for testing, in [0, 1): by default the official part, where there is none a fifth. */
  readonly testShare?: number;
  /** Share of each class of what is not for testing that is for validation, in [0, 1); by default a fifth. */
  readonly validationShare?: number;
  /** The same seed gives the same parts on every machine; by default 0. */
  readonly seed?: number;
  /** The data folder; by default `data/cache` of the project. */
  readonly folder?: string;
  /** Whether missing files may be fetched from their publisher. */
  readonly download?: boolean;
  /** Stops loading; by default the signal of the running cell. */
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
  readonly transfer?: ProvideOptions["transfer"];
}

/**
 * Loads a table of samples as features, labels, groups and parts.
 *
 * Numbers are standardised by mean and deviation of the train part alone; categories become one column per level. The
 * test part is the official one (Adult) or drawn with the seed, the validation part is always drawn; both hold every
 * class in proportion. `src/data/README.md` says table by table what is left out and why.
 *
 * @param options see {@link LoadTabularOptions}; one of `name`, `entry` and `csv`, all else may be left out.
 * @returns see {@link TabularSet}.
 * @throws RangeError for an unknown table or option value; DataUnavailableError, ChecksumError as `loadImages`; Error
 *   naming file and line of a column that is missing, a cell that is no number, a level or class that is not expected,
 *   or a missing value where these are errors; the signal's reason when aborted.
 */
export async function loadTabular(options: LoadTabularOptions): Promise<TabularSet> {
  const { filter = true, signal = cellSignal(), standardize = true } = options;
  const { table, meaning, entry, testRows } = await readTable(options, signal);
  const { name, classNames, groups, target } = meaning;
  const missing = options.missing ?? (entry ? "impute" : "error");
  if (!["impute", "drop", "error"].includes(missing)) {
    throw new RangeError(
      `loadTabular: missing must be "impute", "drop" or "error", received ${JSON.stringify(missing)}`,
    );
  }
  const used = usedColumns(meaning, options);
  const rows = readRows(table, meaning, {
    filter: filter ? entry?.filter : undefined,
    missing,
    needed: [...used, ...groups.map((group) => group.column)],
  });
  signal?.throwIfAborted();

  const { columns, labels, origin, dropped } = rows;
  const size = labels.length;
  const byName = (wanted: string) => columns[meaning.columns.findIndex((column) => column.name === wanted)];
  const isTest = testRows && origin.map((row) => testRows[row]);
  const splits = splitTable(labels, isTest, options);
  const features = tableFeatures(used.map(byName), size, splits.train.indices, standardize);
  let frame: Promise<DataFrame> | undefined;
  return {
    name,
    size,
    features: features.values,
    columns: features.columns,
    labels,
    classNames,
    groups: Object.fromEntries(groups.map((group) => [group.name, groupingOf(byName(group.column), group)])),
    splits,
    preprocessing: { numbers: features.numbers, dropped },
    frame: () => (frame ??= tableFrame(columns, { column: target.column, labels, names: classNames })),
  };
}

interface TableSource {
  readonly table: CsvTable;
  readonly meaning: TableMeaning;
  readonly entry?: TabularDataset;
  /** Where the set has an official test part: 1 for its rows. */
  readonly testRows?: Uint8Array;
}

async function readTable(options: LoadTabularOptions, signal: AbortSignal | undefined): Promise<TableSource> {
  const { name, entry: given, csv, folder = defaultFolder, download = true, onProgress, transfer } = options;
  if ([name, given, csv].filter((source) => source !== undefined).length !== 1) {
    throw new RangeError("loadTabular: one of name, entry and csv must say which table, and no more than one");
  }
  if (csv) return readOwnTable(csv);
  const entry = tableEntry(given ?? dataset(name ?? ""));
  const where = { folder, download, signal, onProgress, transfer };
  if ("all" in entry.parts) return { table: await readTableFile(entry, entry.parts.all, where), meaning: entry, entry };
  const train = await readTableFile(entry, entry.parts.train, where);
  const test = await readTableFile(entry, entry.parts.test, where);
  const testRows = new Uint8Array(train.rows + test.rows).fill(1, train.rows);
  return { table: concatenateTables([train, test]), meaning: entry, entry, testRows };
}

function tableEntry(entry: Dataset): TabularDataset {
  if (entry.kind === "table") return entry;
  throw new RangeError(`loadTabular: ${entry.name} holds images, not a table; load it by loadImages`);
}

/** Names of the columns to learn from, in the order of the table. */
function usedColumns(meaning: TableMeaning, options: LoadTabularOptions): string[] {
  const { include = [], exclude = [], groupsInFeatures = true } = options;
  const { columns, target, groups } = meaning;
  const known = columns.flatMap(({ name }) => (name === target.column ? [] : [name]));
  const stranger = [...include, ...exclude].find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new RangeError(
      `loadTabular: ${JSON.stringify(stranger)} is no column of ${meaning.name} to include or exclude; there are ` +
        known.map((name) => JSON.stringify(name)).join(", "),
    );
  }
  const used = columns.flatMap(({ name, unused }) => {
    const wanted = (unused === undefined || include.includes(name)) && !exclude.includes(name);
    const asGroup = !groupsInFeatures && groups.some((group) => group.column === name);
    return known.includes(name) && wanted && !asGroup ? [name] : [];
  });
  if (used.length === 0) throw new RangeError(`loadTabular: no column of ${meaning.name} is left to learn from`);
  return used;
}
