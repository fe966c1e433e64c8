import { checkBeta, checkPrior } from "./check";

/** Rates of a decision: the shares of the positives and of the negatives that are called positive. */
export interface Rates {
  readonly truePositiveRate: number;
  readonly falsePositiveRate: number;
}

/** What the large-sample F-beta depends on beside the rates. */
export interface FBetaSetting {
  /** pi = P(Y = 1), in (0, 1). */
  readonly prior: number;
  /** beta > 0: recall counts beta times as much as precision; default 1. */
  readonly beta?: number;
}

/**
 * The constant through which prior and beta enter the shape of F-beta.
 *
 *     c = beta^2 pi / (1 - pi)
 *
 * F-beta rises with T / (c + Q) alone, so that prior and beta matter to the best decision through c only; in the plane of
 * (Q, T), lines of equal F-beta pass through (-c, 0).
 *
 * @param setting prior in (0, 1) and beta > 0 (default 1).
 * @returns c > 0.
 * @throws RangeError on a bad prior or beta.
 * @see Derived from the large-sample limit; c is also the constant of `losses.binary.surrogateFBeta`.
 */
export function fBetaConstant({ prior, beta = 1 }: FBetaSetting): number {
  checkPrior("fBetaConstant", prior);
  checkBeta("fBetaConstant", beta);
  return (beta ** 2 * prior) / (1 - prior);
}

/**
 * The limit of F-beta as the sample grows, at a given prior.
 *
 *     F = (1 + beta^2) pi T / (beta^2 pi + pi T + (1 - pi) Q) = (1 + beta^2) / (1 + ((1 - pi) / pi) (c + Q) / T)
 *
 * @param rates T and Q in [0, 1]; rates of a soft decision (mean probabilities) give the soft F-beta.
 * @param setting prior in (0, 1) and beta > 0 (default 1).
 * @returns F-beta in [0, 1].
 * @throws RangeError on a bad prior or beta.
 * @see Derived from the counts divided by n.
 */
export function largeSampleFBeta(
  { truePositiveRate, falsePositiveRate }: Rates,
  { prior, beta = 1 }: FBetaSetting,
): number {
  checkPrior("largeSampleFBeta", prior);
  checkBeta("largeSampleFBeta", beta);
  const called = prior * truePositiveRate + (1 - prior) * falsePositiveRate;
  return ((1 + beta ** 2) * prior * truePositiveRate) / (beta ** 2 * prior + called);
}

/**
 * The partial derivatives of the large-sample F-beta by its rates.
 *
 *     F_T = (1 + beta^2) pi (beta^2 pi + (1 - pi) Q) / D^2,    F_Q = -(1 + beta^2) pi (1 - pi) T / D^2
 *     D = beta^2 pi + pi T + (1 - pi) Q
 *
 * @param rates T and Q in [0, 1].
 * @param setting prior in (0, 1) and beta > 0 (default 1).
 * @returns F_T >= 0 as `truePositiveRate`, F_Q <= 0 as `falsePositiveRate`.
 * @throws RangeError on a bad prior or beta.
 * @see Derived.
 */
export function largeSampleFBetaGradient(
  { truePositiveRate, falsePositiveRate }: Rates,
  { prior, beta = 1 }: FBetaSetting,
): Rates {
  checkPrior("largeSampleFBetaGradient", prior);
  checkBeta("largeSampleFBetaGradient", beta);
  const falsePositives = (1 - prior) * falsePositiveRate;
  const denominator = beta ** 2 * prior + prior * truePositiveRate + falsePositives;
  const factor = ((1 + beta ** 2) * prior) / denominator ** 2;
  return {
    truePositiveRate: factor * (beta ** 2 * prior + falsePositives),
    falsePositiveRate: -factor * (1 - prior) * truePositiveRate,
  };
}

/**
 * The line of equal large-sample F-beta in the plane of false- and true-positive rate.
 *
 *     T = m (c + Q),    m = ((1 - pi) / pi) F / (1 + beta^2 - F)
 *
 * All of them pass through (-c, 0), whatever F: F-beta is the angle at which a decision is seen from there.
 *
 * @param fBeta F in [0, 1].
 * @param setting prior in (0, 1) and beta > 0 (default 1).
 * @returns the slope m and the false-positive rate -c of the pole, at which T = 0.
 * @throws RangeError when `fBeta` is outside [0, 1], or on a bad prior or beta.
 * @see Derived by solving `largeSampleFBeta` for T.
 */
export function isoFBetaLine(fBeta: number, { prior, beta = 1 }: FBetaSetting): { slope: number; pole: number } {
  const pole = -fBetaConstant({ prior, beta });
  if (!(fBeta >= 0 && fBeta <= 1)) throw new RangeError(`isoFBetaLine: fBeta must be in [0, 1], received ${fBeta}`);
  return { slope: (((1 - prior) / prior) * fBeta) / (1 + beta ** 2 - fBeta), pole };
}
