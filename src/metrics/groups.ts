import { requireCount } from "../options";
import { checkIndices, checkLengths, countOf } from "./check";
import { confusionMatrix, type ConfusionMatrix, type Decided } from "./confusionMatrix";

/** Predictions, labels and groups of one evaluation, in the same order. */
export interface GroupDecided extends Decided {
  /** Groups [n] in {0, ..., G - 1}: the values of a sensitive or spurious attribute. */
  readonly groups: ArrayLike<number>;
}

/**
 * One confusion matrix per group: the counts of every (class, group) cell by prediction.
 *
 * @param decided predictions [n], labels [n] in {0, ..., K - 1} and groups [n] in {0, ..., G - 1}.
 * @param options.classes K; default one more than the largest number in `predictions` and `labels`.
 * @param options.groups G; default one more than the largest number in `groups`.
 * @returns G matrices, K x K each: row k, column j counts the samples of class k called j. They are what the other group metrics
 *   take.
 * @throws RangeError on empty input, unequal lengths, or numbers out of range.
 */
export function groupConfusion(
  { predictions, labels, groups }: GroupDecided,
  {
    classes = Math.max(countOf(predictions), countOf(labels)),
    groups: count = countOf(groups),
  }: { classes?: number; groups?: number } = {},
): ConfusionMatrix[] {
  const length = checkLengths("groupConfusion", { predictions, labels, groups });
  requireCount("groupConfusion", "groups", count, 1);
  checkIndices("groupConfusion", "groups", groups, count);
  const members = Array.from({ length: count }, () => [] as number[]);
  for (let index = 0; index < length; index++) members[groups[index]].push(index);
  return members.map((indices) =>
    indices.length === 0
      ? Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
      : confusionMatrix(
          { predictions: indices.map((index) => predictions[index]), labels: indices.map((index) => labels[index]) },
          { classes },
        ),
  );
}

/**
 * The error of every (class, group) cell: the share of its samples that are called wrong.
 *
 * @param confusions one K x K matrix per group.
 * @returns errors [K][G]; NaN for a cell without a sample.
 * @throws RangeError when there is no group, or the matrices are not square or not of one size.
 */
export function groupErrors(confusions: readonly ConfusionMatrix[]): number[][] {
  const classes = checkGroups("groupErrors", confusions);
  return Array.from({ length: classes }, (_, k) =>
    confusions.map((matrix) => {
      const samples = matrix[k].reduce((sum, count) => sum + count, 0);
      return (samples - matrix[k][k]) / samples;
    }),
  );
}

/**
 * The largest error of any (class, group) cell that has a sample.
 *
 * @param confusions one K x K matrix per group.
 * @returns the error in [0, 1]; NaN where no cell has a sample.
 * @throws RangeError when there is no group, or the matrices are not square or not of one size.
 * @see Sagawa et al.: Distributionally robust neural networks for group shifts, ICLR 2020.
 */
export function worstGroupError(confusions: readonly ConfusionMatrix[]): number {
  checkGroups("worstGroupError", confusions);
  const known = groupErrors(confusions)
    .flat()
    .filter((error) => !Number.isNaN(error));
  return known.length === 0 ? NaN : Math.max(...known);
}

/**
 * Equal-opportunity gap: how far the groups' recalls of the positive class lie apart.
 *
 *     max_g recall_{+,g} - min_g recall_{+,g},    two groups: |TPR_0 - TPR_1|
 *
 * @param confusions one K x K matrix per group.
 * @param options.positive the class whose recall is compared; default 1.
 * @returns the gap in [0, 1]; NaN where a group has no sample of that class.
 * @throws RangeError when there is no group, the matrices do not fit, or there is no such class.
 * @see Hardt, Price, Srebro: Equality of opportunity in supervised learning, NeurIPS 2016.
 */
export function equalOpportunityGap(
  confusions: readonly ConfusionMatrix[],
  { positive = 1 }: { positive?: number } = {},
): number {
  const classes = checkGroups("equalOpportunityGap", confusions);
  checkIndices("equalOpportunityGap", "positive", [positive], classes);
  return range(groupErrors(confusions)[positive]);
}

/**
 * Equalized-odds gap, the difference of equalized odds (DEO): how far the groups' errors lie apart, class by class.
 *
 *     gap_k = max_g error_{k,g} - min_g error_{k,g};    DEO = sum_k gap_k
 *     two classes, two groups: |TPR_0 - TPR_1| + |FPR_0 - FPR_1|
 *
 * With two classes the errors settle all of equalized odds; with more, only whether samples are called right is compared, not
 * what the wrong ones are called.
 *
 * @param confusions one K x K matrix per group.
 * @param options.combine `"sum"` (default) adds the classes' gaps, `"max"` takes the largest, `"mean"` their mean.
 * @returns the gap; at most K for `"sum"`, else at most 1. NaN where a cell has no sample.
 * @throws RangeError when there is no group, the matrices do not fit, or `combine` is none of the three.
 * @see Hardt, Price, Srebro: Equality of opportunity in supervised learning, NeurIPS 2016. The sum mirrors the DEO loss of
 *   AutoBalance (Li et al., NeurIPS 2021); other libraries take the maximum.
 */
export function equalizedOddsGap(
  confusions: readonly ConfusionMatrix[],
  { combine = "sum" }: { combine?: "sum" | "max" | "mean" } = {},
): number {
  checkGroups("equalizedOddsGap", confusions);
  const gaps = groupErrors(confusions).map(range);
  if (combine === "max") return Math.max(...gaps);
  const sum = gaps.reduce((total, gap) => total + gap, 0);
  if (combine === "sum") return sum;
  if (combine === "mean") return sum / gaps.length;
  throw new RangeError(`equalizedOddsGap: combine must be sum, max or mean, received ${JSON.stringify(combine)}`);
}

function range(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** Throws unless there is a group and all matrices are square and of one size; returns it. */
function checkGroups(metric: string, confusions: readonly ConfusionMatrix[]): number {
  const classes = confusions[0]?.length ?? 0;
  const fits = (matrix: ConfusionMatrix) => matrix.length === classes && matrix.every((row) => row.length === classes);
  if (classes === 0 || !confusions.every(fits)) {
    const sizes = confusions.map((matrix) => `${matrix.length} x ${matrix[0]?.length ?? 0}`);
    throw new RangeError(
      `${metric}: takes one K x K confusion matrix per group, received ${confusions.length} (${sizes.join(", ")})`,
    );
  }
  return classes;
}
