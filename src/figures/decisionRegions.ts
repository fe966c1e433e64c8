import type { Data } from "plotly.js";
import { points, seriesStyle, translucent } from "./theme";

/** What `decisionRegions` takes. */
export interface DecisionRegionsOptions {
  /** Scores of the classes, [n K] point after point, at n points of the plane, [2 n]. */
  scores: (inputs: Float32Array) => ArrayLike<number>;
  /** Names of the K classes, at least two, for the legend. */
  classNames: readonly string[];
  xRange: readonly [number, number];
  yRange: readonly [number, number];
  /** Points of the grid along each side, an integer in [2, 1000]; default 61. Between them scores are interpolated. */
  resolution?: number;
  /** Whether the classes stand in the legend; default false. */
  legend?: boolean;
}

const FILL_OPACITY = 0.3;

/**
 * The parts of the plane that a classifier gives to each class, as traces of a panel.
 *
 *     region k = { x : f_k(x) - max_{j != k} f_j(x) > 0 },   drawn to the zero line of the interpolated difference
 *
 * Edges are lines and not pixels, so that they stay sharp in a vector file. Differences that the zero line does not depend on are kept
 * by their sign alone, 1 or -1, which makes the figure's JSON several times smaller.
 *
 * @param options see {@link DecisionRegionsOptions}.
 * @returns one trace per class, in the colours of the palette, with the plane's points (inputs) evaluated once.
 * @throws RangeError for fewer than two classes, a range that does not rise, a resolution out of range, or scores that are not K
 *   finite numbers per point.
 */
export function decisionRegions(options: DecisionRegionsOptions): Data[] {
  const { scores, classNames, xRange, yRange, resolution = 61, legend = false } = options;
  const classes = classNames.length;
  if (classes < 2) throw new RangeError(`decisionRegions: classNames must name at least two, received ${classes}`);
  if (!(Number.isInteger(resolution) && resolution >= 2 && resolution <= 1000)) {
    throw new RangeError(`decisionRegions: resolution must be an integer in [2, 1000], received ${resolution}`);
  }
  const [x, y] = [along("xRange", xRange, resolution), along("yRange", yRange, resolution)];
  const inputs = Float32Array.from(y.flatMap((ordinate) => x.flatMap((abscissa) => [abscissa, ordinate])));
  const values = scores(inputs);
  if (values.length !== classes * resolution ** 2 || !Array.from(values).every(Number.isFinite)) {
    throw new RangeError(
      `decisionRegions: scores must give ${classes} finite numbers for each of ${resolution ** 2} points, received ` +
        `${values.length} numbers${values.length === classes * resolution ** 2 ? ", not all finite" : ""}`,
    );
  }
  return classNames.map((name, k): Data => {
    const { color } = seriesStyle(k);
    const leads = y.map((_, row) =>
      x.map((_, column) => lead(values, (row * resolution + column) * classes, k, classes)),
    );
    return {
      type: "contour",
      name,
      legendgroup: name,
      showlegend: legend,
      showscale: false,
      hoverinfo: "skip",
      x,
      y,
      z: nearZero(leads),
      // plotly fills what a constraint leaves out: asked for "behind", it fills where the class is ahead.
      contours: { type: "constraint", operation: "<", value: 0, showlines: true },
      line: { color, width: points(0.6), smoothing: 0 },
      fillcolor: translucent(color, FILL_OPACITY),
    } as Data;
  });
}

function along(name: string, [from, to]: readonly [number, number], count: number): number[] {
  if (!(to > from && Number.isFinite(to - from))) {
    throw new RangeError(
      `decisionRegions: ${name} must rise from one finite number to another, received ${from}, ${to}`,
    );
  }
  return Array.from({ length: count }, (_, index) => Number((from + ((to - from) * index) / (count - 1)).toFixed(6)));
}

/** How far class k is ahead of the best other one; three digits suffice for the zero line. */
function lead(values: ArrayLike<number>, offset: number, k: number, classes: number): number {
  let best = -Infinity;
  for (let j = 0; j < classes; j++) if (j !== k) best = Math.max(best, values[offset + j]);
  return Number((values[offset + k] - best).toPrecision(3));
}

/** Values all of whose neighbours have their sign, as that sign: no zero line passes beside them. */
function nearZero(z: readonly (readonly number[])[]): number[][] {
  return z.map((line, row) =>
    line.map((value, column) => {
      const around = z
        .slice(Math.max(0, row - 1), row + 2)
        .flatMap((near) => near.slice(Math.max(0, column - 1), column + 2));
      return value !== 0 && around.every((other) => Math.sign(other) === Math.sign(value)) ? Math.sign(value) : value;
    }),
  );
}
