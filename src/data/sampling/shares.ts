/**
 * Divides `total` places in proportion to shares, by largest remainders.
 *
 * @param total places, a nonnegative integer.
 * @param shares nonnegative finite numbers, not all zero; they need not sum to 1.
 * @returns one whole number per share; they sum to `total`, each is the floor or the ceiling of its quota, and one without a share
 *   has none. Ties go to the earlier share.
 */
export function apportionShares(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((partial, share) => partial + share, 0);
  const quotas = shares.map((share) => {
    const quota = (total * share) / sum;
    // A quota that is whole but for rounding is whole: 0.2 of 50 must not become 9.999.. and lose its place.
    return Math.abs(quota - Math.round(quota)) < 1e-9 * Math.max(1, quota) ? Math.round(quota) : quota;
  });
  const places = quotas.map(Math.floor);
  const left = total - places.reduce((partial, count) => partial + count, 0);
  // Sorting is stable, so ties stay in order.
  const byRemainder = shares
    .map((_, position) => position)
    .filter((position) => shares[position] > 0)
    .sort((a, b) => quotas[b] - places[b] - (quotas[a] - places[a]));
  for (let step = 0; step < left; step++) places[byRemainder[step % byRemainder.length]]++;
  return places;
}
