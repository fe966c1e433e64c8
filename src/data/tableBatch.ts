import { tf } from "../engine";
import type { TabularSet } from "./tabular";

/**
 * Makes a batch from chosen rows of a table.
 *
 * @param set the table.
 * @param indices which rows, in the order of the batch; one may come more than once.
 * @returns float32 [indices, columns], owned by the caller (or by `tf.tidy`).
 * @throws RangeError for empty indices or one outside the set.
 */
export function tableBatch(set: TabularSet, indices: ArrayLike<number>): tf.Tensor2D {
  const width = set.columns.length;
  if (indices.length === 0) throw new RangeError("tableBatch: indices must name at least one row, received none");
  const values = new Float32Array(indices.length * width);
  for (let position = 0; position < indices.length; position++) {
    const row = indices[position];
    if (!Number.isInteger(row) || row < 0 || row >= set.size) {
      throw new RangeError(
        `tableBatch: indices must be integers in [0, ${set.size}), received ${row} at position ${position}`,
      );
    }
    values.set(set.features.subarray(row * width, (row + 1) * width), position * width);
  }
  return tf.tensor2d(values, [indices.length, width]);
}
