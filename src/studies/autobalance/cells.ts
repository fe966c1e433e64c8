import { quote } from "./check";

/** Samples per class [K], or per class and group [K][G]. */
export type Counts = readonly number[] | readonly (readonly number[])[];

/** What the parameters of a loss belong to: the classes, or the cells (class, group). */
export interface Cells {
  readonly classes: number;
  /** G; undefined where parameters belong to classes alone. */
  readonly groups: number | undefined;
  /** Shape of a parameter: [K] or [K, G]. */
  readonly shape: readonly [number] | readonly [number, number];
  /** Samples of the cells row by row: cell (k, g) at k G + g. */
  readonly counts: readonly number[];
}

/**
 * Reads counts as cells.
 *
 * @param caller begins the errors.
 * @param counts positive integers, [K] or [K][G], K >= 2.
 * @returns see {@link Cells}.
 * @throws RangeError for other counts; a cell without samples has no frequency.
 */
export function cellsOf(caller: string, counts: Counts): Cells {
  const rows = Array.isArray(counts) ? (counts as readonly unknown[]) : [];
  const grouped = Array.isArray(rows[0]);
  const matrix = rows.map((row) => (Array.isArray(row) ? (row as readonly number[]) : [row as number]));
  const groups = matrix[0]?.length ?? 0;
  const whole = matrix.every(
    (row, index) =>
      Array.isArray(rows[index]) === grouped &&
      row.length === groups &&
      row.every((count) => Number.isInteger(count) && count > 0),
  );
  if (matrix.length < 2 || groups < 1 || !whole) {
    throw new RangeError(
      `${caller}: counts must be positive integers, one per class [K] or per class and group [K][G], for at least two classes; ` +
        `received ${quote(counts)}`,
    );
  }
  return {
    classes: matrix.length,
    groups: grouped ? groups : undefined,
    shape: grouped ? [matrix.length, groups] : [matrix.length],
    counts: matrix.flat(),
  };
}

/** Numbers of the cells from the most to the least frequent; equal counts in the order of the cells. */
export function byFrequency(counts: readonly number[]): number[] {
  return counts.map((_, cell) => cell).sort((a, b) => counts[b] - counts[a] || a - b);
}

/** log P(class | group) of every cell; without groups log P(class). */
export function logPriorsOf({ classes, groups = 1, counts }: Cells): number[] {
  const totals = Array.from({ length: groups }, (_, group) =>
    Array.from({ length: classes }, (_, k) => counts[k * groups + group]).reduce((a, b) => a + b, 0),
  );
  return counts.map((count, cell) => Math.log(count / totals[cell % groups]));
}
