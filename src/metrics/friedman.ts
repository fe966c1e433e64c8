import { requireCount } from "../options";
import { chiSquareTail, fTail, normalRangeQuantile } from "./distributions";
import { midranks, tieCorrection } from "./ranks";

/** One row per data set, one column per method: the score of each method on each data set. */
export type ScoreTable = ArrayLike<ArrayLike<number>>;

/** Ranks of methods within each data set. */
export interface RankTable {
  /** Ranks [N][k], 1 for the best; equal scores share the mean of their ranks. */
  readonly ranks: number[][];
  /** Mean rank [k] of each method. */
  readonly averageRanks: number[];
}

/** What the Friedman test says of a table. */
export interface FriedmanTest extends RankTable {
  /** Friedman's chi-squared, corrected for ties; NaN where every data set ties all methods. */
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  /** The less conservative F form of Iman and Davenport; Infinity where all data sets agree on one order. */
  readonly imanDavenport: {
    readonly statistic: number;
    readonly degreesOfFreedom: readonly [number, number];
    readonly pValue: number;
  };
}

/** Which methods a Nemenyi test cannot tell apart: the numbers of a critical-difference diagram. */
export interface NemenyiTest extends RankTable {
  /** Mean ranks further apart than this differ. */
  readonly criticalDifference: number;
  /** Largest sets of methods whose mean ranks lie within the critical difference, best first; sets of one are left out. */
  readonly cliques: number[][];
}

interface DirectionOption {
  /** Whether a larger score is better; default true. */
  readonly higherIsBetter?: boolean;
}

/**
 * Ranks the methods on every data set.
 *
 * @param table scores [N][k]: N >= 1 data sets, k >= 2 methods.
 * @param options.higherIsBetter default true; false for errors and losses.
 * @returns ranks [N][k], 1 for the best, and their means [k], which sum to k (k + 1) / 2.
 * @throws RangeError on too small a table, rows of different lengths, or NaN.
 */
export function rankTable(table: ScoreTable, { higherIsBetter = true }: DirectionOption = {}): RankTable {
  checkTable("rankTable", table);
  const ranks = Array.from(table, (row) => midranks(Array.from(row, (score) => (higherIsBetter ? -score : score))));
  const averageRanks = ranks[0].map((_, method) => ranks.reduce((sum, row) => sum + row[method], 0) / ranks.length);
  return { ranks, averageRanks };
}

/**
 * The Friedman test of k methods over N data sets: do their mean ranks differ more than chance allows?
 *
 *     chi2 = 12 N sum_j (R_j - (k + 1)/2)^2 / (k (k + 1) C),    C = 1 - sum (t^3 - t) / (N k (k^2 - 1)),    k - 1 degrees
 *     F = (N - 1) chi2 / (N (k - 1) - chi2),    k - 1 and (k - 1)(N - 1) degrees (Iman and Davenport)
 *
 * with R_j the mean rank of method j and t the sizes of groups of equal scores. Chi-squared is an approximation, fair for N > 10
 * and k > 5, and conservative; Demsar recommends F.
 *
 * @param table scores [N][k]: N >= 2 data sets, k >= 2 methods.
 * @param options.higherIsBetter default true.
 * @returns both statistics with p-values, and the ranks; NaN where every data set ties all methods.
 * @throws RangeError on too small a table, rows of different lengths, or NaN.
 * @see Demsar: Statistical comparisons of classifiers over multiple data sets, JMLR 2006.
 */
