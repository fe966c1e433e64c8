import { checkedCounts, checkNumber, type Counts } from "./options";

/**
 * Class-balanced weights: the inverse effective number of samples.
 *
 *     w_k = (1 - beta) / (1 - beta^n_k), times the number that makes them sum to K
 *
 * beta = 0 gives 1 for every class; beta towards 1 gives inverse frequencies. In double precision, by expm1: in single precision
 * beta^n_k of a small class leaves no digits of 1 - beta^n_k.
 *
 * @param counts n_k > 0, [K].
 * @param beta in [0, 1); default 0.9999.
 * @returns w [K].
 * @throws RangeError when a count is not positive or beta out of range.
 * @see Cui, Jia, Lin, Song, Belongie: Class-balanced loss based on effective number of samples, CVPR 2019. Read in its public code.
 */
export function classBalancedWeights(counts: Counts, beta = 0.9999): number[] {
  const n = checkedCounts("classBalancedWeights", counts);
  checkNumber("classBalancedWeights", "beta", beta, beta >= 0 && beta < 1, "a number in [0, 1)");
  return summingToTheirNumber(n.map((count) => 1 / -Math.expm1(count * Math.log(beta))));
}

/**
 * Inverse class frequencies, with which the weighted cross-entropy is, in expectation over batches, the balanced one.
 *
 *     w_k = N / (K n_k)     N = sum_k n_k
 *
 * @param counts n_k > 0, [K].
 * @returns w [K]; the mean of w over the samples is 1.
 * @throws RangeError when a count is not positive.
 */
export function inverseFrequencyWeights(counts: Counts): number[] {
  const n = checkedCounts("inverseFrequencyWeights", counts);
  return n.map((count) => total(n) / (n.length * count));
}

/**
 * Logarithms of the class priors.
 *
 *     log pi_k = log(n_k / sum_j n_j)
 *
 * @param counts n_k > 0, [K].
 * @returns log pi [K].
 * @throws RangeError when a count is not positive.
 */
export function logPriors(counts: Counts): number[] {
  const n = checkedCounts("logPriors", counts);
  return n.map((count) => Math.log(count / total(n)));
}

/**
 * Margins of LDAM: larger for rarer classes.
 *
 *     m_k = maxMargin (n_min / n_k)^(1/4)
 *
 * @param counts n_k > 0, [K].
 * @param maxMargin margin of the rarest class, >= 0; default 0.5.
 * @returns m [K].
 * @throws RangeError when a count is not positive or the margin negative.
 * @see Cao, Wei, Gaidon, Arechiga, Ma: Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019. Read in
 *   its public code.
 */
export function labelDistributionAwareMargins(counts: Counts, maxMargin = 0.5): number[] {
  const n = checkedCounts("labelDistributionAwareMargins", counts);
  const ok = maxMargin >= 0 && maxMargin < Infinity;
  checkNumber("labelDistributionAwareMargins", "maxMargin", maxMargin, ok, "a non-negative finite number");
  const least = n.reduce((a, b) => Math.min(a, b));
  return n.map((count) => maxMargin * (least / count) ** 0.25);
}

/**
 * Class-dependent temperatures as factors of the logits: smaller for rarer classes.
 *
 *     Delta_k = (n_k / n_max)^gamma
 *
 * @param counts n_k > 0, [K].
 * @param gamma >= 0; default 0.2; 0 gives 1 for every class.
 * @returns Delta [K], at most 1.
 * @throws RangeError when a count is not positive or gamma negative.
 * @see Ye, Chen, Zhan, Chao: Identifying and compensating for feature deviation in imbalanced deep learning, 2020. Read in the public
 *   code of AutoBalance and of VS-loss.
 */
export function classDependentTemperatures(counts: Counts, gamma = 0.2): number[] {
  const n = checkedCounts("classDependentTemperatures", counts);
  const ok = gamma >= 0 && gamma < Infinity;
  checkNumber("classDependentTemperatures", "gamma", gamma, ok, "a non-negative finite number");
  const most = n.reduce((a, b) => Math.max(a, b));
  return n.map((count) => (count / most) ** gamma);
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function summingToTheirNumber(values: readonly number[]): number[] {
  const factor = values.length / total(values);
  return values.map((value) => value * factor);
}
