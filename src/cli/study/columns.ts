import { type StudyTable, type TableCell } from "../../studies";

/** A column of a study's table. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly digits: number | undefined;
  readonly values: readonly (TableCell | undefined)[];
}

/** The columns of a table in their order, with titles and decimals. */
export function columnsOf({ rows, columns, digits }: StudyTable): Column[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const titles = columns ?? Object.fromEntries(keys.map((key) => [key, key]));
  return Object.entries(titles).map(([key, title]) => ({
    key,
    title,
    digits: typeof digits === "number" ? digits : digits?.[key],
    values: rows.map((row) => row[key]),
  }));
}
