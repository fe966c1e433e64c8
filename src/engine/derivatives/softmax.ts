import { stopGradient } from "../stopGradient";
import { tf } from "../tf";

/**
 * Gives softmax a gradient that keeps its digits where probabilities are peaked.
 *
 *     dx = p (d - <p, d>)     with d = dy - dy at the largest p
 *
 * The product is the same for every constant taken from dy. With tfjs's choice, none, both terms at the peak are of the size of dy
 * and cancel to about 1 - p; with this one no term is larger than the result.
 */
export function registerSoftmaxGradient(): void {
  tf.registerGradient({
    kernelName: "Softmax",
    outputsToSave: [true],
    gradFunc: (dy, [p]) => ({ logits: () => softmaxProduct(p, centred(p, dy as tf.Tensor)) }),
  });
}

/** u minus its entry at the largest p, row by row; what is taken off counts as a constant. */
export function centred(p: tf.Tensor, u: tf.Tensor): tf.Tensor {
  const peak = tf.cast(tf.oneHot(tf.argMax(p, -1), p.shape[p.rank - 1] as number), "float32");
  return tf.sub(u, stopGradient(tf.sum(tf.mul(u, peak), -1, true)));
}

/** (diag(p) - p p^T) d, row by row, for d as {@link centred} gives it. */
export function softmaxProduct(p: tf.Tensor, d: tf.Tensor): tf.Tensor {
  return tf.mul(p, tf.sub(d, tf.sum(tf.mul(p, d), -1, true)));
}
