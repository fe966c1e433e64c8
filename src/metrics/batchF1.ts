import { requireCount } from "../options";
import { checkPrior } from "./check";
import { largeSampleFBeta, type Rates } from "./largeSampleFBeta";

/** How a batch is drawn. */
export interface BatchDraw {
  /** pi = P(Y = 1), in (0, 1). */
  readonly prior: number;
  /** Samples of a batch, >= 1. */
  readonly batchSize: number;
  /** Whether every batch holds round(pi n) positives, instead of as many as chance gives; default false. */
  readonly stratified?: boolean;
}

/** F1 of a batch as a random variable. */
export interface BatchF1 {
  /** Mean over batches; a batch without positives or positive decisions counts as 0. */
  readonly mean: number;
  /** Standard deviation over batches. */
  readonly deviation: number;
  /** Mean minus the large-sample F1. */
  readonly bias: number;
  /** The bias to first order in 1 / n. */
  readonly leadingBias: number;
  /** Probability of a batch without a positive. */
  readonly withoutPositive: number;
}

/** Binomial probabilities below this share of the largest are left out. */
const NEGLIGIBLE = 1e-16;

/**
 * Mean and deviation of F1 over batches, for a decision with known rates; exact sums, no simulation.
 *
 *     F = 2 TP / (TP + M),    M = TP + FN + FP
 *     drawn:       M ~ Bin(n, pi + (1 - pi) Q),    TP | M ~ Bin(M, pi T / (pi + (1 - pi) Q))
 *     stratified:  TP ~ Bin(n1, T),    M - n1 = FP ~ Bin(n - n1, Q),    n1 = round(pi n)
 *
 * The mean of a ratio is not the ratio of means. With u = TP, v = M and their means a = E u / n, s = E v / n, to first order in 1 / n,
 *
 *     drawn:       -(2 / n) a (s - a) / (a + s)^3
 *     stratified:  2 (E u var v - E v var u) / (E u + E v)^3
 *
 * which falls with the number of positives in the batch.
 *
 * @param rates T and Q, in [0, 1].
 * @param draw see {@link BatchDraw}.
 * @returns see {@link BatchF1}.
 * @throws RangeError on a bad prior, batch size or rate, and for stratified batches whose n1 would be 0.
 * @see Derived here.
 */
export function batchF1Moments(rates: Rates, { prior, batchSize, stratified = false }: BatchDraw): BatchF1 {
  checkPrior("batchF1Moments", prior);
  requireCount("batchF1Moments", "batchSize", batchSize, 1);
  const { truePositiveRate: hit, falsePositiveRate: alarm } = rates;
  for (const [name, rate] of Object.entries(rates)) {
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`batchF1Moments: ${name} must be in [0, 1], received ${rate}`);
  }
  const positives = Math.round(prior * batchSize);
  if (stratified && positives === 0) {
    throw new RangeError(
      `batchF1Moments: a stratified batch must hold a positive, received prior ${prior} and batchSize ${batchSize}`,
    );
  }
  let [first, second] = [0, 0];
  const add = (weight: number, hits: number, union: number) => {
    const f1 = union === 0 ? 0 : (2 * hits) / (hits + union);
    first += weight * f1;
    second += weight * f1 ** 2;
  };
  if (stratified) {
    const hits = binomial(positives, hit);
    for (const [alarms, weight] of binomial(batchSize - positives, alarm)) {
      for (const [count, share] of hits) add(weight * share, count, positives + alarms);
    }
  } else {
    const union = prior + (1 - prior) * alarm;
    for (const [size, weight] of binomial(batchSize, union)) {
      for (const [count, share] of binomial(size, (prior * hit) / union)) add(weight * share, count, size);
    }
  }
  return {
    mean: first,
    deviation: Math.sqrt(Math.max(second - first ** 2, 0)),
    bias: first - largeSampleFBeta(rates, { prior }),
    leadingBias: leadingBias(rates, { prior, batchSize, stratified }),
    withoutPositive: stratified ? 0 : (1 - prior) ** batchSize,
  };
}

/** Half the second derivatives of 2 u / (u + v) times variances and covariance of u = TP and v = M. */
function leadingBias(
  { truePositiveRate: hit, falsePositiveRate: alarm }: Rates,
  { prior, batchSize, stratified }: BatchDraw,
): number {
  if (stratified) {
    const positives = Math.round(prior * batchSize);
    const negatives = batchSize - positives;
    const [u, v] = [positives * hit, positives + negatives * alarm];
    return (2 * (u * negatives * alarm * (1 - alarm) - v * positives * hit * (1 - hit))) / (u + v) ** 3;
  }
  const [a, s] = [prior * hit, prior + (1 - prior) * alarm];
  return (-2 * a * (s - a)) / (batchSize * (a + s) ** 3);
}

/** The probabilities of Bin(n, p) that matter, as [count, probability]; from the mode outwards by their ratios. */
function binomial(n: number, p: number): [count: number, probability: number][] {
  if (p <= 0 || n === 0) return [[0, 1]];
  if (p >= 1) return [[n, 1]];
  const mode = Math.min(Math.floor((n + 1) * p), n);
  const odds = p / (1 - p);
  const entries: [number, number][] = [[mode, 1]];
  for (let k = mode, value = 1; k < n && value > NEGLIGIBLE; k++) {
    entries.push([k + 1, (value *= ((n - k) / (k + 1)) * odds)]);
  }
  for (let k = mode, value = 1; k > 0 && value > NEGLIGIBLE; k--) {
    entries.push([k - 1, (value *= k / (n - k + 1) / odds)]);
  }
  const total = entries.reduce((sum, [, value]) => sum + value, 0);
  return entries.map(([count, value]) => [count, value / total]);
}
