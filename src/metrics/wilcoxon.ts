import { normalCdf } from "./distributions";
import { differences } from "./paired";
import { midranks } from "./ranks";

/** What the signed-rank test says of the differences first - second. */
export interface WilcoxonTest {
  /** Sum of the ranks of positive differences. */
  readonly positiveRanks: number;
  /** Sum of the ranks of negative differences. */
  readonly negativeRanks: number;
  /** The smaller of the two. */
  readonly statistic: number;
  readonly pValue: number;
  /** Differences other than 0. */
  readonly count: number;
  readonly method: "exact" | "normal";
}

export interface WilcoxonOptions {
  /** "two-sided" (default), "greater" (first is larger) or "less". */
  readonly alternative?: "two-sided" | "greater" | "less";
  /** Differences of 0: left out before ranking ("wilcox", default) or ranked and then left out ("pratt"). */
  readonly zeros?: "wilcox" | "pratt";
  /** The null distribution; "auto" (default) is exact up to 50 differences other than 0. */
  readonly method?: "auto" | "exact" | "normal";
  /** Moves the rank sum by 1/2 towards the null hypothesis in the normal method; default false. */
  readonly continuity?: boolean;
}

const EXACT_UP_TO = 50;

/**
 * Wilcoxon's signed-rank test of two methods, each measured once per data set or seed.
 *
 *     W+ = sum of rank |d_i| over d_i > 0,    d = first - second, equal |d_i| sharing their mean rank
 *     exact: every sign pattern of the ranks is equally likely, ties included
 *     normal: z = (W+ - sum r / 2) / sqrt(sum r^2 / 4)
 *
 * With few pairs the p-value cannot be small: five pairs give at least 2 / 2^5 = 0.0625.
 *
 * @param first one number per pair [n], n >= 1.
 * @param second the other method's numbers [n].
 * @param options.alternative `"two-sided"` (default), `"greater"` or `"less"`.
 * @param options.zeros `"wilcox"` (default) or `"pratt"`.
 * @param options.method `"auto"` (default), `"exact"` (O(n^3), n in the hundreds) or `"normal"`.
 * @param options.continuity continuity correction in the normal method; default false.
 * @returns rank sums, p-value, number of differences other than 0, and the method used. Where all differences are 0: p = 1.
 * @throws RangeError on empty input, unequal lengths, NaN, or a bad option.
 * @see Wilcoxon 1945; Pratt 1959; Demsar: Statistical comparisons of classifiers over multiple data sets, JMLR 2006.
 */
export function wilcoxonSignedRank(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { alternative = "two-sided", zeros = "wilcox", method = "auto", continuity = false }: WilcoxonOptions = {},
): WilcoxonTest {
  checkOneOf("alternative", alternative, ["two-sided", "greater", "less"]);
  checkOneOf("zeros", zeros, ["wilcox", "pratt"]);
  checkOneOf("method", method, ["auto", "exact", "normal"]);
  const all = differences("wilcoxonSignedRank", first, second);
  const ranked = zeros === "wilcox" ? all.filter((difference) => difference !== 0) : all;
  const signed = midranks(ranked.map(Math.abs))
    .map((rank, index) => ({ rank, difference: ranked[index] }))
    .filter(({ difference }) => difference !== 0);

  const ranks = signed.map(({ rank }) => rank);
  const rankSum = sum(ranks);
  const positiveRanks = sum(signed.filter(({ difference }) => difference > 0).map(({ rank }) => rank));
  const negativeRanks = rankSum - positiveRanks;
  const used = method === "auto" ? (ranks.length <= EXACT_UP_TO ? "exact" : "normal") : method;

  // P(W+ >= w); under the null hypothesis W+ and W- have the same distribution.
  const tail = used === "exact" ? exactTail(ranks) : normalTail(ranks, continuity);
  const pValue =
    alternative === "greater"
      ? tail(positiveRanks)
      : alternative === "less"
        ? tail(negativeRanks)
        : Math.min(1, 2 * tail(Math.max(positiveRanks, negativeRanks)));
  const statistic = Math.min(positiveRanks, negativeRanks);
  return { positiveRanks, negativeRanks, statistic, pValue, count: ranks.length, method: used };
}

/** The tail of the sum of ranks that each count with probability 1/2, by convolution over twice the midranks (integers). */
function exactTail(ranks: readonly number[]): (value: number) => number {
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  const masses = new Float64Array(sum(doubled) + 1);
  masses[0] = 1;
  let reached = 0;
  for (const rank of doubled) {
    reached += rank;
    for (let value = reached; value >= 0; value--) {
      masses[value] = (masses[value] + (value >= rank ? masses[value - rank] : 0)) / 2;
    }
  }
  return (value) => masses.subarray(Math.round(2 * value)).reduce((total, mass) => total + mass, 0);
}

function normalTail(ranks: readonly number[], continuity: boolean): (value: number) => number {
  const mean = sum(ranks) / 2;
  const variance = sum(ranks.map((rank) => rank ** 2)) / 4;
  return (value) => {
    const distance = value - mean - (continuity ? 0.5 : 0);
    return variance === 0 ? 1 : normalCdf(-distance / Math.sqrt(variance));
  };
}

function checkOneOf(option: string, value: string, accepted: readonly string[]): void {
  if (!accepted.includes(value)) {
    throw new RangeError(
      `wilcoxonSignedRank: ${option} must be one of ${accepted.join(", ")}, received ${JSON.stringify(value)}`,
    );
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
