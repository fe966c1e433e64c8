import { checkBeta } from "./check";

/** Counts of a binary decision against the truth. */
export interface ConfusionCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Scores and labels of one evaluation, in the same order. */
export interface Scored {
  /** Scores [n]; higher means more positive. Logits or probabilities: a threshold is on the same scale. */
  readonly scores: ArrayLike<number>;
  /** Labels [n] in {0, 1}. */
  readonly labels: ArrayLike<number>;
}

/** Throws unless scores and labels are non-empty, of one length, free of NaN, and the labels 0 or 1. */
export function checkScored(metric: string, { scores, labels }: Scored): void {
  if (scores.length === 0 || scores.length !== labels.length) {
    throw new RangeError(
      `${metric}: scores and labels must be non-empty and of one length, received ${scores.length} and ${labels.length}`,
    );
  }
  for (let index = 0; index < labels.length; index++) {
    if (labels[index] !== 0 && labels[index] !== 1) {
      throw new RangeError(`${metric}: labels must be 0 or 1, received ${labels[index]} at index ${index}`);
    }
    if (Number.isNaN(scores[index]))
      throw new RangeError(`${metric}: scores must be numbers, received NaN at index ${index}`);
  }
}

/**
 * Counts the four outcomes of deciding "positive" where the score is at least the threshold.
 *
 * @param scored scores [n] and labels [n] in {0, 1}.
 * @param threshold on the scale of the scores.
 * @returns true/false positives and negatives; they sum to n.
 * @throws RangeError on empty input, unequal lengths, NaN scores or labels other than 0 and 1.
 */
export function confusionCounts(scored: Scored, threshold: number): ConfusionCounts {
  checkScored("confusionCounts", scored);
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (let index = 0; index < scored.scores.length; index++) {
    const positive = scored.scores[index] >= threshold;
    if (scored.labels[index] === 1) counts[positive ? "truePositives" : "falseNegatives"]++;
    else counts[positive ? "falsePositives" : "trueNegatives"]++;
  }
  return counts;
}

/**
 * F-beta of confusion counts: the weighted harmonic mean of precision and recall.
 *
 *     F = (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP)
 *
 * @param counts true/false positives and negatives (hard or soft), >= 0.
 * @param beta > 0: recall counts beta times as much as precision; default 1.
 * @returns F-beta in [0, 1]; 0 where there is neither a positive nor a positive decision (0/0).
 * @throws RangeError when `beta` is not a positive finite number.
 */
export function fBeta(counts: ConfusionCounts, beta = 1): number {
  checkBeta("fBeta", beta);
  const weighted = (1 + beta ** 2) * counts.truePositives;
  const denominator = weighted + beta ** 2 * counts.falseNegatives + counts.falsePositives;
  return denominator === 0 ? 0 : weighted / denominator;
}

/** Precision TP / (TP + FP); 0 where nothing was called positive. */
export function precision({ truePositives, falsePositives }: ConfusionCounts): number {
  return truePositives + falsePositives === 0 ? 0 : truePositives / (truePositives + falsePositives);
}

/** Recall TP / (TP + FN); 0 where there is no positive. */
export function recall({ truePositives, falseNegatives }: ConfusionCounts): number {
  return truePositives + falseNegatives === 0 ? 0 : truePositives / (truePositives + falseNegatives);
}

/** Specificity TN / (TN + FP), the recall of the negatives; 0 where there is no negative. */
export function specificity({ trueNegatives, falsePositives }: ConfusionCounts): number {
  return trueNegatives + falsePositives === 0 ? 0 : trueNegatives / (trueNegatives + falsePositives);
}
