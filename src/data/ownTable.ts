import { basename } from "node:path";

import { readCsv, type CsvTable } from "./csv";
import type { Column, GroupColumn, TabularDataset } from "./entry";
import { inferColumn, levelsOf } from "./tableColumns";
import { readText } from "./tableFile";

/** A CSV file of one's own, and what its columns mean. */
export interface CsvSource {
  /** The file; gzipped where its name ends in ".gz". */
  readonly path: string;
  /** Name of the column to predict. */
  readonly target: string;
  /** What stands in it for the positive class of two; every row must hold that or one other value. */
  readonly positive?: string;
  /** In place of `positive`, what stands in it for every class, in order: any number of classes. */
  readonly classes?: readonly string[];
  /** By default, a column whose cells are all numbers holds numbers, any other a category. */
  readonly types?: Readonly<Record<string, Column["type"]>>;
  /** Columns that divide the rows in groups: names, or names with boundaries for columns of numbers. */
  readonly groups?: readonly (string | GroupColumn)[];
  /** What stands for a missing value in any column; by default nothing, ?, NA, NaN, nan and null. */
  readonly missing?: readonly string[];
  readonly separator?: string;
  readonly quote?: string;
  /** Names of the columns of a file whose first line does not name them. */
  readonly columns?: readonly string[];
}

/** What is known of a table once its meaning is: the parts of a registry entry that features are made by. */
export type TableMeaning = Pick<TabularDataset, "name" | "columns" | "target" | "classNames" | "groups">;

const MISSING_CELLS = ["", "?", "NA", "NaN", "nan", "null"];

/**
 * Reads a CSV file of one's own and settles what its columns mean.
 *
 * @param source see {@link CsvSource}.
 * @returns the cells, and what they mean.
 * @throws RangeError for neither or both of `positive` and `classes`, or a class that is named twice; Error naming the file
 *   for a column that is missing or named twice, and for a target that holds other values than two.
 */
export async function readOwnTable(source: CsvSource): Promise<{ table: CsvTable; meaning: TableMeaning }> {
  const { path, target, types = {}, missing = MISSING_CELLS, separator = ",", quote = '"' } = source;
  const header = source.columns === undefined;
  const table = await readCsv(await readText(path), { name: path, separator, quote, header, columns: source.columns });
  const { names } = table;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(`${path} has two columns ${JSON.stringify(twice)}, expected one of each name`);
  const groups = (source.groups ?? []).map((group) =>
    typeof group === "string" ? { name: group, column: group } : group,
  );
  requireColumns(path, names, [target, ...groups.map((group) => group.column), ...Object.keys(types)]);
  const cells = (name: string) => table.columns[names.indexOf(name)];
  const classNames = classesOf(source, cells(target), missing);
  const columns = names.map((name): Column => {
    if (name === target) return { name, type: "category", missing };
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    return type ? { name, type, missing } : inferColumn(name, cells(name), missing);
  });
  const values = classNames.map((name) => [name]);
  return { table, meaning: { name: basename(path), columns, target: { column: target, values }, classNames, groups } };
}

function requireColumns(path: string, names: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.find((name) => !names.includes(name));
  if (missing === undefined) return;
  const known = names.map((name) => JSON.stringify(name)).join(", ");
  throw new Error(`${path} has no column ${JSON.stringify(missing)}; it has ${known}`);
}

function classesOf(source: CsvSource, cells: readonly string[], missing: readonly string[]): readonly string[] {
  const { path, target, positive, classes } = source;
  if ((positive === undefined) === (classes === undefined)) {
    throw new RangeError(
      "loadTabular: csv needs either positive, the value of the positive class, or classes, all values",
    );
  }
  if (classes !== undefined) {
    if (classes.length < 2 || new Set(classes).size < classes.length) {
      throw new RangeError(
        `loadTabular: csv.classes must name at least two classes, each once, received ${JSON.stringify(classes)}`,
      );
    }
    return classes;
  }
  const found = levelsOf(cells, missing);
  if (positive === undefined || found.length !== 2 || !found.includes(positive)) {
    const some = found.slice(0, 10).map((value) => JSON.stringify(value));
    throw new Error(
      `${path}: the column ${JSON.stringify(target)} holds ${some.join(", ")}${found.length > 10 ? ", ..." : ""}, expected ` +
        `${JSON.stringify(positive)} and one other value`,
    );
  }
  return [found[0] === positive ? found[1] : found[0], positive];
}
