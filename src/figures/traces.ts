import type { Dash, Data, MarkerSymbol } from "plotly.js";
import { points } from "./theme";

interface TraceLook {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** CSS colour; of dots also one for each. */
  color: string | readonly string[];
  /** Name in the legend; without one the trace is not in it. */
  name?: string;
  /** Text of the hover label, in plotly's template language; without one the trace shows none. */
  hover?: string;
  /** One value, or one row of values, per point, for the hover label. */
  customdata?: readonly (number | string | readonly (number | string)[])[];
}

/** A curve drawn by hand, in a figure of its own making. */
export interface CurveOptions extends TraceLook {
  color: string;
  /** In points; default 1.2. */
  width?: number;
  dash?: Dash;
}

/** Dots drawn by hand. */
export interface DotsOptions extends TraceLook {
  /** In points; default 4. */
  size?: number;
  symbol?: MarkerSymbol | MarkerSymbol[];
  /** Turn of the symbol, or of each, in degrees clockwise; default 0. */
  angle?: number | readonly number[];
  /** Colour of a rim of half a point around the dots; default none. */
  rim?: string;
  /** Whether dots on the edge of the plot are cut there; default false. */
  clip?: boolean;
}

/**
 * One curve as a plotly trace, without markers.
 *
 * @param options.x places; numbers that are not finite are gaps.
 * @param options.y values, as many as places.
 * @param options.color CSS colour.
 * @param options.width stroke in points of 1/72 in, default 1.2.
 * @param options.dash plotly's pattern, default solid.
 * @returns the trace; in no legend without a name, and without a hover label unless `hover` is given.
 * @throws RangeError when lengths differ.
 */
export function curve({ width = 1.2, dash = "solid", ...look }: CurveOptions): Data {
  return {
    ...traceOf("curve", look),
    mode: "lines",
    line: { color: look.color, width: points(width), dash, simplify: false },
  } as Data;
}

/**
 * Dots as a plotly trace.
 *
 * @param options.x places.
 * @param options.y values, as many as places.
 * @param options.color CSS colour, or one per dot.
 * @param options.size diameter in points of 1/72 in, default 4.
 * @param options.symbol plotly's symbol, default a circle.
 * @param options.angle turn of the symbols, in degrees clockwise, default 0.
 * @param options.rim colour of a rim of half a point, default none.
 * @param options.clip whether dots are cut at the edge of the plot, default false.
 * @returns the trace; in no legend without a name, and without a hover label unless `hover` is given.
 * @throws RangeError when lengths differ.
 */
export function dots(options: DotsOptions): Data {
  const { size = 4, symbol = "circle", angle, rim, clip = false, ...look } = options;
  return {
    ...traceOf("dots", look),
    mode: "markers",
    marker: {
      color: look.color,
      size: points(size),
      symbol,
      ...(angle !== undefined && { angle }),
      ...(rim !== undefined && { line: { color: rim, width: points(0.5) } }),
    },
    cliponaxis: clip,
  } as Data;
}

function traceOf(what: string, { x, y, name, hover, customdata }: TraceLook): object {
  if (x.length !== y.length) {
    throw new RangeError(`${what}: y must have the ${x.length} values of x, received ${y.length}`);
  }
  return {
    type: "scatter",
    x: Array.from(x),
    y: Array.from(y),
    showlegend: name !== undefined,
    ...(name !== undefined && { name }),
    ...(customdata && { customdata }),
    ...(hover === undefined ? { hoverinfo: "skip" } : { hovertemplate: hover }),
  };
}
