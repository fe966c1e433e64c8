/**
 * Ranks of values, 1 for the smallest; equal values share the mean of their ranks.
 *
 * @param values [n], free of NaN.
 * @returns ranks [n], which sum to n (n + 1) / 2.
 * @throws RangeError when a value is NaN.
 */
export function midranks(values: ArrayLike<number>): number[] {
  const order = Array.from(values, (value, index) => {
    if (Number.isNaN(value)) throw new RangeError(`midranks: values must be numbers, received NaN at index ${index}`);
    return index;
  }).sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(order.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let index = start; index < end; index++) ranks[order[index]] = (start + 1 + end) / 2;
  }
  return ranks;
}

/** sum (t^3 - t) over the groups of t equal ranks: what ties take from the variance of rank sums. */
export function tieCorrection(ranks: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0);
}
