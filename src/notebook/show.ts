import { inspect } from "node:util";
import { displayFunction, type MimeBundle } from "./display";
import { mimeBundle } from "./mime";

/**
 * Shows a value below the running cell, or as text on the standard output outside a notebook.
 *
 * @param value a figure, a DataFrame, records, a table, a tensor, a text, a value with `toMimeBundle()`, or anything else,
 *   which is then printed as Node prints it.
 */
export function show(value: unknown): void {
  const bundle = mimeBundle(value) ?? textBundle(value);
  const display = displayFunction();
  if (display) display({ data: bundle.data, metadata: bundle.metadata }, false);
  else process.stdout.write(`${String(bundle.data["text/plain"] ?? inspect(value))}\n`);
}

function textBundle(value: unknown): MimeBundle {
  return { data: { "text/plain": typeof value === "string" ? value : inspect(value) }, metadata: {} };
}
