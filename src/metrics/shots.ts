import { checkLengths } from "./check";
import { margins, type Confusion } from "./confusionMatrix";

/**
 * The accuracy of every class: the share of its samples that are called right, n_kk / n_k.
 *
 * @param confusion binary counts (negatives, then positives) or a K x K matrix.
 * @returns accuracies [K]; NaN for a class without a sample.
 * @throws RangeError when the matrix is not square.
 */
export function perClassAccuracy(confusion: Confusion): number[] {
  const { diagonal, rows } = margins("perClassAccuracy", confusion);
  return diagonal.map((right, k) => right / rows[k]);
}

/** Mean accuracy of the classes with many, a medium number of and few training samples. */
export interface ShotAccuracy {
  readonly many: number;
  readonly medium: number;
  readonly few: number;
  /** Which classes fall into which set. */
  readonly classes: { readonly many: number[]; readonly medium: number[]; readonly few: number[] };
}

/**
 * Many-, medium- and few-shot accuracy of long-tailed recognition.
 *
 *     many: n_k > 100,    medium: 20 <= n_k <= 100,    few: n_k < 20,    each the mean of its classes' accuracies
 *
 * @param classAccuracy accuracy [K] per class, as `perClassAccuracy` gives it; NaN for classes to leave out.
 * @param trainingCounts n_k [K], training samples per class.
 * @param options.many classes with more training samples than this are "many"; default 100.
 * @param options.few classes with fewer training samples than this are "few"; default 20.
 * @returns the three accuracies and the classes of each set; NaN for a set without an accuracy.
 * @throws RangeError on empty input, unequal lengths, negative counts, or `few` above `many` + 1, where the sets overlap.
 * @see Liu et al.: Large-scale long-tailed recognition in an open world, CVPR 2019; the thresholds in common use.
 */
export function shotAccuracy(
  classAccuracy: ArrayLike<number>,
  trainingCounts: ArrayLike<number>,
  { many = 100, few = 20 }: { many?: number; few?: number } = {},
): ShotAccuracy {
  checkLengths("shotAccuracy", { classAccuracy, trainingCounts });
  if (!(few <= many + 1)) {
    throw new RangeError(`shotAccuracy: few must be at most many + 1, received few ${few} and many ${many}`);
  }
  const classes: ShotAccuracy["classes"] = { many: [], medium: [], few: [] };
  Array.from(trainingCounts, (count, k) => {
    if (!(count >= 0)) {
      throw new RangeError(`shotAccuracy: trainingCounts must be at least 0, received ${count} at index ${k}`);
    }
    classes[count > many ? "many" : count < few ? "few" : "medium"].push(k);
  });
  const mean = (members: readonly number[]) => {
    const known = members.map((k) => classAccuracy[k]).filter((value) => !Number.isNaN(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return { many: mean(classes.many), medium: mean(classes.medium), few: mean(classes.few), classes };
}
