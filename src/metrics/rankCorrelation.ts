import { midranks } from "./ranks";

/**
 * Spearman's rank correlation, with mid-ranks for ties.
 *
 *     correlation of the ranks of a with the ranks of b
 *
 * @param a [n], n >= 2.
 * @param b [n].
 * @returns a number in [-1, 1]; NaN where one of the two is constant.
 * @throws RangeError for unequal lengths, fewer than two values, or NaN.
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length < 2) {
    throw new RangeError(
      `rankCorrelation: a and b must be of one length of at least 2, received [${a.length},${b.length}]`,
    );
  }
  const centre = (a.length + 1) / 2;
  const [x, y] = [midranks(a), midranks(b)].map((ranks) => ranks.map((rank) => rank - centre));
  const product = (u: readonly number[], v: readonly number[]) =>
    u.reduce((sum, value, index) => sum + value * v[index], 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}
