import { tf } from "../../engine";
import { multiclassBatch, numbersBelow, type Labels, type MulticlassBatch } from "../multiclass/batch";

/**
 * A loss of a classifier whose samples belong to groups: logits [n, K], labels [n] in {0, ..., K - 1} and groups [n] in
 * {0, ..., G - 1} to a scalar.
 *
 * Logits [n] are those of a binary classifier, and stand for the two logits (-z/2, z/2), whose softmax is (1 - sigmoid(z), sigmoid(z)).
 */
export type GroupLoss = (logits: tf.Tensor, labels: Labels, groups: Labels) => tf.Scalar;

/** One batch of a loss with groups. */
export interface GroupBatch extends MulticlassBatch {
  /** [n] int32. */
  readonly groups: tf.Tensor1D;
}

/**
 * Checks one batch and brings it into the form the losses work on.
 *
 * @param loss name of the calling loss, for the error.
 * @param inputs logits [n, K] or [n], labels [n], groups [n]. See {@link Labels} for labels out of range. A group of
 *   a tensor that is out of range belongs to no group where means are taken; where parameters are looked up it is an error of TensorFlow
 *   on a CPU, while a GPU reads 0 for them.
 * @param groupCount G.
 * @returns logits as float32 [n, K], K = 2 for logits [n]; labels and groups as int32 [n].
 * @throws TypeError when the shapes do not fit; RangeError when a plain label or group is out of range.
 */
export function groupBatch(
  loss: string,
  inputs: { readonly logits: tf.Tensor; readonly labels: Labels; readonly groups: Labels },
  groupCount: number,
): GroupBatch {
  const { logits, labels, groups } = inputs;
  const batch = multiclassBatch(loss, logits.rank === 1 ? bothClasses(logits) : logits, labels);
  const count = batch.logits.shape[0];
  return { ...batch, groups: numbersBelow({ loss, name: "groups", values: groups, count, bound: groupCount }) };
}

/** (-z/2, z/2): the pair with this difference that treats both classes alike. */
function bothClasses(logits: tf.Tensor): tf.Tensor {
  return tf.mul(tf.expandDims(logits, 1), tf.tensor1d([-0.5, 0.5]));
}

/** The cell of each sample, in the order of a matrix [K, G] read row by row: y G + g, [n] int32. */
export function cellOf({ labels, groups }: Pick<GroupBatch, "labels" | "groups">, groupCount: number): tf.Tensor1D {
  return tf.add(tf.mul(labels, tf.scalar(groupCount, "int32")), groups);
}
