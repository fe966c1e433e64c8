import { tf } from "../../engine";

/** What a binary loss is called with: logits [n], and labels [n] in {0, 1} as a tensor of any numeric dtype or plain numbers. */
export type BinaryInputs = [logits: tf.Tensor, labels: tf.TensorLike | tf.Tensor];

/** A loss of a binary classifier: logits [n] and labels [n] in {0, 1} to a scalar. */
export type BinaryLoss = (...inputs: BinaryInputs) => tf.Scalar;

/** Logits and labels of one batch as float32 vectors of equal length. */
export interface BinaryBatch {
  readonly logits: tf.Tensor1D;
  readonly labels: tf.Tensor1D;
}

/**
 * Checks one batch and brings it into the form the losses work on.
 *
 * @param loss name of the calling loss, for the error.
 * @param logits shape [n].
 * @param labels shape [n], values 0 or 1 (not read back, so not checked).
 * @returns both as float32 [n].
 * @throws TypeError when a shape is not [n] or the lengths differ.
 */
export function binaryBatch(loss: string, ...[logits, labels]: BinaryInputs): BinaryBatch {
  const target = float(labels instanceof tf.Tensor ? labels : tf.tensor(labels as tf.TensorLike));
  if (logits.rank !== 1 || target.rank !== 1 || logits.shape[0] !== target.shape[0]) {
    throw new TypeError(
      `${loss}: logits and labels must both have shape [n], received [${logits.shape.join(", ")}] and [${target.shape.join(", ")}]`,
    );
  }
  return { logits: float(logits) as tf.Tensor1D, labels: target as tf.Tensor1D };
}

/** A loss of the whole batch, checked and tidied. */
export function onBatch(loss: string, work: (batch: BinaryBatch) => tf.Tensor): BinaryLoss {
  return (...inputs) => tf.tidy(() => work(binaryBatch(loss, ...inputs)) as tf.Scalar);
}

/** The losses of the samples, checked. */
export function onSamples(
  loss: string,
  work: (batch: BinaryBatch) => tf.Tensor,
): (...inputs: BinaryInputs) => tf.Tensor {
  return (...inputs) => work(binaryBatch(loss, ...inputs));
}

/** Mean of `values` [n] over the samples where `mask` [n] is 1, and 0 where there is none. */
export function maskedMean(values: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(values, mask)), tf.maximum(tf.sum(mask), 1)) as tf.Scalar;
}

const float = (values: tf.Tensor) => (values.dtype === "float32" ? values : tf.cast(values, "float32"));
