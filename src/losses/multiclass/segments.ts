import { tf } from "../../engine";

/** Means over the segments of a batch, and which segments it has. */
export interface SegmentMeans {
  /** Mean of the segment's values, and 0 where it has none, [C]. */
  readonly means: tf.Tensor1D;
  /** 1 where the segment has a value, else 0, [C]. */
  readonly present: tf.Tensor1D;
}

/**
 * Means of values within segments: classes, groups, or cells of both.
 *
 *     means_c = sum_i 1{s_i = c} v_i / max(1, n_c)     n_c = sum_i 1{s_i = c}
 *
 * @param values v [n].
 * @param segments s [n] int32; a number outside of [0, C) belongs to no segment.
 * @param count C.
 */
export function segmentMeans(values: tf.Tensor, segments: tf.Tensor1D, count: number): SegmentMeans {
  const members = tf.oneHot(segments, count, 1, 0, "float32") as tf.Tensor2D;
  const sizes = tf.sum(members, 0);
  // A product with a matrix: its derivatives of any order are products again, each one operation.
  const totals = tf.matMul(tf.reshape(values, [1, -1]) as tf.Tensor2D, members);
  return {
    means: tf.div(tf.reshape(totals, [count]), tf.maximum(sizes, 1)) as tf.Tensor1D,
    present: tf.minimum(sizes, 1) as tf.Tensor1D,
  };
}

/** Mean of the means over the segments that are present, and 0 where none is. */
export function meanOfMeans({ means, present }: SegmentMeans): tf.Scalar {
  return tf.div(tf.sum(means), tf.maximum(tf.sum(present), 1)) as tf.Scalar;
}
