import { random } from "../engine";

/** Points of d coordinates with a class each. */
export interface PointSet {
  readonly points: readonly number[][];
  /** Class of each point, [n]. */
  readonly labels: readonly number[];
}

/**
 * Two round normal clouds, class after class.
 *
 *     x | y ~ N((y - 1/2) D e_1, s^2 I)
 *
 * @param options.counts points of class 0 and class 1, each a whole number >= 1.
 * @param options.dimension d >= 1; default 2.
 * @param options.distance D, between the means, finite; default 2.
 * @param options.deviation s > 0; default 1.
 * @param options.seed integer in [-2^31, 2^32). The same seed gives the same points, and in another dimension others.
 * @returns points, [n][d], and labels, [n], 0 before 1.
 * @throws RangeError when an option is out of range.
 * @see The definition.
 */
export function gaussianClouds({
  counts,
  dimension = 2,
  distance = 2,
  deviation = 1,
  seed,
}: {
  counts: readonly [number, number];
  dimension?: number;
  distance?: number;
  deviation?: number;
  seed: number;
}): PointSet {
  for (const [name, value] of Object.entries({ "counts[0]": counts[0], "counts[1]": counts[1], dimension })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new RangeError(`gaussianClouds: ${name} must be an integer of at least 1, received ${value}`);
    }
  }
  if (!Number.isFinite(distance)) {
    throw new RangeError(`gaussianClouds: distance must be finite, received ${distance}`);
  }
  if (!(deviation > 0 && deviation < Infinity)) {
    throw new RangeError(`gaussianClouds: deviation must be a positive finite number, received ${deviation}`);
  }
  const draws = random(seed).fork(`gaussian clouds ${dimension}`);
  const labels = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
  const points = labels.map((label) =>
    Array.from(
      { length: dimension },
      (_, axis) => (axis === 0 ? (label - 0.5) * distance : 0) + deviation * draws.normal(),
    ),
  );
  return { points, labels };
}
