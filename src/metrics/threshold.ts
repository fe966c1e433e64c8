import { checkBeta } from "./check";
import { fBeta, type Scored } from "./confusion";
import { sweep } from "./sweep";

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
  checkBeta("bestThreshold", beta);
  const { thresholds, truePositives, falsePositives, positives, negatives } = sweep("bestThreshold", scored);
  let best: TunedThreshold = { threshold: Infinity, fBeta: 0 };
  for (let index = 0; index < thresholds.length; index++) {
    const value = fBeta(
      {
        truePositives: truePositives[index],
        falsePositives: falsePositives[index],
        falseNegatives: positives - truePositives[index],
        trueNegatives: negatives - falsePositives[index],
      },
      beta,
    );
    if (value > best.fBeta) {
      const lower = index + 1 < thresholds.length ? thresholds[index + 1] : undefined;
      best = { threshold: between(lower, thresholds[index]), fBeta: value };
    }
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
  checkBeta("fBetaCurve", beta);
  const { thresholds: scores, truePositives, falsePositives, positives, negatives } = sweep("fBetaCurve", scored);
  return Array.from(thresholds, (threshold) => {
    const called = atLeast(scores, threshold);
    const [hits, alarms] = called === 0 ? [0, 0] : [truePositives[called - 1], falsePositives[called - 1]];
    return fBeta(
      {
        truePositives: hits,
        falsePositives: alarms,
        falseNegatives: positives - hits,
        trueNegatives: negatives - alarms,
      },
      beta,
    );
  });
}

/** How many of the falling `scores` are at least the threshold, by bisection. */
function atLeast(scores: Float64Array, threshold: number): number {
  let [low, high] = [0, scores.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle] >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
