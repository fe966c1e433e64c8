import { checkBeta, checkProbabilities } from "./check";
import { type TunedThreshold } from "./threshold";

/**
 * The posterior above which calling a sample positive raises F-beta, given the best F-beta that can be reached.
 *
 *     delta* = F* / (1 + beta^2)
 *
 * For F1 it is half of F*, never above 1/2. Uninformative scores (F* = (1 + beta^2) pi / (1 + beta^2 pi), the value of "all positive")
 * put it below the prior pi: everything is called positive.
 *
 * @param optimum F*, the largest F-beta over all decisions, in [0, 1].
 * @param options.beta > 0; default 1.
 * @returns the threshold on P(Y = 1 | x), in [0, 1 / (1 + beta^2)].
 * @throws RangeError when `optimum` is outside [0, 1], or on a bad beta.
 * @see Lipton, Elkan, Naryanaswamy: Optimal thresholding of classifiers to maximize F1 measure, 2014, arXiv 1402.1892, for
 *   beta = 1 (abstract read); other beta derived here and checked against closed forms.
 */
export function posteriorThreshold(optimum: number, { beta = 1 }: { beta?: number } = {}): number {
  checkBeta("posteriorThreshold", beta);
  if (!(optimum >= 0 && optimum <= 1)) {
    throw new RangeError(`posteriorThreshold: optimum must be in [0, 1], received ${optimum}`);
  }
  return optimum / (1 + beta ** 2);
}

/**
 * The plug-in threshold: the F-beta-optimal threshold on calibrated probabilities, found without labels.
 *
 *     F(k) = (1 + beta^2) sum_{i <= k} p_i / (beta^2 sum_i p_i + k),    p sorted falling;    delta* = max_k F(k) / (1 + beta^2)
 *
 * The optimal k calls positive exactly the samples with p_i above delta* (p_i = delta* changes nothing): adding a sample raises
 * a ratio a / d by (1 + beta^2) p and 1 where (1 + beta^2) p > a / d. F(k) is the ratio of expected counts, which the expected
 * F-beta approaches as n grows; for few samples take `expectedFBetaSet`. Where the probabilities are not calibrated the
 * threshold is wrong: sweep over validation labels (`bestThreshold`) instead.
 *
 * @param probabilities calibrated P(Y = 1 | x) [n], in [0, 1].
 * @param options.beta > 0; default 1.
 * @returns the threshold delta* ("positive" is p >= delta*) and the F-beta expected of it; 0 and 0 where all probabilities are 0.
 * @throws RangeError on empty input, values outside [0, 1], or a bad beta.
 * @see Koyejo et al.: Consistent binary classification with generalized performance metrics, NeurIPS 2014 (abstract read).
 */
export function plugInThreshold(
  probabilities: ArrayLike<number>,
  { beta = 1 }: { beta?: number } = {},
): TunedThreshold {
  checkBeta("plugInThreshold", beta);
  if (probabilities.length === 0)
    throw new RangeError("plugInThreshold: needs at least one probability, received none");
  checkProbabilities("plugInThreshold", probabilities);
  const falling = Float64Array.from(probabilities).sort().reverse();
  const expectedPositives = falling.reduce((sum, p) => sum + p, 0);
  let [hits, best] = [0, 0];
  for (let called = 1; called <= falling.length; called++) {
    hits += falling[called - 1];
    best = Math.max(best, ((1 + beta ** 2) * hits) / (beta ** 2 * expectedPositives + called));
  }
  // Sums of rounded terms may exceed the bound by a rounding.
  const fBeta = Math.min(best, 1);
  return { threshold: posteriorThreshold(fBeta, { beta }), fBeta };
}
