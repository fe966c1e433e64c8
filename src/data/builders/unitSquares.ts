import { random } from "../../engine";

/** Points of the plane with their classes. */
export interface PlanarPoints {
  /** x and y of every point, [2 n], point after point. */
  readonly inputs: Float32Array;
  /** Class of every point, [n], class after class. */
  readonly labels: Int32Array;
  /** Points per class [K]. */
  readonly counts: readonly number[];
}

/** Lower left corner of a square. */
export type Corner = readonly [x: number, y: number];

/** Two squares side by side with a gap of one between them, the third above the gap: it touches both at a corner. */
export const THREE_SQUARES: readonly Corner[] = [
  [-1, 0],
  [1, 0],
  [0, 1],
];

/**
 * Draws classes that are uniform on unit squares: separable, so that a classifier without any error exists.
 *
 *     x | y = k  ~  corner_k + U[0, 1]^2
 *
 * @param options.counts points per class [K], non-negative integers.
 * @param options.seed the same seed gives the same points; with it, a smaller class is the beginning of a larger one.
 * @param options.corners lower left corners [K]; default {@link THREE_SQUARES}.
 * @returns see {@link PlanarPoints}.
 * @throws RangeError when counts and corners are not as many, a count is no non-negative integer, or there is no point at all.
 * @see The default corners are those of a toy in the development repository of AutoBalance's authors (dataset/three_point.py, read).
 */
export function unitSquares(options: {
  readonly counts: readonly number[];
  readonly seed: number;
  readonly corners?: readonly Corner[];
}): PlanarPoints {
  const { counts, seed, corners = THREE_SQUARES } = options;
  if (counts.length !== corners.length) {
    throw new RangeError(
      `unitSquares: counts must have one number per corner, expected ${corners.length}, received ${counts.length}`,
    );
  }
  const bad = counts.find((count) => !Number.isInteger(count) || count < 0);
  if (bad !== undefined) throw new RangeError(`unitSquares: counts must be non-negative integers, received ${bad}`);
  return points(counts, (k) => {
    const draws = random(seed).fork(`unitSquares/${k}`);
    return () => [corners[k][0] + draws.next(), corners[k][1] + draws.next()];
  });
}

/**
 * Points on a grid in each square, to integrate over the classes: a share of them differs from the probability of a region by
 * the grid's cells on the region's edge alone.
 *
 *     corner_k + ((i + 1/2) / side, (j + 1/2) / side),   i, j = 0 .. side - 1
 *
 * @param options.side points along an edge, a positive integer.
 * @param options.corners lower left corners [K]; default {@link THREE_SQUARES}.
 * @returns side^2 points of every class.
 * @throws RangeError when `side` is no positive integer or there is no corner.
 */
export function unitSquaresGrid(options: {
  readonly side: number;
  readonly corners?: readonly Corner[];
}): PlanarPoints {
  const { side, corners = THREE_SQUARES } = options;
  if (!Number.isInteger(side) || side < 1) {
    throw new RangeError(`unitSquaresGrid: side must be a positive integer, received ${side}`);
  }
  return points(
    corners.map(() => side * side),
    (k) => (index) => [
      corners[k][0] + ((index % side) + 0.5) / side,
      corners[k][1] + (Math.floor(index / side) + 0.5) / side,
    ],
  );
}

function points(counts: readonly number[], ofClass: (k: number) => (index: number) => Corner): PlanarPoints {
  const total = counts.reduce((a, b) => a + b, 0);
  if (total === 0) {
    throw new RangeError(`unitSquares: there must be at least one point, received counts [${counts.join(", ")}]`);
  }
  const inputs = new Float32Array(2 * total);
  const labels = new Int32Array(total);
  let position = 0;
  counts.forEach((count, k) => {
    const point = ofClass(k);
    for (let index = 0; index < count; index++, position++) {
      inputs.set(point(index), 2 * position);
      labels[position] = k;
    }
  });
  return { inputs, labels, counts: [...counts] };
}
