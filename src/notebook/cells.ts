import { inspect } from "node:util";
import type { TextTable } from "./html";

/** A value in a table; a mean with its standard deviation is set as "mean ± sd". */
export type Cell = number | string | boolean | bigint | null | undefined | { mean: number; sd: number };

/** Whether a value is a mean with its standard deviation. */
function isSpread(value: unknown): value is { mean: number; sd: number } {
  const candidate = value as { mean?: unknown; sd?: unknown } | null | undefined;
  return typeof candidate === "object" && typeof candidate?.mean === "number" && typeof candidate.sd === "number";
}

/** Decimals where none are asked for. */
const DECIMALS = 4;
const SMALL = 1e-3;
const LARGE = 1e7;

/**
 * The values of a column as texts with the same number of decimals.
 *
 * @param values any values; null and undefined are left blank.
 * @param digits decimals; by default none for whole numbers, else 4, and powers of ten where those would hide the numbers.
 * @returns the texts, and whether the column is one of numbers.
 */
export function formatColumn(values: readonly unknown[], digits?: number): { texts: string[]; numeric: boolean } {
  const present = values.filter((value) => value !== null && value !== undefined);
  const numbers = present.flatMap((value) =>
    typeof value === "number" ? [value] : isSpread(value) ? [value.mean, value.sd] : [],
  );
  const numeric = present.length > 0 && present.every((value) => typeof value === "number" || isSpread(value));
  const format = numberFormat(numbers, digits);
  const texts = values.map((value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return format(value);
    if (isSpread(value)) return `${format(value.mean)} ± ${format(value.sd)}`;
    return typeof value === "object" ? inspect(value, { depth: 1, breakLength: Infinity }) : String(value);
  });
  return { texts, numeric };
}

function numberFormat(numbers: readonly number[], digits?: number): (value: number) => string {
  const finite = numbers.filter(Number.isFinite);
  const otherwise = (value: number): string => String(value);
  const fixed = (decimals: number) => (value: number) =>
    Number.isFinite(value) ? value.toFixed(decimals).replace(/^-(0(\.0+)?)$/, "$1") : otherwise(value);
  if (digits !== undefined) return fixed(digits);
  if (finite.every(Number.isInteger)) return otherwise;
  const sizes = finite.map(Math.abs).filter((size) => size > 0);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  if (largest < SMALL || largest >= LARGE) {
    return (value) => (Number.isFinite(value) && value !== 0 ? value.toExponential(DECIMALS - 1) : otherwise(value));
  }
  return fixed(DECIMALS);
}

/**
 * A table of texts from columns of values.
 *
 * @param columns title and values of each, all of one length, with the decimals asked for.
 * @returns the table, without caption and note.
 */
export function textTable(
  columns: readonly { title: string; values: readonly unknown[]; digits?: number }[],
): TextTable {
  const formatted = columns.map(({ values, digits }) => formatColumn(values, digits));
  const length = columns[0]?.values.length ?? 0;
  return {
    header: columns.map(({ title }) => title),
    rows: Array.from({ length }, (_, row) => formatted.map(({ texts }) => texts[row])),
    numeric: formatted.map(({ numeric }) => numeric),
  };
}
