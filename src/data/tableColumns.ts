import type { CsvTable } from "./csv";
import type { Column, GroupColumn } from "./entry";
import type { Grouping } from "./grouping";

/** What stands for a missing value in names of levels and groups. */
export const MISSING = "(missing)";
/** More names than this are no category, but most likely identifiers. */
const MAX_LEVELS = 1_000;

/** A column of numbers; a missing one is NaN. */
export interface NumberColumn {
  readonly name: string;
  readonly type: "number";
  readonly values: Float64Array;
}

/** A column of names: for each row the position of its name among the levels; -1 where it is missing. */
export interface CategoryColumn {
  readonly name: string;
  readonly type: "category";
  readonly levels: readonly string[];
  readonly values: Int32Array;
}

export type TableColumn = NumberColumn | CategoryColumn;

/**
 * Reads the cells of a column.
 *
 * @param cells one text per row.
 * @param column what it is said to hold.
 * @param place where a row stands, for errors.
 * @returns numbers, or positions among the levels.
 * @throws Error quoting the cell and its line, for one that is no finite number, or no level.
 */
export function readColumn(
  cells: readonly string[],
  column: Column,
  place: (row: number) => string,
): NumberColumn | CategoryColumn {
  const { name, missing = [] } = column;
  const expected = (what: string, row: number) =>
    new Error(`${place(row)}: ${JSON.stringify(name)} is ${JSON.stringify(cells[row])}, expected ${what}`);
  if (column.type === "number") {
    const values = Float64Array.from(cells, (cell, row) => {
      if (missing.includes(cell)) return NaN;
      const value = parseNumber(cell);
      if (value === undefined) throw expected("a finite number", row);
      return value;
    });
    return { name, type: "number", values };
  }
  const levels = column.levels ?? levelsOf(cells, missing);
  const positions = new Map(levels.map((level, position) => [level, position]));
  const values = Int32Array.from(cells, (cell, row) => {
    if (missing.includes(cell)) return -1;
    const position = positions.get(cell);
    if (position === undefined)
      throw expected(`one of ${levels.map((level) => JSON.stringify(level)).join(", ")}`, row);
    return position;
  });
  return { name, type: "category", levels, values };
}

/** Throws a RangeError for a category that has too many levels to learn from one by one. */
export function checkLevels(column: TableColumn): void {
  if (column.type === "number" || column.levels.length <= MAX_LEVELS) return;
  throw new RangeError(
    `loadTabular: ${JSON.stringify(column.name)} has ${column.levels.length} different values, expected a category of at ` +
      `most ${MAX_LEVELS}; leave it out by the option exclude`,
  );
}

/** What a column holds, told by its cells: numbers where every cell that is not missing is one, else names. */
export function inferColumn(name: string, cells: readonly string[], missing: readonly string[]): Column {
  const numeric = cells.every((cell) => missing.includes(cell) || parseNumber(cell) !== undefined);
  return { name, type: numeric ? "number" : "category", missing };
}

/** The finite number that a cell holds, if it holds one. */
export function parseNumber(cell: string): number | undefined {
  const value = cell === "" ? NaN : Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

/** The different cells of a column, sorted by code unit. */
export function levelsOf(cells: readonly string[], missing: readonly string[]): string[] {
  return [...new Set(cells)].filter((cell) => !missing.includes(cell)).sort();
}

/** Whether the value of a row is missing. */
export function isMissing(column: TableColumn, row: number): boolean {
  return column.type === "number" ? Number.isNaN(column.values[row]) : column.values[row] < 0;
}

/** The rows of a column that are named, in this order. */
export function takeRows<T extends TableColumn>(column: T, rows: Int32Array): T {
  const { values } = column;
  const taken =
    values instanceof Int32Array ? rows.map((row) => values[row]) : Float64Array.from(rows, (row) => values[row]);
  return { ...column, values: taken };
}

/**
 * The groups that a column divides the rows in: its levels, or the intervals between boundaries.
 *
 * Rows where it is missing make a group of their own, the last one.
 *
 * @throws RangeError for a column of numbers without boundaries.
 */
export function groupingOf(column: TableColumn, { name, boundaries }: GroupColumn): Grouping {
  let names: string[];
  let groupOf: (row: number) => number;
  if (column.type === "category") {
    names = [...column.levels];
    groupOf = (row) => column.values[row];
  } else {
    if (!boundaries || boundaries.length === 0) {
      throw new RangeError(
        `loadTabular: group ${JSON.stringify(name)} is a column of numbers, expected boundaries to divide it by`,
      );
    }
    names = [...boundaries, undefined].map((upper, index) => {
      const lower = boundaries[index - 1];
      if (lower === undefined) return `${column.name} < ${upper}`;
      return upper === undefined ? `${column.name} >= ${lower}` : `${lower} <= ${column.name} < ${upper}`;
    });
    groupOf = (row) => boundaries.filter((boundary) => column.values[row] >= boundary).length;
  }
  let missing = false;
  const labels = Int32Array.from(column.values, (_, row) => {
    if (!isMissing(column, row)) return groupOf(row);
    missing = true;
    return names.length;
  });
  return { labels, names: missing ? [...names, MISSING] : names };
}

/** Cells of several tables with the same columns, one after the other. */
export function concatenateTables(tables: readonly CsvTable[]): CsvTable {
  if (tables.length === 1) return tables[0];
  const [first] = tables;
  const starts: number[] = [];
  let rows = 0;
  for (const table of tables) {
    starts.push(rows);
    rows += table.rows;
  }
  return {
    names: first.names,
    columns: first.names.map((_, index) => tables.flatMap((table) => table.columns[index])),
    rows,
    place: (row) => {
      const part = starts.filter((start) => start <= row).length - 1;
      return tables[part].place(row - starts[part]);
    },
  };
}
