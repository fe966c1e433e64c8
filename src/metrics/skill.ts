import { cohenKappa } from "./agreement";
import { type ConfusionCounts } from "./confusion";

/**
 * True skill statistic, also Youden's J or informedness.
 *
 *     TSS = recall + specificity - 1
 *
 * It does not depend on the prior.
 *
 * @param counts true/false positives and negatives.
 * @returns TSS in [-1, 1]; 0 for any decision that ignores the input. NaN where a class has no sample.
 */
export function trueSkillStatistic(counts: ConfusionCounts): number {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts;
  return truePositives / (truePositives + falseNegatives) + trueNegatives / (trueNegatives + falsePositives) - 1;
}

/**
 * Critical success index, also threat score, Jaccard index or intersection over union of the positives.
 *
 *     CSI = TP / (TP + FP + FN) = F1 / (2 - F1)
 *
 * @param counts true/false positives and negatives.
 * @returns CSI in [0, 1]; 0 where there is neither a positive nor a positive decision (0/0).
 */
export function criticalSuccessIndex({ truePositives, falsePositives, falseNegatives }: ConfusionCounts): number {
  const union = truePositives + falsePositives + falseNegatives;
  return union === 0 ? 0 : truePositives / union;
}

/**
 * Heidke skill score, in either of the two forms in use for rare events.
 *
 *     HSS1 = (TP - FP) / (TP + FN)
 *     HSS2 = 2 (TP TN - FN FP) / ((TP + FN) (FN + TN) + (TP + FP) (FP + TN))
 *
 * HSS2 is the gain over chance and equals Cohen's kappa; HSS1 is the gain over always deciding "negative".
 *
 * @param counts true/false positives and negatives.
 * @param options.form 1 or 2; default 2.
 * @returns HSS2 in [-1, 1], HSS1 at most 1. NaN where 0/0: HSS1 without a positive, HSS2 where all labels and decisions agree
 *   on one class; HSS1 may be -Infinity without a positive.
 * @throws RangeError when `form` is neither 1 nor 2.
 */
export function heidkeSkillScore(counts: ConfusionCounts, { form = 2 }: { form?: 1 | 2 } = {}): number {
  if (form !== 1 && form !== 2) throw new RangeError(`heidkeSkillScore: form must be 1 or 2, received ${String(form)}`);
  if (form === 2) return cohenKappa(counts);
  return (counts.truePositives - counts.falsePositives) / (counts.truePositives + counts.falseNegatives);
}
