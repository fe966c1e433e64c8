import { isMatrix, margins, type Confusion } from "./confusionMatrix";

/** Accuracy: the share of right decisions, (sum of the diagonal) / n; NaN without a sample. */
export function accuracy(confusion: Confusion): number {
  const { diagonal, total } = margins("accuracy", confusion);
  return sum(diagonal) / total;
}

/**
 * Balanced accuracy: the mean recall of the classes.
 *
 *     BA = mean_k n_kk / n_k,    binary: (recall + specificity) / 2
 *
 * @param confusion binary counts or a K x K matrix.
 * @returns balanced accuracy in [0, 1] over the classes that have a sample; NaN without a sample.
 * @throws RangeError when the matrix is not square.
 */
export function balancedAccuracy(confusion: Confusion): number {
  const { diagonal, rows } = margins("balancedAccuracy", confusion);
  const recalls = diagonal.map((right, k) => right / rows[k]).filter((_, k) => rows[k] > 0);
  return sum(recalls) / recalls.length;
}

/** Balanced error 1 - BA: the mean error of the classes that have a sample; NaN without a sample. */
export function balancedError(confusion: Confusion): number {
  return 1 - balancedAccuracy(confusion);
}

/**
 * G-mean: the geometric mean of the classes' recalls.
 *
 *     G = (prod_k recall_k)^(1/K),    binary: sqrt(recall * specificity)
 *
 * Binary counts take 0/0 as 0, so that a class without a sample gives 0. Of a matrix, classes with neither a sample nor a
 * prediction are left out, and one that is predicted yet has no sample has recall 0. Both are imbalanced-learn's conventions.
 *
 * @param confusion binary counts or a K x K matrix.
 * @param options.correction takes the place of recalls of 0, in [0, 1]; default 0.
 * @returns G-mean in [0, 1]; NaN for a matrix without a sample.
 * @throws RangeError when the matrix is not square, or `correction` is outside [0, 1].
 */
export function gMean(confusion: Confusion, { correction = 0 }: { correction?: number } = {}): number {
  if (!(correction >= 0 && correction <= 1)) {
    throw new RangeError(`gMean: correction must be in [0, 1], received ${correction}`);
  }
  const { diagonal, rows, columns } = margins("gMean", confusion);
  const counted = (k: number) => !isMatrix(confusion) || rows[k] + columns[k] > 0;
  const recalls = diagonal.map((right, k) => (right === 0 ? correction : right / rows[k])).filter((_, k) => counted(k));
  if (recalls.length === 0) return NaN;
  return Math.exp(sum(recalls.map(Math.log)) / recalls.length);
}

/**
 * Matthews correlation coefficient, in Gorodkin's form for K classes.
 *
 *     MCC = (n s - sum_k p_k t_k) / sqrt((n^2 - sum_k p_k^2) (n^2 - sum_k t_k^2))
 *     binary: (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))
 *
 * with s the sum of the diagonal, t_k the samples and p_k the predictions of class k.
 *
 * @param confusion binary counts or a K x K matrix.
 * @returns MCC in [-1, 1]; 0 where one class holds all samples or all predictions (0/0).
 * @throws RangeError when the matrix is not square.
 * @see Gorodkin: Comparing two K-category assignments by a K-category correlation coefficient, 2004.
 */
export function matthewsCorrelation(confusion: Confusion): number {
  const { diagonal, rows, columns, total } = margins("matthewsCorrelation", confusion);
  const covariance = total * sum(diagonal) - sum(rows.map((count, k) => count * columns[k]));
  const [truth, predicted] = [rows, columns].map((margin) => total ** 2 - sum(margin.map((count) => count ** 2)));
  return truth === 0 || predicted === 0 ? 0 : covariance / (Math.sqrt(truth) * Math.sqrt(predicted));
}

/**
 * Cohen's kappa: agreement beyond what the margins alone would give.
 *
 *     kappa = (p_o - p_e) / (1 - p_e),    p_o = (sum_k n_kk) / n,    p_e = (sum_k t_k p_k) / n^2
 *
 * @param confusion binary counts or a K x K matrix.
 * @returns kappa in [-1, 1]; NaN where all samples and all predictions are of one class (0/0).
 * @throws RangeError when the matrix is not square.
 */
export function cohenKappa(confusion: Confusion): number {
  const { diagonal, rows, columns, total } = margins("cohenKappa", confusion);
  const chance = sum(rows.map((count, k) => count * columns[k]));
  return (total * sum(diagonal) - chance) / (total ** 2 - chance);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
