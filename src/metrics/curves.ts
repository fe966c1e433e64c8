import { checkLengths } from "./check";
import { type Scored } from "./confusion";
import { sweep } from "./sweep";

/** The receiver operating characteristic: a point per distinct score, from (0, 0) to (1, 1). */
export interface RocCurve {
  /** FP / (FP + TN) [m + 1], rising from 0. */
  readonly falsePositiveRates: number[];
  /** TP / (TP + FN) [m + 1], rising from 0. */
  readonly truePositiveRates: number[];
  /** Thresholds [m + 1], falling from Infinity; "positive" is score >= threshold. */
  readonly thresholds: number[];
}

/** Precision and recall at every distinct score. */
export interface PrecisionRecallCurve {
  /** Precisions [m + 1]; the last is 1 by convention, at recall 0. */
  readonly precisions: number[];
  /** Recalls [m + 1], falling to 0. */
  readonly recalls: number[];
  /** Thresholds [m], rising; "positive" is score >= threshold. */
  readonly thresholds: number[];
}

/**
 * The ROC curve, with a point at every distinct score; samples of equal score change sides together.
 *
 * @param scored scores [n] and labels [n] in {0, 1}.
 * @returns rates and thresholds, as scikit-learn's `roc_curve` without dropping collinear points; the rate of a class without a
 *   sample is NaN.
 * @throws RangeError on empty input, unequal lengths, NaN scores, or labels other than 0 and 1.
 */
export function rocCurve(scored: Scored): RocCurve {
  const { thresholds, truePositives, falsePositives, positives, negatives } = sweep("rocCurve", scored);
  return {
    falsePositiveRates: [0, ...falsePositives].map((count) => count / negatives),
    truePositiveRates: [0, ...truePositives].map((count) => count / positives),
    thresholds: [Infinity, ...thresholds],
  };
}

/**
 * The area under the ROC curve: the probability that a positive scores higher than a negative, ties counting one half.
 *
 *     AUC = P(s+ > s-) + P(s+ = s-) / 2
 *
 * @param scored scores [n] and labels [n] in {0, 1}.
 * @returns AUC in [0, 1]; NaN where a class has no sample.
 * @throws RangeError on empty input, unequal lengths, NaN scores, or labels other than 0 and 1.
 */
export function areaUnderRoc(scored: Scored): number {
  const { truePositives, falsePositives, positives, negatives } = sweep("areaUnderRoc", scored);
  let twice = 0;
  for (let index = 0; index < truePositives.length; index++) {
    const before = index === 0 ? 0 : truePositives[index - 1];
    const width = falsePositives[index] - (index === 0 ? 0 : falsePositives[index - 1]);
    twice += width * (before + truePositives[index]);
  }
  return twice / (2 * positives * negatives);
}

/**
 * The precision-recall curve, with a point at every distinct score and the conventional end (recall 0, precision 1).
 *
 * @param scored scores [n] and labels [n] in {0, 1}.
 * @returns precisions, recalls and thresholds in the order of scikit-learn's `precision_recall_curve`. Without a positive all
 *   recalls but the last are NaN.
 * @throws RangeError on empty input, unequal lengths, NaN scores, or labels other than 0 and 1.
 */
export function precisionRecallCurve(scored: Scored): PrecisionRecallCurve {
  const { thresholds, truePositives, falsePositives, positives } = sweep("precisionRecallCurve", scored);
  const hits = Array.from(truePositives).reverse();
  const alarms = Array.from(falsePositives).reverse();
  return {
    precisions: [...hits.map((count, index) => count / (count + alarms[index])), 1],
    recalls: [...hits.map((count) => count / positives), 0],
    thresholds: Array.from(thresholds).reverse(),
  };
}

/**
 * Average precision: the precision at every distinct score, weighted by the recall gained there.
 *
 *     AP = sum_i (R_i - R_{i-1}) P_i
 *
 * It does not interpolate: the trapezoid area under the precision-recall curve is too high (Davis and Goadrich, ICML 2006).
 *
 * @param scored scores [n] and labels [n] in {0, 1}.
 * @returns AP in [0, 1]; the share of positives for a constant score; NaN without a positive (scikit-learn says 0 and warns).
 * @throws RangeError on empty input, unequal lengths, NaN scores, or labels other than 0 and 1.
 */
export function averagePrecision(scored: Scored): number {
  const { truePositives, falsePositives, positives } = sweep("averagePrecision", scored);
  let sum = 0;
  for (let index = 0; index < truePositives.length; index++) {
    const gained = truePositives[index] - (index === 0 ? 0 : truePositives[index - 1]);
    sum += (gained * truePositives[index]) / (truePositives[index] + falsePositives[index]);
  }
  return sum / positives;
}

/**
 * The area under any curve by the trapezoid rule.
 *
 * @param x abscissae [m], m >= 2, rising or falling; equal neighbours are allowed.
 * @param y ordinates [m].
 * @returns the area; NaN where an ordinate or abscissa is NaN.
 * @throws RangeError on fewer than two points, unequal lengths, or abscissae that turn round.
 */
export function areaUnderCurve(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const length = checkLengths("areaUnderCurve", { x, y });
  if (length < 2) throw new RangeError(`areaUnderCurve: needs at least two points, received ${length}`);
  let [area, direction] = [0, 0];
  for (let index = 1; index < length; index++) {
    const step = x[index] - x[index - 1];
    if (step * direction < 0) {
      throw new RangeError(
        `areaUnderCurve: x must rise or fall, received ${x[index - 1]}, ${x[index]} at index ${index}`,
      );
    }
    direction = direction || Math.sign(step);
    area += (step * (y[index] + y[index - 1])) / 2;
  }
  return area * (direction || 1);
}
