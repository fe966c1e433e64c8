import { gaussianRatesAt, type GaussianToy } from "./gaussianToy";

/**
 * The balanced error of the decision x >= t in the Gaussian toy case.
 *
 *     (1 - T + Q) / 2,    least at t = (mu_0 + mu_1) / 2, where it is Phi(-(mu_1 - mu_0) / (2 s))
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`; the prior does not count.
 * @param threshold t, on the axis of x; may be infinite.
 * @returns the balanced error in [0, 1].
 * @throws RangeError on bad parameters or a NaN threshold.
 * @see Derived.
 */
export function gaussianBalancedError(toy: GaussianToy, threshold: number): number {
  const { truePositiveRate, falsePositiveRate } = gaussianRatesAt(toy, threshold);
  return (1 - truePositiveRate + falsePositiveRate) / 2;
}