export function friedman(table: ScoreTable, options: DirectionOption = {}): FriedmanTest {
  const methods = checkTable("friedman", table);
  requireCount("friedman", "the number of data sets", table.length, 2);
  const { ranks, averageRanks } = rankTable(table, options);
  const sets = ranks.length;
  const ties = ranks.reduce((sum, row) => sum + tieCorrection(row), 0);
  const correction = 1 - ties / (sets * methods * (methods ** 2 - 1));
  const spread = averageRanks.reduce((sum, rank) => sum + (rank - (methods + 1) / 2) ** 2, 0);
  // With all ranks tied both vanish: 0/0 is NaN, as documented.
  const statistic = (12 * sets * spread) / (methods * (methods + 1)) / (correction < 1e-12 ? 0 : correction);

  const degreesOfFreedom = methods - 1;
  const bound = sets * degreesOfFreedom;
  // The bound is reached where all data sets agree; rounding must not push the denominator below 0.
  const ratio = ((sets - 1) * statistic) / (statistic > bound * (1 - 1e-12) ? 0 : bound - statistic);
  const degrees = [degreesOfFreedom, degreesOfFreedom * (sets - 1)] as const;
  return {
    ranks,
    averageRanks,
    statistic,
    degreesOfFreedom,
    pValue: chiSquareTail(statistic, degreesOfFreedom),
    imanDavenport: { statistic: ratio, degreesOfFreedom: degrees, pValue: fTail(ratio, ...degrees) },
  };
}

/**
 * The critical difference of the Nemenyi test: how far two mean ranks must lie apart to differ.
 *
 *     CD = q_alpha sqrt(k (k + 1) / (6 N)),    q_alpha: quantile of the studentised range of k at infinity, over sqrt(2)
 *
 * @param methods k >= 2.
 * @param dataSets N >= 1.
 * @param options.alpha family-wise level, in (0, 1); default 0.05.
 * @returns the critical difference in ranks.
 * @throws RangeError on a number out of range.
 * @see Demsar: Statistical comparisons of classifiers over multiple data sets, JMLR 2006.
 */
export function nemenyiCriticalDifference(
  methods: number,
  dataSets: number,
  { alpha = 0.05 }: { alpha?: number } = {},
): number {
  requireCount("nemenyiCriticalDifference", "methods", methods, 2);
  requireCount("nemenyiCriticalDifference", "dataSets", dataSets, 1);
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`nemenyiCriticalDifference: alpha must be in (0, 1), received ${alpha}`);
  }
  const q = normalRangeQuantile(1 - alpha, methods) / Math.SQRT2;
  return q * Math.sqrt((methods * (methods + 1)) / (6 * dataSets));
}

/**
 * The Nemenyi test after Friedman's: which methods cannot be told apart.
 *
 * The test compares all pairs; it means something only where the Friedman test rejects "all methods are alike".
 *
 * @param table scores [N][k]: N >= 1 data sets, k >= 2 methods.
 * @param options.alpha family-wise level, in (0, 1); default 0.05.
 * @param options.higherIsBetter default true.
 * @returns ranks, the critical difference, and the cliques, as column numbers sorted by mean rank.
 * @throws RangeError on too small a table, rows of different lengths, NaN, or alpha outside (0, 1).
 * @see Demsar: Statistical comparisons of classifiers over multiple data sets, JMLR 2006.
 */
export function nemenyi(
  table: ScoreTable,
  { alpha = 0.05, ...direction }: DirectionOption & { readonly alpha?: number } = {},
): NemenyiTest {
  const methods = checkTable("nemenyi", table);
  const { ranks, averageRanks } = rankTable(table, direction);
  const criticalDifference = nemenyiCriticalDifference(methods, table.length, { alpha });
  const sorted = averageRanks.map((_, method) => method).sort((a, b) => averageRanks[a] - averageRanks[b]);
  const cliques: number[][] = [];
  let covered = 0;
  for (let start = 0; start < methods; start++) {
    let end = start + 1;
    while (end < methods && averageRanks[sorted[end]] - averageRanks[sorted[start]] <= criticalDifference) end++;
    // A stretch that ends where an earlier one did is part of it.
    if (end > covered && end - start > 1) cliques.push(sorted.slice(start, end));
    covered = Math.max(covered, end);
  }
  return { ranks, averageRanks, criticalDifference, cliques };
}

/** Throws unless the table has a row and all rows are of one length >= 2; returns it. */
function checkTable(name: string, table: ScoreTable): number {
  const methods = table[0]?.length ?? 0;
  if (methods < 2 || Array.from(table).some((row) => row.length !== methods)) {
    const lengths = Array.from(table, (row) => row.length).slice(0, 10);
    throw new RangeError(
      `${name}: takes one row per data set with one score per method (two or more), received ${table.length} rows of ${lengths.join(", ") || "nothing"}`,
    );
  }
  return methods;
}
