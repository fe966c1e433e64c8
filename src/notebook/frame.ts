import { textTable } from "./cells";
import { tableToHtml, tableToText } from "./html";
import type { MimeBundle } from "./display";

/** What a table of data shows of itself: a danfojs DataFrame or Series, or an array of records. */
interface Frame {
  rowCount: number;
  columns: readonly string[];
  /** Second line of a column's title, for example its data type. */
  dtypes?: readonly string[];
  index?: readonly (string | number)[];
  cell(row: number, column: number): unknown;
}

/** The parts of danfojs's NDframe that are read. */
interface NDframe {
  $isSeries: boolean;
  shape: readonly number[];
  columns: readonly string[];
  dtypes: readonly string[];
  index: readonly (string | number)[];
  values: readonly unknown[];
}

const SHOWN = 20;
const ELLIPSIS = "…";

/** A danfojs DataFrame or Series as a table with its index and data types, or undefined for anything else. */
export function frameBundle(value: object): MimeBundle | undefined {
  const candidate = value as Partial<NDframe>;
  if (typeof candidate.$isSeries !== "boolean" || !Array.isArray(candidate.shape)) return undefined;
  const frame = candidate as NDframe;
  const values = frame.values;
  return bundleOf({
    rowCount: frame.shape[0],
    columns: frame.columns,
    dtypes: frame.dtypes,
    index: frame.index,
    cell: (row, column) => (frame.$isSeries ? values[row] : (values[row] as readonly unknown[])[column]),
  });
}

/** An array of records with the same keys and plain values as a table, or undefined for anything else. */
export function recordsBundle(value: object): MimeBundle | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const keys = isRecord(value[0]) ? Object.keys(value[0]) : [];
  if (keys.length === 0) return undefined;
  const alike = value.every((row: unknown) => {
    if (!isRecord(row)) return false;
    const own = Object.keys(row);
    return own.length === keys.length && keys.every((key) => Object.hasOwn(row, key) && isPrimitive(row[key]));
  });
  if (!alike) return undefined;
  const rows = value as readonly Record<string, unknown>[];
  return bundleOf({ rowCount: rows.length, columns: keys, cell: (row, column) => rows[row][keys[column]] });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A cell's objects may come from another realm than this module's.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");
}

/** The first and the last, with a gap (-1) between where there are more than are shown. */
function ends(count: number): number[] {
  const all = Array.from({ length: Math.min(count, SHOWN) }, (_, position) => position);
  if (count <= SHOWN) return all;
  const half = SHOWN / 2;
  return [...all.slice(0, half), -1, ...all.slice(0, half).map((position) => count - half + position)];
}

function bundleOf(frame: Frame): MimeBundle {
  const rows = ends(frame.rowCount);
  const columns = ends(frame.columns.length);
  const gap = (row: number, value: () => unknown): unknown => (row < 0 ? null : value());
  const index = frame.index ? [{ title: "", values: rows.map((row) => gap(row, () => frame.index?.[row])) }] : [];
  const set = textTable([
    ...index,
    ...columns.map((column) => ({
      title: column < 0 ? ELLIPSIS : titleOf(frame, column),
      values: rows.map((row) => (column < 0 ? "" : gap(row, () => frame.cell(row, column)))),
    })),
  ]);
  // The row of the gap is filled here, so that it does not turn a column of numbers into one of texts.
  const filled = set.rows.map((row, position) => (rows[position] < 0 ? row.map(() => ELLIPSIS) : row));
  const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const hidden = rows.includes(-1) ? `${ELLIPSIS} ` : "";
  const note = `${hidden}${plural(frame.rowCount, "row")} × ${plural(frame.columns.length, "column")}`;
  const shown = { ...set, rows: filled, note };
  return { data: { "text/html": tableToHtml(shown), "text/plain": tableToText(shown) }, metadata: {} };
}

function titleOf(frame: Frame, column: number): string {
  const dtype = frame.dtypes?.[column];
  return dtype ? `${frame.columns[column]} (${dtype})` : String(frame.columns[column]);
}
