import { type StudyTable, type TableCell } from "../../studies";
import { columnsOf } from "./columns";

/**
 * A table as CSV (RFC 4180, lines ended by a line feed), in full precision: a mean with its standard deviation takes two columns, "X mean"
 * and "X sd".
 */
export function csvTable(table: StudyTable): string {
  const columns = columnsOf(table).flatMap(({ key, values }) =>
    values.some(isSpread)
      ? (["mean", "sd"] as const).map((part) => ({
          name: `${key} ${part}`,
          values: values.map((value) => (isSpread(value) ? value[part] : part === "mean" ? value : undefined)),
        }))
      : [{ name: key, values }],
  );
  const rows = table.rows.map((_, row) => columns.map(({ values }) => values[row] as TableCell | undefined));
  return [columns.map(({ name }) => name), ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

function isSpread(value: TableCell | undefined): value is { readonly mean: number; readonly sd: number } {
  return typeof value === "object" && value !== null;
}

function field(value: TableCell | undefined): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
