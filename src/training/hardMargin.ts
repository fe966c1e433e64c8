import { minNormPoint } from "./minNormPoint";
import { dot } from "./vectors";

/** Points and their classes, for a linear decision theta . x + b > 0. */
export interface LabelledPoints {
  /** n points of one dimension d. */
  readonly points: readonly ArrayLike<number>[];
  /** 0 or 1 each, [n]; both must occur. */
  readonly labels: ArrayLike<number>;
}

/** A linear decision theta . x + b > 0. */
export interface LinearDecision {
  /** theta, [d]. */
  readonly weight: ArrayLike<number>;
  /** b; default 0. */
  readonly bias?: number;
}

/** The widest separation of two classes. */
export interface HardMargin extends LinearDecision {
  readonly weight: Float64Array;
  readonly bias: number;
  /**
   * Margins of the classes as in `classMargins`: epsilon_y + 1 / (Delta_y ||theta||) for a class that holds the solution, as both do
   * with a free bias; more for one that does not.
   */
  readonly margins: readonly [number, number];
  /** Indices of the points that hold the solution. */
  readonly support: readonly number[];
  /** Relative error of ||theta||^2, at most: 0 up to rounding. */
  readonly gap: number;
}

/**
 * The cost-sensitive hard-margin support vector machine: the widest separation whose class margins are in a given ratio.
 *
 *     min ||theta||^2 / 2    subject to    Delta_{y_i} ((2 y_i - 1) (theta . x_i + b) - epsilon_{y_i} ||theta||) >= 1
 *
 * With radii epsilon every point stands for a ball: the machine of data with spherical noise, all of it. Without a bias
 * theta = p / ||p||^2, p the point nearest to the origin in the hull of the balls about Delta_{y_i} (2 y_i - 1) x_i. With a free bias p is
 * the shortest connection of the classes' hulls, whatever Delta is, and Delta only places the decision between them.
 *
 * @param options.points x, n points of dimension d. For a bias that counts in the norm give them a last coordinate 1.
 * @param options.labels y, 0 or 1, [n].
 * @param options.scale Delta_y > 0 as [negative, positive]; default [1, 1], the ordinary machine. Margins of the balls are in the ratio
 *   of 1 / Delta_y.
 * @param options.bias `"none"` (default: b = 0) or `"free"` (b does not count in the norm).
 * @param options.radius epsilon_y >= 0 as [negative, positive], in units of x; default [0, 0].
 * @returns theta, b, class margins (of the points), supporting points and the gap that was left.
 * @throws RangeError where the classes, or their balls, cannot be separated, a class is missing, or lengths, labels, scales or radii
 *   are wrong.
 * @see Masnadi-Shirazi, Vasconcelos: Risk minimization, probability elicitation, and cost-sensitive SVMs, ICML 2010 (not read), for
 *   the name; the reduction to a nearest point is standard, with radii derived here.
 */
export function hardMargin({
  points,
  labels,
  scale = [1, 1],
  bias = "none",
  radius = [0, 0],
}: LabelledPoints & {
  scale?: readonly [number, number];
  bias?: "none" | "free";
  radius?: readonly [number, number];
}): HardMargin {
  const classes = checkPoints("hardMargin", { points, labels });
  checkPair("scale", scale, (factor) => factor > 0, "positive finite");
  checkPair("radius", radius, (length) => length >= 0, "non-negative finite");
  if (bias !== "none" && bias !== "free") {
    throw new RangeError(`hardMargin: bias must be "none" or "free", received ${JSON.stringify(bias)}`);
  }
  const solve = bias === "free" ? freeBias : throughOrigin;
  return solve(points, classes, { scale, radius });
}

/**
 * The smallest distance of each class from a linear decision, on its own side.
 *
 *     gamma_y = min_{i: y_i = y} (2 y_i - 1) (theta . x_i + b) / ||theta||
 *
 * @param options.points, options.labels as in `hardMargin`.
 * @param decision theta other than 0, [d], and b.
 * @returns [negative, positive], in units of x; below 0 where a point lies on the wrong side.
 * @throws RangeError for theta = 0 and as in `hardMargin`.
 * @see The definition.
 */
export function classMargins(
  { points, labels }: LabelledPoints,
  { weight, bias = 0 }: LinearDecision,
): [number, number] {
  const classes = checkPoints("classMargins", { points, labels });
  const norm = Math.sqrt(dot(weight, weight));
  if (weight.length !== points[0].length || !(norm > 0 && norm < Infinity)) {
    throw new RangeError(
      `classMargins: weight must be ${points[0].length} finite numbers, not all 0, received ${JSON.stringify(Array.from(weight))}`,
    );
  }
  return distances(points, classes, { weight, bias });
}

interface Pairs {
  readonly scale: readonly [number, number];
  readonly radius: readonly [number, number];
}

/** A point of the hull: made of which points of the data, and where. */
interface Corner {
  readonly indices: readonly number[];
  readonly at: Float64Array;
}

