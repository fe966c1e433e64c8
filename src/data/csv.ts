/** How a table stands in its text, and what to take of it. */
export interface CsvOptions {
  /** Where the text is from, for errors. */
  readonly name: string;
  readonly separator: string;
  readonly quote: string;
  /** Whether the first line names the columns. */
  readonly header: boolean;
  /** A line that begins with it holds no data. */
  readonly comment?: string;
  /**
   * With a header, the names of the columns to take, in any order, by default all of them. Without one, the names of
   * all columns, in the order of the text.
   */
  readonly columns?: readonly string[];
}

/** The cells of a table as texts, column by column. */
export interface CsvTable {
  readonly names: readonly string[];
  /** Per name, one text per row, without spaces around it. */
  readonly columns: readonly (readonly string[])[];
  readonly rows: number;
  /** Where a row stands, for errors: `NAME, line 12`. */
  readonly place: (row: number) => string;
}

/**
 * Reads a table of comma-separated values (or of another separator).
 *
 * @param text the content; a byte order mark and empty lines are passed over.
 * @param options see {@link CsvOptions}.
 * @returns the chosen columns. A column that the header names twice is the first of that name.
 * @throws Error naming the text, and the line where one is at fault: for a column that is missing (quoting the header),
 *   a line with fewer or more values than the others, a quote that is not closed, and for no rows at all.
 */
export async function readCsv(text: string | Buffer, options: CsvOptions): Promise<CsvTable> {
  const { name, separator, quote, header, comment } = options;
  const { parse, CsvError } = await import("csv-parse/sync");
  const lines: number[] = [];
  let names: readonly string[] = [];
  let columns: string[][] = [];
  let positions: readonly number[] = [];
  let width: number | undefined;
  const choose = (found: readonly string[]) => {
    width = found.length;
    names = header ? (options.columns ?? found) : (options.columns ?? []);
    if (!header && names.length !== found.length) {
      throw new Error(`${name} has ${found.length} columns, expected ${names.length}: ${names.join(", ")}`);
    }
    positions = header ? names.map((wanted) => found.indexOf(wanted)) : names.map((_, position) => position);
    const missing = names.filter((_, index) => positions[index] < 0);
    if (missing.length > 0) {
      throw new Error(
        `${name} has no column ${missing.map(quoted).join(", ")}; it has ${found.map(quoted).join(", ")}`,
      );
    }
    columns = names.map(() => []);
  };
  try {
    parse(text, {
      delimiter: separator,
      quote,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      ...(comment ? { comment, comment_no_infix: true } : {}),
      // Judged below, where the line and the numbers can be told.
      relax_column_count: true,
      on_record: (record: string[], context) => {
        if (width === undefined) {
          choose(record);
          if (header) return null;
        }
        if (record.length !== width) {
          throw new Error(`${name}, line ${context.lines}: ${record.length} values, expected ${width}`);
        }
        lines.push(context.lines);
        positions.forEach((position, index) => columns[index].push(record[position]));
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new Error(`${name} is no table: ${error.message}`, { cause: error });
    throw error;
  }
  if (lines.length === 0) throw new Error(`${name} holds no rows, expected at least one`);
  return { names, columns, rows: lines.length, place: (row) => `${name}, line ${lines[row]}` };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
