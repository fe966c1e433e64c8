import type { Data } from "plotly.js";
import { curve, dots } from "./traces";

/** A field of arrows. */
export interface ArrowsOptions {
  /** Places. */
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Directions; only their angle is drawn. */
  dx: ArrayLike<number>;
  dy: ArrayLike<number>;
  /** Length of every arrow, in units of the axes. */
  length: number;
  /** CSS colour. */
  color: string;
  /** Stroke in points; default 0.5. */
  width?: number;
  /** Size of the heads in points; default 2.6, 0 for none. */
  head?: number;
}

/**
 * Arrows of equal length, centred at their places: the directions of a field.
 *
 * Meant for axes of equal scale, on which an angle in the data is an angle on paper. A direction that is 0 or not finite has no
 * arrow.
 *
 * @param options.x horizontal places.
 * @param options.y vertical places, as many.
 * @param options.dx directions, as many.
 * @param options.dy directions, as many.
 * @param options.length length in units of the axes, above 0.
 * @param options.color CSS colour.
 * @param options.width stroke in points, default 0.5.
 * @param options.head size of the heads in points, default 2.6.
 * @returns plotly traces, the strokes and the heads; coordinates rounded to 4 decimals, so that a figure stays small.
 * @throws RangeError when lengths differ or the length is none.
 */
export function arrows({ x, y, dx, dy, length, color, width = 0.5, head = 2.6 }: ArrowsOptions): Data[] {
  if (!(length > 0 && length < Infinity)) {
    throw new RangeError(`arrows: length must be a positive finite number, received ${length}`);
  }
  for (const [name, values] of Object.entries({ y, dx, dy })) {
    if (values.length !== x.length) {
      throw new RangeError(`arrows: ${name} must have the ${x.length} values of x, received ${values.length}`);
    }
  }
  const drawn = Array.from(x, (_, index) => {
    const norm = Math.hypot(dx[index], dy[index]);
    const [u, v] = [dx[index] / norm, dy[index] / norm];
    const half = length / 2;
    return {
      tail: [rounded(x[index] - half * u), rounded(y[index] - half * v)],
      tip: [rounded(x[index] + half * u), rounded(y[index] + half * v)],
      // plotly counts from "up", clockwise.
      angle: Math.round((Math.atan2(u, v) * 180) / Math.PI),
    };
  }).filter(({ angle }) => Number.isFinite(angle));
  const strokes = curve({
    x: drawn.flatMap(({ tail, tip }) => [tail[0], tip[0], NaN]),
    y: drawn.flatMap(({ tail, tip }) => [tail[1], tip[1], NaN]),
    color,
    width,
  });
  if (head === 0) return [strokes];
  const heads = dots({
    x: drawn.map(({ tip }) => tip[0]),
    y: drawn.map(({ tip }) => tip[1]),
    color,
    size: head,
    symbol: "triangle-up",
    angle: drawn.map(({ angle }) => angle),
    clip: true,
  });
  return [strokes, heads];
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
