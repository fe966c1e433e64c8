import { z } from "zod";

import { tf } from "../../engine";
import { type SampleLosses } from "../multiclass/batch";
import { isNumbers } from "../multiclass/options";
import { quote } from "../schema";

/** One number for all cells, a matrix [K][G] of numbers, or a tensor or variable [K, G]. */
export type CellParameter = number | readonly ArrayLike<number>[] | tf.Tensor;

/** A cell parameter as a factory keeps it: plain numbers with their shape, group by group, [G, K]; no tensor to dispose. */
export type HeldCells = number | PlainCells | tf.Tensor;

export interface PlainCells {
  /** Row by row, [G, K]. */
  readonly byGroup: Float32Array;
  readonly shape: readonly [groups: number, classes: number];
}

/** Numbers of samples per class and group: a matrix [K][G] or a tensor [K, G]. */
export type CellCounts = readonly ArrayLike<number>[] | tf.Tensor;

const isMatrix = (value: unknown, test: (x: number) => boolean): value is readonly ArrayLike<number>[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((row) => isNumbers(row, test) && row.length === (value[0] as ArrayLike<number>).length);

const rowsOf = (value: unknown): unknown =>
  value instanceof tf.Tensor && value.rank === 2 ? (value as tf.Tensor2D).arraySync() : value;

const isPositive = (x: number) => x > 0 && x < Infinity;

const COUNTS_ACCEPTED = "a matrix or tensor [K, G] of positive numbers, a row per class, a column per group";

/**
 * Counts as a matrix of plain numbers.
 *
 * @throws RangeError, naming the caller, unless they are positive finite numbers in rows of one length.
 */
export function checkedCellCounts(caller: string, counts: CellCounts): number[][] {
  const rows = rowsOf(counts);
  if (isMatrix(rows, isPositive)) return rows.map((row) => Array.from(row));
  throw new RangeError(`${caller}: counts must be ${COUNTS_ACCEPTED}, received ${quote(counts)}`);
}

/** The option `counts`: training samples per class and group, read once, when the factory is called. */
export const cellCountsOption = z
  .custom<CellCounts>((value) => isMatrix(rowsOf(value), isPositive), COUNTS_ACCEPTED)
  .transform((counts) => (rowsOf(counts) as readonly ArrayLike<number>[]).map((row) => Array.from(row)))
  .describe("training samples per class and group, n_kg, [K, G]; a cell without any has no prior and is refused");

/** An option that is a number, a matrix [K][G] or a tensor; plain numbers are checked and copied, a tensor is used as it stands. */
export function cellParameterOption(kind: "finite" | "nonNegative") {
  const test = (x: number) => Number.isFinite(x) && (kind === "finite" || x >= 0);
  const noun = kind === "finite" ? "finite number" : "non-negative finite number";
  return z
    .custom<CellParameter>((value) => {
      if (value instanceof tf.Tensor) return value.rank === 2 || value.rank === 0;
      return typeof value === "number" ? test(value) : isMatrix(value, test);
    }, `a ${noun}, a matrix [K][G] of them, or a tensor or variable [K, G]`)
    .transform((value): HeldCells =>
      typeof value === "number" || value instanceof tf.Tensor ? value : plainCells(value),
    );
}

/** A matrix [K][G] as it is held. */
export function plainCells(rows: readonly ArrayLike<number>[]): PlainCells {
  const [classes, groups] = [rows.length, rows[0].length];
  const byGroup = Float32Array.from({ length: groups * classes }, (_, index) => {
    const group = Math.floor(index / classes);
    return rows[index % classes][group];
  });
  return { byGroup, shape: [groups, classes] };
}

/** The option `groups`. */
export const groupsOption = z.number().int().positive().describe("number of groups, G");

/** The option `classes`. */
export const classesOption = z
  .number()
  .int()
  .positive()
  .optional()
  .describe(
    "number of classes, K: with it, means are taken over the K G cells (class, group); left out: over the groups",
  );

/** The option `loss`. */
export const sampleLossesOption = z
  .custom<SampleLosses>(
    (value) => typeof value === "function",
    'a loss with reduction "none", (logits, labels) => losses [n]',
  )
  .optional()
  .describe('the loss of a sample: any loss made with reduction: "none"; default: cross-entropy');
