import { runSoftmaxCrossEntropy } from "./kernels/crossEntropy";
import { tf } from "./tf";

/**
 * Softmax cross-entropy of every row of logits.
 *
 *     loss_i = sum_k y_ik (logSumExp(z_i) - z_ik)
 *
 * Right and finite at logits of any size, with its first, second and mixed derivatives, with respect to labels [n, K] too; the
 * curvature keeps its digits in float32 where probabilities are peaked. Labels [n, K] need not sum to one.
 *
 * @param logits z [n, K].
 * @param labels class numbers [n] in {0, ..., K - 1}, of any numeric dtype, which are constants; or weights y [n, K].
 * @returns losses [n]; empty for an empty batch.
 * @throws RangeError when the shapes do not match; an error for a class number out of range, except on a GPU, where its loss is NaN.
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor1D {
  const [n, classes] = logits.shape;
  if (logits.rank !== 2 || classes === 0) {
    throw new RangeError(
      `softmaxCrossEntropy: logits must have shape [n, K] with K > 0, received [${logits.shape.join(", ")}]`,
    );
  }
  const perClass = labels.rank === 2 && labels.shape[1] === classes;
  if (labels.shape[0] !== n || (labels.rank !== 1 && !perClass)) {
    throw new RangeError(
      `softmaxCrossEntropy: labels must have shape [${n}] or [${n}, ${classes}], received [${labels.shape.join(", ")}]`,
    );
  }
  if (n === 0) return tf.tidy(() => tf.sum(logits, 1)) as tf.Tensor1D;
  return tf.tidy(() =>
    runSoftmaxCrossEntropy(as(logits, "float32") as tf.Tensor2D, as(labels, perClass ? "float32" : "int32")),
  );
}

/**
 * Sigmoid cross-entropy of every logit.
 *
 *     loss_i = y_i softplus(-z_i) + (1 - y_i) softplus(z_i)
 *
 * Right and finite at logits of any size, with its first, second and mixed derivatives, with respect to the labels too.
 *
 * @param logits z, any shape.
 * @param labels y in [0, 1], the shape of `logits`, of any numeric dtype.
 * @returns losses of the shape of `logits`.
 * @throws RangeError when the shapes differ.
 */
export function sigmoidCrossEntropy<T extends tf.Tensor>(logits: T, labels: tf.Tensor): T {
  if (logits.shape.join() !== labels.shape.join()) {
    throw new RangeError(
      `sigmoidCrossEntropy: labels must have the shape of logits, [${logits.shape.join(", ")}]; received [${labels.shape.join(", ")}]`,
    );
  }
  return tf.tidy(() => {
    const y = as(labels, "float32");
    const negative = tf.mul(tf.sub(1, y), tf.softplus(logits));
    return tf.add(tf.mul(y, tf.softplus(tf.neg(logits))), negative) as T;
  });
}

/** A tensor in the given dtype; a cast to its own would copy it. */
function as(tensor: tf.Tensor, dtype: "float32" | "int32"): tf.Tensor {
  return tensor.dtype === dtype ? tensor : tf.cast(tensor, dtype);
}
