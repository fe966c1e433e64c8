import { tf } from "../../engine";

/**
 * A loss of a binary classifier: logits [n] and labels [n] in {0, 1} to a scalar.
 *
 * Labels may be a tensor of any numeric dtype or a plain array of numbers.
 */
export type BinaryLoss = (logits: tf.Tensor, labels: tf.TensorLike | tf.Tensor) => tf.Scalar;

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
export function binaryBatch(loss: string, logits: tf.Tensor, labels: tf.TensorLike | tf.Tensor): BinaryBatch {
  const target = tf.cast(labels instanceof tf.Tensor ? labels : tf.tensor(labels as tf.TensorLike), "float32");
  if (logits.rank !== 1 || target.rank !== 1 || logits.shape[0] !== target.shape[0]) {
    throw new TypeError(
      `${loss}: logits and labels must both have shape [n], received [${logits.shape.join(", ")}] and [${target.shape.join(", ")}]`,
    );
  }
  return { logits: logits as tf.Tensor1D, labels: target as tf.Tensor1D };
}

/** Mean of `values` [n] over the samples where `mask` [n] is 1, and 0 where there is none. */
export function maskedMean(values: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(values, mask)), tf.maximum(tf.sum(mask), 1)) as tf.Scalar;
}

/** Throws unless every option is a number that its test accepts. */
export function checkOptions(
  loss: string,
  checks: Record<string, [value: number, ok: boolean, accepted: string]>,
): void {
  for (const [name, [value, ok, accepted]] of Object.entries(checks)) {
    if (typeof value !== "number" || !ok) {
      throw new RangeError(`${loss}: ${name} must be ${accepted}, received ${JSON.stringify(value) ?? String(value)}`);
    }
  }
}
