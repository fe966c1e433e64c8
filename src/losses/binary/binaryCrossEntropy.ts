import { tf } from "../../engine";
import { binaryBatch, checkOptions, type BinaryLoss } from "./batch";

export interface BinaryCrossEntropyOptions {
  /** Weight of the positive term, > 0; default 1. */
  readonly positiveWeight?: number;
}

/**
 * Binary cross-entropy on logits, the positive class weighted.
 *
 *     mean_i [ w y_i softplus(-z_i) + (1 - y_i) softplus(z_i) ]
 *
 * softplus(-z) = -log sigmoid(z), so no probability is formed and logits of any size give finite values.
 *
 * @param options.positiveWeight w > 0; default 1. The mean is over samples, not over weights.
 * @returns a loss (logits [n], labels [n]) => scalar. An empty batch gives 0.
 * @throws RangeError when `positiveWeight` is not a positive finite number.
 */
export function binaryCrossEntropy({ positiveWeight = 1 }: BinaryCrossEntropyOptions = {}): BinaryLoss {
  checkOptions("binaryCrossEntropy", {
    positiveWeight: [positiveWeight, positiveWeight > 0 && positiveWeight < Infinity, "a positive finite number"],
  });
  return (logits, labels) =>
    tf.tidy(() => {
      const { logits: z, labels: y } = binaryBatch("binaryCrossEntropy", logits, labels);
      const positive = tf.mul(y, tf.softplus(tf.neg(z)));
      const negative = tf.mul(tf.sub(1, y), tf.softplus(z));
      const total = tf.sum(tf.add(tf.mul(positiveWeight, positive), negative));
      return tf.div(total, Math.max(z.size, 1)) as tf.Scalar;
    });
}