function throughOrigin(
  points: readonly ArrayLike<number>[],
  classes: readonly number[][],
  { scale, radius }: Pairs,
): HardMargin {
  const least = (direction: Float64Array): Corner => {
    const norm = Math.sqrt(norm2(direction)) || 1;
    const [one, other] = [0, 1].map((y) => {
      const sign = 2 * y - 1;
      const index = leastAlong(direction, points, classes[y], sign);
      const at = Float64Array.from(
        direction,
        (value, axis) => scale[y] * (sign * points[index][axis] - (radius[y] * value) / norm),
      );
      return { indices: [index], at };
    });
    return dot(one.at, direction) < dot(other.at, direction) ? one : other;
  };
  const nearest = nearestCorner(least, points[0].length);
  const squared = norm2(nearest.point);
  const weight = nearest.point.map((value) => value / squared);
  const margins = distances(points, classes, { weight, bias: 0 });
  return { weight, bias: 0, margins, support: nearest.support, gap: nearest.gap };
}

function freeBias(
  points: readonly ArrayLike<number>[],
  [negatives, positives]: readonly number[][],
  { scale, radius }: Pairs,
): HardMargin {
  // The least x_i - x_j over pairs is the least x_i less the largest x_j.
  const least = (direction: Float64Array): Corner => {
    const shrink = (radius[0] + radius[1]) / (Math.sqrt(norm2(direction)) || 1);
    const positive = leastAlong(direction, points, positives, 1);
    const negative = leastAlong(direction, points, negatives, -1);
    const at = Float64Array.from(
      direction,
      (value, axis) => points[positive][axis] - points[negative][axis] - shrink * value,
    );
    return { indices: [positive, negative], at };
  };
  const nearest = nearestCorner(least, points[0].length);
  const factor = (1 / scale[0] + 1 / scale[1]) / norm2(nearest.point);
  const weight = nearest.point.map((value) => factor * value);
  const edge = dot(weight, points[leastAlong(weight, points, positives, 1)]);
  const bias = 1 / scale[1] + radius[1] * Math.sqrt(norm2(weight)) - edge;
  const margins = distances(points, [negatives, positives], { weight, bias });
  return { weight, bias, margins, support: nearest.support, gap: nearest.gap };
}

function nearestCorner(least: (direction: Float64Array) => Corner, dimension: number) {
  const { point, vertices, gap } = minNormPoint({
    least,
    coordinates: ({ at }) => at,
    start: least(new Float64Array(dimension)),
  });
  // Where the hull holds the origin no direction has a positive least value, and the gap stays at 1 or above.
  if (!(gap < 1e-6)) {
    throw new RangeError(
      `hardMargin: needs classes that a linear decision separates, received points (with their radii) whose hulls come within ${Math.sqrt(norm2(point))} of each other`,
    );
  }
  return { point, support: ordered(vertices.flatMap(({ indices }) => indices)), gap };
}

function distances(
  points: readonly ArrayLike<number>[],
  classes: readonly number[][],
  { weight, bias }: { weight: ArrayLike<number>; bias: number },
): [number, number] {
  const norm = Math.sqrt(norm2(weight));
  const [negative, positive] = [-1, 1].map((sign, y) => {
    const nearest = points[leastAlong(weight, points, classes[y], sign)];
    return (sign * (dot(weight, nearest) + bias)) / norm;
  });
  return [negative, positive];
}

/** The index of the least sign * x . direction. */
function leastAlong(
  direction: ArrayLike<number>,
  points: readonly ArrayLike<number>[],
  among: readonly number[],
  sign: number,
): number {
  let [best, least] = [among[0], Infinity];
  for (const index of among) {
    const value = sign * dot(direction, points[index]);
    if (value < least) [best, least] = [index, value];
  }
  return best;
}

function norm2(vector: ArrayLike<number>): number {
  return dot(vector, vector);
}

function ordered(indices: readonly number[]): number[] {
  return [...new Set(indices)].sort((one, other) => one - other);
}

function checkPair(name: string, pair: readonly number[], good: (value: number) => boolean, wanted: string): void {
  if (pair.length === 2 && pair.every((value) => good(value) && value < Infinity)) return;
  throw new RangeError(
    `hardMargin: ${name} must be two ${wanted} numbers, [negative, positive], received ${JSON.stringify(pair)}`,
  );
}

/** Throws unless points and labels make sense; gives the indices of the negatives and of the positives. */
export function checkPoints(name: string, { points, labels }: LabelledPoints): [number[], number[]] {
  if (points.length !== labels.length) {
    throw new RangeError(
      `${name}: points and labels must have one length, received ${points.length} and ${labels.length}`,
    );
  }
  const uneven = points.find((at) => at.length !== points[0].length);
  if (uneven) {
    throw new RangeError(`${name}: points must have one dimension, received ${points[0].length} and ${uneven.length}`);
  }
  const classes: [number[], number[]] = [[], []];
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index];
    if (label !== 0 && label !== 1)
      throw new RangeError(`${name}: labels must be 0 or 1, received ${label} at index ${index}`);
    classes[label].push(index);
  }
  if (classes.some((indices) => indices.length === 0)) {
    throw new RangeError(
      `${name}: needs points of both classes, received ${classes[0].length} negatives and ${classes[1].length} positives`,
    );
  }
  return classes;
}
