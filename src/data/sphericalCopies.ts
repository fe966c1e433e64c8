import { random } from "../engine";
import { type PointSet } from "./gaussianClouds";

/**
 * Points replaced by copies that are moved in random directions, by a radius of their class.
 *
 *     x_i + epsilon_{y_i} u,    u uniform on the unit sphere,    M draws of u for each i
 *
 * @param set points, [n][d], and labels, [n].
 * @param options.radius epsilon_y >= 0, one per class, in units of x. Points of a class with radius 0 stay as they are, once.
 * @param options.draws M >= 1, copies of each point that moves.
 * @param options.seed integer in [-2^31, 2^32).
 * @returns the copies in the order of their points, with their labels.
 * @throws RangeError when a label has no radius, a radius is negative, or `draws` is no such integer.
 * @see The definition; directions are normal draws brought to length 1.
 */
export function sphericalCopies(
  { points, labels }: PointSet,
  { radius, draws, seed }: { radius: readonly number[]; draws: number; seed: number },
): PointSet {
  if (!(Number.isInteger(draws) && draws >= 1)) {
    throw new RangeError(`sphericalCopies: draws must be an integer of at least 1, received ${draws}`);
  }
  const bad = labels.find((label) => !(radius[label] >= 0 && radius[label] < Infinity));
  if (bad !== undefined) {
    throw new RangeError(
      `sphericalCopies: radius must hold a non-negative finite number for class ${bad}, received ${JSON.stringify(radius)}`,
    );
  }
  const source = random(seed).fork("spherical copies");
  const copies = points.flatMap((at, index) => {
    const label = labels[index];
    if (radius[label] === 0) return [{ at, label }];
    return Array.from({ length: draws }, () => {
      const direction = at.map(() => source.normal());
      const factor = radius[label] / Math.hypot(...direction);
      return { at: at.map((value, axis) => value + factor * direction[axis]), label };
    });
  });
  return { points: copies.map(({ at }) => at), labels: copies.map(({ label }) => label) };
}
