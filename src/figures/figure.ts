import type { Config, Data, Layout } from "plotly.js";
import { PIXELS_PER_INCH, template, widths, type FigureWidth } from "./theme";

/** A plotly figure: a plain value, the same after a way through JSON. */
export interface Figure {
  data: Data[];
  layout: Partial<Layout>;
  /** How it behaves on screen; files do not depend on it. */
  config?: Partial<Config>;
}

/** How large a figure is on paper. */
export interface FigureSize {
  /** "oneColumn" (3.3 in, the default), "twoColumn" (6.8 in), or a number of inches. */
  width?: FigureWidth | number;
  /** Height in inches, rounded to 0.01; by default 0.7 of one column's width: 2.31 in. */
  height?: number;
}

const LEAST_INCHES = 0.2;
const MOST_INCHES = 40;

/**
 * A figure in the paper theme.
 *
 * @param options.data plotly traces; typed arrays become arrays.
 * @param options.layout plotly layout; what it sets wins over the theme.
 * @param options.width "oneColumn" (3.3 in), "twoColumn" (6.8 in) or inches in [0.2, 40].
 * @param options.height inches in [0.2, 40].
 * @returns the figure, a new plain value: same input, same JSON. Numbers that are not finite become null, which plotly
 *   draws as a gap.
 * @throws TypeError when `data` is no array, RangeError when the size is none.
 */
export function figure(options: FigureSize & { data: readonly Data[]; layout?: Partial<Layout> }): Figure {
  const { data, layout = {}, width, height } = options;
  if (!Array.isArray(data)) {
    throw new TypeError(`figure: data must be an array of plotly traces, received ${typeof data}`);
  }
  const size = inches({ width, height });
  return plain({
    data,
    layout: {
      template,
      width: toPixels(size.width),
      height: toPixels(size.height),
      ...layout,
    },
    config: { displaylogo: false, responsive: false },
  }) as Figure;
}

/** The size in inches, checked, with its defaults. */
export function inches({ width = "oneColumn", height = 2.31 }: FigureSize): { width: number; height: number } {
  if (typeof width === "string" && !Object.hasOwn(widths, width)) {
    throw new RangeError(
      `figure: width must be ${Object.keys(widths)
        .map((name) => `"${name}"`)
        .join(", ")} or a number of inches, received "${width}"`,
    );
  }
  const size = { width: typeof width === "string" ? widths[width] : width, height };
  for (const [side, value] of Object.entries(size)) {
    if (!(value >= LEAST_INCHES && value <= MOST_INCHES)) {
      throw new RangeError(`figure: ${side} must be in [${LEAST_INCHES}, ${MOST_INCHES}] inches, received ${value}`);
    }
  }
  // Chromium's pages come in steps of 1/300 in: steps of 1/100 in are exact.
  return { width: Math.round(size.width * 100) / 100, height: Math.round(size.height * 100) / 100 };
}

/** Inches as CSS pixels, without the noise of binary fractions. */
export function toPixels(lengthInInches: number): number {
  return Number((lengthInInches * PIXELS_PER_INCH).toFixed(2));
}

/**
 * The value as JSON would give it back: typed arrays as arrays, numbers that are not finite as null.
 *
 * @param value numbers, texts, booleans, dates, arrays and objects of them, of any depth.
 * @returns a new value.
 * @throws TypeError when it holds anything else, for example a function.
 */
export function plain(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : plain(item)));
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, plain);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
  }
  throw new TypeError(
    `figure: a figure holds numbers, texts, booleans, arrays and objects, received a ${typeof value}`,
  );
}
