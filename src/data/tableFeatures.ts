import { isMissing, MISSING, type CategoryColumn, type NumberColumn, type TableColumn } from "./tableColumns";

/** How a column of numbers became a feature. */
export interface NumberFit {
  readonly column: string;
  /** Mean of the train rows; a missing value is replaced by it. */
  readonly mean: number;
  /** Standard deviation of the train rows (divided by their number); 1 where all are equal. */
  readonly std: number;
}

/** The features of a table. */
export interface TableFeatures {
  /** rows x columns values, row by row. */
  readonly values: Float32Array;
  /** Names of the columns: `age`, `sex=Female`, and `age=(missing)`, which is 1 where the age is missing. */
  readonly columns: readonly string[];
  readonly numbers: readonly NumberFit[];
}

/**
 * Turns columns into features.
 *
 * A number x becomes (x - mean) / std, with mean and std of the train rows where it is present, computed in float64; a
 * missing one becomes 0, as if it were the mean. Without `standardize` it stays x, and a missing one becomes the mean.
 * A category becomes one column per level, 1 where it applies and 0 elsewhere. Any column that misses a value somewhere
 * gets one more, which is 1 where it does.
 *
 * @param columns the columns to use, each with one value per row.
 * @param rows number of rows.
 * @param train the rows to fit means and standard deviations on.
 * @param standardize whether numbers are standardised.
 * @returns float32 features, their names, and what was fitted.
 */
export function tableFeatures(
  columns: readonly TableColumn[],
  rows: number,
  train: Int32Array,
  standardize: boolean,
): TableFeatures {
  const blocks = columns.map((column) => {
    const gaps = column.values.some((_, row) => isMissing(column, row));
    const block = column.type === "number" ? numberBlock(column, train, standardize) : categoryBlock(column);
    return { ...block, column, names: gaps ? [...block.names, `${column.name}=${MISSING}`] : block.names, gaps };
  });
  const names = blocks.flatMap((block) => block.names);
  const values = new Float32Array(rows * names.length);
  let start = 0;
  for (const { column, names: own, gaps, write } of blocks) {
    for (let row = 0; row < rows; row++) {
      const offset = row * names.length + start;
      write(row, values, offset);
      if (gaps && isMissing(column, row)) values[offset + own.length - 1] = 1;
    }
    start += own.length;
  }
  return { values, columns: names, numbers: blocks.flatMap(({ fit }) => (fit ? [fit] : [])) };
}

/** The names of a column's features, and a function that writes those of a row. */
interface Block {
  readonly names: readonly string[];
  readonly fit?: NumberFit;
  readonly write: (row: number, values: Float32Array, offset: number) => void;
}

function numberBlock({ name, values }: NumberColumn, train: Int32Array, standardize: boolean): Block {
  const present = Float64Array.from(train, (row) => values[row]).filter((value) => !Number.isNaN(value));
  // The deviation of a constant is all rounding, and not divided by.
  const constant = present.every((value) => value === present[0]);
  const average = (of: (value: number) => number) =>
    present.reduce((sum, value) => sum + of(value), 0) / present.length;
  const mean = constant ? (present[0] ?? 0) : average((value) => value);
  const fit = { column: name, mean, std: constant ? 1 : Math.sqrt(average((value) => (value - mean) ** 2)) };
  return {
    names: [name],
    fit,
    write: (row, features, offset) => {
      const value = Number.isNaN(values[row]) ? mean : values[row];
      features[offset] = standardize ? (value - mean) / fit.std : value;
    },
  };
}

function categoryBlock({ name, levels, values }: CategoryColumn): Block {
  return {
    names: levels.map((level) => `${name}=${level}`),
    write: (row, features, offset) => {
      if (values[row] >= 0) features[offset + values[row]] = 1;
    },
  };
}
