import { requireCount } from "../options";
import { checkIndices, checkProbabilities } from "./check";
import { checkScored, type Scored } from "./confusion";

/**
 * Brier score: the mean squared error of predicted probabilities.
 *
 *     B = mean_i (p_i - y_i)^2
 *
 * @param scored probabilities [n] of the positive class, in [0, 1], as scores, and labels [n] in {0, 1}.
 * @returns the score in [0, 1]; 0 is best, and a constant p = 1/2 gives 1/4.
 * @throws RangeError on empty input, unequal lengths, scores outside [0, 1], or labels other than 0 and 1.
 * @see Brier: Verification of forecasts expressed in terms of probability, 1950 (half of its two-class form).
 */
export function brierScore(scored: Scored): number {
  checkScored("brierScore", scored);
  checkProbabilities("brierScore", scored.scores);
  let sum = 0;
  for (let index = 0; index < scored.scores.length; index++) sum += (scored.scores[index] - scored.labels[index]) ** 2;
  return sum / scored.scores.length;
}

/**
 * Brier score of multiclass probabilities, in Brier's own form.
 *
 *     B = mean_i sum_k (p_ik - [y_i = k])^2
 *
 * With two classes it is twice `brierScore`.
 *
 * @param probabilities [n, K] in row-major order, in [0, 1].
 * @param labels [n] in {0, ..., K - 1}.
 * @param classes K >= 1.
 * @returns the score in [0, 2] for rows that sum to 1; 0 is best.
 * @throws RangeError on empty input, lengths that do not fit, or values out of range.
 * @see Brier: Verification of forecasts expressed in terms of probability, 1950.
 */
export function multiclassBrierScore(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number {
  requireCount("multiclassBrierScore", "classes", classes, 1);
  checkProbabilities("multiclassBrierScore", probabilities);
  if (labels.length === 0 || probabilities.length !== labels.length * classes) {
    throw new RangeError(
      `multiclassBrierScore: needs ${classes} probabilities per label, received ${probabilities.length} for ${labels.length} labels`,
    );
  }
  checkIndices("multiclassBrierScore", "labels", labels, classes);
  let sum = 0;
  for (let index = 0; index < probabilities.length; index++) {
    const truth = labels[Math.floor(index / classes)] === index % classes ? 1 : 0;
    sum += (probabilities[index] - truth) ** 2;
  }
  return sum / labels.length;
}
