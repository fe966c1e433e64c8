import { requireCount } from "../options";
import { checkIndices, checkLengths, countOf } from "./check";
import { type ConfusionCounts } from "./confusion";

/** Samples by true class (row) and predicted class (column), K x K. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** Confusion of a binary or of a multiclass decision: what a metric that is defined for both takes. */
export type Confusion = ConfusionCounts | ConfusionMatrix;

/** Predictions and labels of one evaluation, in the same order. */
export interface Decided {
  /** Predicted classes [n] in {0, ..., K - 1}. */
  readonly predictions: ArrayLike<number>;
  /** True classes [n] in {0, ..., K - 1}. */
  readonly labels: ArrayLike<number>;
}

/**
 * The class of the largest score, row by row.
 *
 * @param scores [n, K] in row-major order, as `tensor.dataSync()` gives them: logits or probabilities.
 * @param classes K >= 1.
 * @returns class numbers [n]; of equal scores the lowest class.
 * @throws RangeError when the length is no multiple of K, or a score is NaN.
 */
export function argmax(scores: ArrayLike<number>, classes: number): Int32Array {
  requireCount("argmax", "classes", classes, 1);
  if (scores.length % classes !== 0) {
    throw new RangeError(`argmax: scores must hold rows of ${classes} classes, received ${scores.length} numbers`);
  }
  const predictions = new Int32Array(scores.length / classes);
  for (let row = 0; row < predictions.length; row++) {
    let best = row * classes;
    for (let index = row * classes; index < (row + 1) * classes; index++) {
      if (Number.isNaN(scores[index])) {
        throw new RangeError(`argmax: scores must be numbers, received NaN at index ${index}`);
      }
      if (scores[index] > scores[best]) best = index;
    }
    predictions[row] = best - row * classes;
  }
  return predictions;
}

/**
 * Counts samples by true and predicted class.
 *
 * @param decided predictions [n] and labels [n] in {0, ..., K - 1}.
 * @param options.classes K; default one more than the largest number in `predictions` and `labels`. Give it wherever a class
 *   may be absent from both.
 * @returns the K x K matrix: row k, column j counts the samples of class k called j.
 * @throws RangeError on empty input, unequal lengths, or class numbers outside {0, ..., K - 1}.
 */
export function confusionMatrix(
  { predictions, labels }: Decided,
  { classes = Math.max(countOf(predictions), countOf(labels)) }: { classes?: number } = {},
): ConfusionMatrix {
  const length = checkLengths("confusionMatrix", { predictions, labels });
  requireCount("confusionMatrix", "classes", classes, 1);
  checkIndices("confusionMatrix", "predictions", predictions, classes);
  checkIndices("confusionMatrix", "labels", labels, classes);
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let index = 0; index < length; index++) matrix[labels[index]][predictions[index]]++;
  return matrix;
}

/**
 * The confusion counts of one class against all others.
 *
 * @param matrix K x K confusion matrix.
 * @param positive the class taken as positive, in {0, ..., K - 1}.
 * @returns true/false positives and negatives; they sum to n.
 * @throws RangeError when the matrix is not square, or has no such class.
 */
export function oneVersusRest(matrix: ConfusionMatrix, positive: number): ConfusionCounts {
  const { diagonal, rows, columns, total } = margins("oneVersusRest", matrix);
  checkIndices("oneVersusRest", "positive", [positive], matrix.length);
  const truePositives = diagonal[positive];
  const falsePositives = columns[positive] - truePositives;
  const falseNegatives = rows[positive] - truePositives;
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives: total - truePositives - falsePositives - falseNegatives,
  };
}

/** Diagonal, row sums (samples per class), column sums (predictions per class) and total of a confusion. */
export interface Margins {
  readonly diagonal: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly total: number;
}

/** The margins of a confusion matrix, or of binary counts read as [[TN, FP], [FN, TP]]. */
export function margins(metric: string, confusion: Confusion): Margins {
  const matrix = isMatrix(confusion) ? confusion : asMatrix(confusion);
  const size = matrix.length;
  if (size === 0 || matrix.some((row) => row.length !== size)) {
    throw new RangeError(
      `${metric}: a confusion matrix must be square, received ${size} rows of ${matrix.map((row) => row.length).join(", ")}`,
    );
  }
  const rows = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = matrix.map((_, column) => matrix.reduce((sum, row) => sum + row[column], 0));
  return {
    diagonal: matrix.map((row, index) => row[index]),
    rows,
    columns,
    total: rows.reduce((sum, count) => sum + count, 0),
  };
}

export function isMatrix(confusion: Confusion): confusion is ConfusionMatrix {
  return Array.isArray(confusion);
}

function asMatrix({ truePositives, falsePositives, falseNegatives, trueNegatives }: ConfusionCounts): ConfusionMatrix {
  return [
    [trueNegatives, falsePositives],
    [falseNegatives, truePositives],
  ];
}
