/** plotly's form of a typed array inside JSON: base64 of its bytes, little-endian. */
interface TypedArraySpec {
  dtype: "u1" | "f4";
  bdata: string;
  /** Rows and columns of a table of numbers. */
  shape?: string;
}

/** Shorter arrays stay as they are: readable, and hardly larger. */
const FEWEST_NUMBERS = 50;

/**
 * A trace with its long arrays of numbers packed, for a notebook's output, where each number would take a line of its own.
 *
 * Whole numbers in [0, 255] become bytes, others float32 (7 digits, which is more than a screen shows); null becomes NaN, a gap to
 * plotly. Files of figures are not packed.
 *
 * @param value a plain value: a trace, or anything inside one.
 * @returns a new value; plotly.js reads packed arrays since version 2.28.
 */
export function packed(value: unknown): unknown {
  if (Array.isArray(value)) return packedArray(value) ?? value.map(packed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, packed(item)]));
}

function packedArray(values: readonly unknown[]): TypedArraySpec | undefined {
  if (isNumbers(values)) return values.length >= FEWEST_NUMBERS ? specOf(values) : undefined;
  const columns = Array.isArray(values[0]) ? values[0].length : 0;
  const table = columns > 0 && values.every((row) => Array.isArray(row) && row.length === columns && isNumbers(row));
  if (!table || values.length * columns < FEWEST_NUMBERS) return undefined;
  return { ...specOf((values as (number | null)[][]).flat()), shape: `${values.length}, ${columns}` };
}

function isNumbers(values: readonly unknown[]): values is (number | null)[] {
  return values.every((value) => typeof value === "number" || value === null);
}

function specOf(values: readonly (number | null)[]): TypedArraySpec {
  const bytes = values.every((value) => value !== null && Number.isInteger(value) && value >= 0 && value <= 255);
  if (bytes) return { dtype: "u1", bdata: Buffer.from(values as number[]).toString("base64") };
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => buffer.writeFloatLE(value ?? NaN, 4 * index));
  return { dtype: "f4", bdata: buffer.toString("base64") };
}
