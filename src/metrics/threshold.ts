import { checkScored, confusionCounts, fBeta, type Scored } from "./confusion";

/** A decision threshold and the F-beta it reaches on the data it was found on. */
export interface TunedThreshold {
  readonly threshold: number;
  readonly fBeta: number;
}

/**
 * Finds the threshold with the largest F-beta by a sweep over all distinct scores.
 *
 * The sweep sorts once and moves one sample at a time from "negative" to "positive"; samples of equal score move together.
 * The threshold returned lies halfway to the next lower score, so that it separates new data as well as it can; where all
 * samples are called positive it lies just below the lowest score.
 *
 * Tune on validation data and apply to test data: on the data it was tuned on the value is optimistic.
 *
 * @param scored scores [n] and labels [n] in {0, 1}.
 * @param options.beta > 0; default 1.
 * @returns the threshold and its F-beta; of equal values the highest threshold. Without a positive: Infinity and 0.
 * @throws RangeError on empty input, unequal lengths, NaN scores, labels other than 0 and 1, or a bad beta.
 */
export function bestThreshold(scored: Scored, { beta = 1 }: { beta?: number } = {}): TunedThreshold {
  checkScored("bestThreshold", scored);
  const { scores, labels } = scored;
  const order = Array.from(scores, (_, index) => index).sort((a, b) => scores[b] - scores[a]);
  const positives = Array.from(labels).reduce((sum, label) => sum + label, 0);
  let truePositives = 0;
  let best: TunedThreshold = { threshold: Infinity, fBeta: 0 };
  for (let called = 1; called <= order.length; called++) {
    const score = scores[order[called - 1]];
    truePositives += labels[order[called - 1]];
    const next = called < order.length ? scores[order[called]] : undefined;
    if (next === score) continue;
    const value = fBeta(
      {
        truePositives,
        falsePositives: called - truePositives,
        falseNegatives: positives - truePositives,
        trueNegatives: order.length - positives - (called - truePositives),
      },
      beta,
    );
    if (value > best.fBeta) best = { threshold: between(next, score), fBeta: value };
  }
  return best;
}

/** Halfway between two neighbouring scores, never rounding down onto the lower; just below `upper` where it is the lowest. */
function between(lower: number | undefined, upper: number): number {
  if (lower === undefined) return upper - Math.max(Math.abs(upper), 1) * 1e-6;
  const middle = lower / 2 + upper / 2;
  return middle > lower ? middle : upper;
}

/**
 * F-beta as a function of the decision threshold.
 *
 * @param scored scores [n] and labels [n] in {0, 1}.
 * @param thresholds [m], on the scale of the scores.
 * @param options.beta > 0; default 1.
 * @returns F-beta [m] at each threshold.
 * @throws RangeError on empty input, unequal lengths, NaN scores, labels other than 0 and 1, or a bad beta.
 */
export function fBetaCurve(
  scored: Scored,
  thresholds: ArrayLike<number>,
  { beta = 1 }: { beta?: number } = {},
): number[] {
  return Array.from(thresholds, (threshold) => fBeta(confusionCounts(scored, threshold), beta));
}
