import type { CsvTable } from "./csv";
import type { TabularDataset } from "./entry";
import type { TableMeaning } from "./ownTable";
import { checkLevels, isMissing, readColumn, takeRows, type TableColumn } from "./tableColumns";

/** What is done about missing values, see `loadTabular`. */
export type MissingValues = "impute" | "drop" | "error";

/** Which rows of a table to take, and by which columns that is judged. */
export interface RowChoice {
  /** The publishers' own choice of rows. */
  readonly filter?: TabularDataset["filter"];
  readonly missing: MissingValues;
  /** Names of the columns that matter: a value missing elsewhere is no matter. */
  readonly needed: readonly string[];
}

/** The rows that were taken. */
export interface TableRows {
  readonly columns: readonly TableColumn[];
  readonly labels: Int32Array;
  /** Which row of the table each of them is. */
  readonly origin: Int32Array;
  /** How many were left out, and why. */
  readonly dropped: { readonly filter: number; readonly missing: number };
}

/**
 * Takes rows of a table, with their cells read.
 *
 * @param table the cells as texts.
 * @param meaning what they mean.
 * @param choice see {@link RowChoice}.
 * @returns columns, labels and origins of the rows, in the order of the table.
 * @throws Error quoting file, line and cell, for one that is not as expected or (where that is an error) missing, and for
 *   no rows left; RangeError for a needed category with too many levels.
 */
export function readRows(table: CsvTable, meaning: TableMeaning, { filter, missing, needed }: RowChoice): TableRows {
  const kept = filter ? filteredRows(table, filter) : allRows(table.rows);
  const place = (row: number) => table.place(kept[row]);
  const cellsOf = (name: string) => {
    const cells = table.columns[table.names.indexOf(name)];
    return filter ? Array.from(kept, (row) => cells[row]) : cells;
  };
  const { column: target } = meaning.target;
  const columns = meaning.columns.map((column) =>
    // The target's cells are judged as labels; as a column they are taken as they are.
    readColumn(cellsOf(column.name), column.name === target ? { name: target, type: "category" } : column, place),
  );
  const labels = labelsOf(meaning, cellsOf(target), place);
  const judged = columns.filter((column) => needed.includes(column.name));
  judged.forEach(checkLevels);
  const whole = wholeRows(judged, kept.length, missing, place);
  return {
    columns: whole.length === kept.length ? columns : columns.map((column) => takeRows(column, whole)),
    labels: whole.map((row) => labels[row]),
    origin: whole.map((row) => kept[row]),
    dropped: { filter: table.rows - kept.length, missing: kept.length - whole.length },
  };
}

function allRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}

function filteredRows(table: CsvTable, filter: NonNullable<TabularDataset["filter"]>): Int32Array {
  const cells = new Map(table.names.map((name, index) => [name, table.columns[index]]));
  const kept = allRows(table.rows).filter((row) => filter.keep((column) => cells.get(column)?.[row] ?? ""));
  if (kept.length !== filter.rows) {
    throw new Error(`loadTabular: the filter keeps ${kept.length} rows, expected ${filter.rows}`);
  }
  return kept;
}

function labelsOf(
  { target, classNames }: TableMeaning,
  cells: readonly string[],
  place: (row: number) => string,
): Int32Array {
  const classOf = new Map(target.values.flatMap((texts, label) => texts.map((text) => [text, label] as const)));
  return Int32Array.from(cells, (cell, row) => {
    const label = classOf.get(cell);
    if (label !== undefined) return label;
    const expected = target.values.flat().map((text) => JSON.stringify(text));
    throw new Error(
      `${place(row)}: the label ${JSON.stringify(target.column)} is ${JSON.stringify(cell)}, expected ` +
        `${expected.join(" or ")} (${classNames.join(", ")})`,
    );
  });
}

/** The rows to keep: all, or those without a missing value. */
function wholeRows(
  columns: readonly TableColumn[],
  count: number,
  missing: MissingValues,
  place: (row: number) => string,
): Int32Array {
  const rows = allRows(count);
  if (missing === "impute") return rows;
  const gapIn = (row: number) => columns.find((column) => isMissing(column, row));
  if (missing === "drop") {
    const whole = rows.filter((row) => !gapIn(row));
    if (whole.length === 0) throw new Error(`loadTabular: every one of the ${count} rows misses a value`);
    return whole;
  }
  for (const row of rows) {
    const column = gapIn(row);
    if (column) {
      throw new Error(
        `${place(row)}: ${JSON.stringify(column.name)} is missing; say what to do by missing: "impute" or "drop"`,
      );
    }
  }
  return rows;
}
