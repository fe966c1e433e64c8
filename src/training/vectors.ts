/** The inner product of two vectors of one length. */
export function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let axis = 0; axis < one.length; axis++) sum += one[axis] * other[axis];
  return sum;
}

/**
 * The angle between two directions, right to rounding also where it is small.
 *
 *     2 atan2(||a - b||, ||a + b||),    a and b the directions at unit length
 *
 * @param one, other vectors of one length, [d], neither 0.
 * @returns the angle in degrees, in [0, 180].
 * @throws RangeError for unequal lengths or a vector without direction.
 * @see Kahan: How futile are mindless assessments of roundoff in floating-point computation?, 2006, for the formula.
 */
export function angleBetween(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const [a, b] = [one, other].map((vector) => {
    const norm = Math.sqrt(dot(vector, vector));
    if (!(norm > 0 && norm < Infinity) || one.length !== other.length) {
      throw new RangeError(
        `angleBetween: needs two vectors of one length, finite and other than 0, received ${JSON.stringify([one, other].map((each) => Array.from(each)))}`,
      );
    }
    return Array.from(vector, (value) => value / norm);
  });
  const apart = Math.hypot(...a.map((value, axis) => value - b[axis]));
  const together = Math.hypot(...a.map((value, axis) => value + b[axis]));
  return (2 * Math.atan2(apart, together) * 180) / Math.PI;
}
