import { tf } from "../../engine";

/** Labels of a batch: a tensor [n, L] of any numeric dtype, or n rows of L plain numbers, each 0 or 1. */
export type LabelMatrix = tf.Tensor | readonly ArrayLike<number>[];

/** A loss of a classifier with L labels, each present or not: logits [n, L] and labels [n, L] in {0, 1} to a scalar. */
export type MultilabelLoss = (logits: tf.Tensor, labels: LabelMatrix) => tf.Scalar;

/** Logits and labels of one batch, float32 [n, L]. */
export interface MultilabelBatch {
  readonly logits: tf.Tensor2D;
  readonly labels: tf.Tensor2D;
}

/**
 * Checks one batch and brings it into the form the losses work on.
 *
 * @param loss name of the calling loss, for the error.
 * @param logits [n, L].
 * @param labels [n, L]. Plain numbers must be 0 or 1; a tensor is not read back, so not checked.
 * @returns both as float32.
 * @throws TypeError when a shape is not [n, L] or the two differ; RangeError for a plain label other than 0 and 1.
 */
export function multilabelBatch(loss: string, logits: tf.Tensor, labels: LabelMatrix): MultilabelBatch {
  const target = labels instanceof tf.Tensor ? labels : plainLabels(loss, labels, logits.shape[1] ?? 0);
  if (logits.rank !== 2 || logits.shape[1] === 0 || target.shape.join() !== logits.shape.join()) {
    throw new TypeError(
      `${loss}: logits and labels must both have shape [n, L], received [${logits.shape.join(", ")}] and [${target.shape.join(", ")}]`,
    );
  }
  return { logits: float(logits), labels: float(target) };
}

function plainLabels(loss: string, rows: readonly ArrayLike<number>[], expected: number): tf.Tensor2D {
  const columns = rows[0]?.length ?? expected;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw new TypeError(
        `${loss}: labels must be rows of equal length, received ${columns} and, in row ${i}, ${row.length}`,
      );
    }
    Array.from(row).forEach((label, l) => {
      if (Number(label) !== 0 && Number(label) !== 1) {
        throw new RangeError(`${loss}: labels must be 0 or 1, received ${String(label)} in row ${i}, column ${l}`);
      }
      values[i * columns + l] = Number(label);
    });
  });
  return tf.tensor2d(values, [rows.length, columns]);
}

const float = (values: tf.Tensor) => (values.dtype === "float32" ? values : tf.cast(values, "float32")) as tf.Tensor2D;
