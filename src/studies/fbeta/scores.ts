import {
  bestThreshold,
  confusionCounts,
  fBeta,
  largeSampleFBeta,
  recall,
  rocCurve,
  specificity,
  type Scored,
} from "../../metrics";
import { type FBetaScores } from "./config";

/** Where F-beta is to hold. */
interface At {
  readonly prior: number;
  readonly beta: number;
}

/**
 * F-beta of a decision at a prior, from labelled data in which the classes may have other shares.
 *
 *     F = (1 + beta^2) pi T / (beta^2 pi + pi T + (1 - pi) Q)     T, Q: shares of the positives and the negatives called positive
 *
 * Every labelled sample counts, where drawing a test set of this prior would throw most of one class away.
 *
 * @param scored logits [n] and labels [n] of both classes.
 * @param threshold on the logit.
 * @param at prior in (0, 1), beta > 0.
 * @returns F-beta in [0, 1].
 * @throws RangeError on empty input, unequal lengths, NaN scores, or a bad prior or beta.
 */
export function fBetaAtPrior(scored: Scored, threshold: number, at: At): number {
  const counts = confusionCounts(scored, threshold);
  return largeSampleFBeta({ truePositiveRate: recall(counts), falsePositiveRate: 1 - specificity(counts) }, at);
}

/** The largest F-beta at a prior over all thresholds, chosen on the data it is measured on. */
export function ceilingAtPrior(scored: Scored, at: At): number {
  const { truePositiveRates, falsePositiveRates } = rocCurve(scored);
  const values = truePositiveRates.map((rate, index) =>
    largeSampleFBeta({ truePositiveRate: rate, falsePositiveRate: falsePositiveRates[index] }, at),
  );
  return values.reduce((a, b) => Math.max(a, b), 0);
}

/**
 * F-beta of a trained network at p = 1/2 and at a threshold that validation images choose.
 *
 * @param logits.validation scored validation images, at the prior themselves.
 * @param logits.test scored test images.
 * @param at prior, beta.
 * @returns see `FBetaScores`.
 */
export function scoreNetwork({ validation, test }: { validation: Scored; test: Scored }, at: At): FBetaScores {
  const { threshold, fBeta: reached } = bestThreshold(validation, at);
  return {
    beta: at.beta,
    half: fBetaAtPrior(test, 0, at),
    tuned: fBetaAtPrior(test, threshold, at),
    ceiling: ceilingAtPrior(test, at),
    threshold: Number.isFinite(threshold) ? threshold : null,
    validation: { half: fBeta(confusionCounts(validation, 0), at.beta), tuned: reached },
  };
}

/** F-beta at p = 1/2 and at the best threshold of the very data, for the course of training. */
export function onValidation(scored: Scored, beta: number): { half: number; tuned: number } {
  return { half: fBeta(confusionCounts(scored, 0), beta), tuned: bestThreshold(scored, { beta }).fBeta };
}
