import { plain } from "../figures/figure";
import { PIXELS_PER_INCH } from "../figures/theme";
import type { MimeBundle } from "./display";
import { frameBundle, recordsBundle } from "./frame";
import { packed } from "./packed";
import { tensorBundle } from "./tensor";

/** The MIME type of a plotly figure; PyPI's plotly brings JupyterLab the renderer. */
export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** The method by which a value of any library shows itself. */
const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/**
 * The rich forms of a value, told by its shape alone: a plotly figure, a danfojs DataFrame or Series, a tfjs tensor or
 * variable, an array of records, or an object with `toMimeBundle()` or `[Symbol.for("Jupyter.display")]()`.
 *
 * @param value anything.
 * @returns data and metadata by MIME type, text/plain among them; undefined for everything else, also where looking at the
 *   value fails, so that a plain print can take its place.
 */
export function mimeBundle(value: unknown): MimeBundle | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const forms = [ownBundle, figureBundle, frameBundle, tensorBundle, recordsBundle];
  try {
    for (const form of forms) {
      const bundle = form(value);
      if (bundle !== undefined) return bundle;
    }
  } catch {
    // A value that looks like one of these and is none is shown as it is.
  }
  return undefined;
}

function ownBundle(value: object): MimeBundle | undefined {
  const owner = value as { toMimeBundle?: unknown; [JUPYTER_DISPLAY]?: unknown };
  const method = owner.toMimeBundle ?? owner[JUPYTER_DISPLAY];
  if (typeof method !== "function") return undefined;
  const result: unknown = method.call(value);
  if (!isObject(result) || typeof result.then === "function") return undefined;
  // Either data and metadata, or the data alone.
  if (isObject(result.data)) {
    return { data: result.data, metadata: isObject(result.metadata) ? result.metadata : {} };
  }
  return Object.keys(result).some((key) => key.includes("/")) ? { data: result, metadata: {} } : undefined;
}

/** No PNG goes with it: JupyterLab's renderer would then show that instead of the live figure. */
function figureBundle(value: object): MimeBundle | undefined {
  const { data, layout, config } = value as { data?: unknown; layout?: unknown; config?: unknown };
  if (!Array.isArray(data) || !isObject(layout) || Array.isArray(layout)) return undefined;
  const shown = plain({ data, layout, ...(isObject(config) && { config }) }) as Record<string, unknown>;
  const figure = { ...shown, data: packed(shown.data) };
  return { data: { [PLOTLY_MIME]: figure, "text/plain": summary(data, layout) }, metadata: {} };
}

function summary(data: readonly unknown[], layout: Record<string, unknown>): string {
  const inches = [layout.width, layout.height].map((side) =>
    typeof side === "number" ? Number((side / PIXELS_PER_INCH).toFixed(2)) : undefined,
  );
  const size = inches.includes(undefined) ? "" : ` ${inches.join(" × ")} in`;
  const traces = data.filter(
    (trace): trace is Record<string, unknown> => isObject(trace) && trace.showlegend !== false,
  );
  const names = traces.map(
    (trace) => `${String(trace.type ?? "scatter")}${trace.name ? ` "${String(trace.name)}"` : ""}`,
  );
  return `Figure${size}: ${names.join(", ") || (data.length > 0 ? `${data.length} traces` : "no data")}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
