import { inspect } from "node:util";
import { encoded } from "./output";

/** How a value is shown. */
export interface MimeBundle {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

const MIME_MODULE = "counterweight/src/notebook/mime";

/**
 * How the last value of a cell is shown: as the library's `mimeBundle` says, else as text.
 *
 * @param load the cell's `require`; the library is asked anew each time, since its source may change.
 * @returns undefined for a value that is not worth showing.
 */
export function present(value: unknown, load: NodeJS.Require): MimeBundle | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    const bundle = mimeBundle(load)?.(value);
    if (bundle !== undefined) return { data: encoded(bundle.data), metadata: bundle.metadata };
  } catch (error) {
    // The value is there, only its picture is not.
    process.stderr.write(`${MIME_MODULE} could not show the value: ${inspect(error)}\n`);
  }
  return { data: { "text/plain": inspect(value) }, metadata: {} };
}

function mimeBundle(load: NodeJS.Require): ((value: unknown) => MimeBundle | undefined) | undefined {
  try {
    load.resolve(MIME_MODULE);
  } catch {
    return undefined;
  }
  return (load(MIME_MODULE) as { mimeBundle?: (value: unknown) => MimeBundle | undefined }).mimeBundle;
}
