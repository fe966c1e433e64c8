import { textTable, type Cell } from "./cells";
import { Display } from "./display";
import { tableToHtml, tableToText } from "./html";

/** How a table is set. */
export interface TableOptions {
  /** Which columns, in which order: their keys, or keys with titles; by default those of the first row. */
  columns?: readonly string[] | Readonly<Record<string, string>>;
  /** Decimals, of every column or by key; by default none for whole numbers, else 4. */
  digits?: number | Readonly<Record<string, number>>;
  caption?: string;
}

/**
 * A table: HTML in a notebook, aligned text elsewhere.
 *
 * @param rows records; a cell is a number, a text, a boolean, a `{ mean, sd }`, or missing.
 * @param options.columns keys in order, or keys with titles.
 * @param options.digits decimals, an integer in [0, 20], for all columns or by key.
 * @param options.caption a line above.
 * @returns a value that shows as the table, as the last expression of a cell or through `show`.
 * @throws TypeError when `rows` is no array, RangeError when no column is left, a column is in no row, or digits are no
 *   integer in [0, 20].
 */
export function table(rows: readonly Readonly<Record<string, Cell>>[], options: TableOptions = {}): Display {
  if (!Array.isArray(rows)) throw new TypeError(`table: rows must be an array of records, received ${typeof rows}`);
  const titles = titlesOf(rows, options.columns);
  const text = textTable(
    titles.map(([key, title]) => ({
      title,
      values: rows.map((row) => row[key]),
      digits: digitsOf(options.digits, key),
    })),
  );
  const set = { ...text, caption: options.caption };
  return new Display({ "text/html": tableToHtml(set), "text/plain": tableToText(set) });
}

function titlesOf(
  rows: readonly Readonly<Record<string, Cell>>[],
  columns: TableOptions["columns"],
): (readonly [key: string, title: string])[] {
  const known = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const chosen = columns ?? known;
  const titles = Array.isArray(chosen)
    ? (chosen as readonly string[]).map((key) => [key, key] as const)
    : Object.entries(chosen as Readonly<Record<string, string>>);
  if (titles.length === 0) throw new RangeError("table: there must be at least one column, received none");
  const missing = titles.find(([key]) => rows.length > 0 && !known.includes(key));
  if (missing) {
    const accepted = known.map((key) => `"${key}"`).join(", ");
    throw new RangeError(`table: columns must be among ${accepted}, received "${missing[0]}"`);
  }
  return titles;
}

function digitsOf(digits: TableOptions["digits"], key: string): number | undefined {
  const chosen = typeof digits === "number" ? digits : digits?.[key];
  if (chosen !== undefined && !(Number.isInteger(chosen) && chosen >= 0 && chosen <= 20)) {
    throw new RangeError(`table: digits must be an integer in [0, 20], received ${chosen}`);
  }
  return chosen;
}
