import { tf } from "../../engine";

/**
 * Class or group numbers of a batch: a tensor [n] of any numeric dtype, or n plain numbers.
 *
 * Plain numbers out of range are a RangeError. Tensors are not read back, since that would wait for the device at every step: a label
 * out of range is an error of TensorFlow on a CPU and a loss of NaN on a GPU; fractions are cut off.
 */
export type Labels = tf.Tensor | ArrayLike<number>;

/** A loss of a classifier with K classes: logits [n, K] and labels [n] in {0, ..., K - 1} to a scalar. */
export type MulticlassLoss = (logits: tf.Tensor, labels: Labels) => tf.Scalar;

/** The losses of the samples, [n], as a loss with `reduction: "none"` gives them. */
export type SampleLosses = (logits: tf.Tensor, labels: Labels) => tf.Tensor;

/** Logits [n, K] float32 and labels [n] int32 of one batch. */
export interface MulticlassBatch {
  readonly logits: tf.Tensor2D;
  readonly labels: tf.Tensor1D;
}

/**
 * Checks one batch and brings it into the form the losses work on.
 *
 * @param loss name of the calling loss, for the error.
 * @param logits shape [n, K].
 * @param labels shape [n], class numbers in {0, ..., K - 1}. See {@link Labels} for what becomes of others.
 * @returns logits as float32, labels as int32.
 * @throws TypeError when the shapes do not fit; RangeError when a plain label is no class number.
 */
export function multiclassBatch(loss: string, logits: tf.Tensor, labels: Labels): MulticlassBatch {
  if (logits.rank !== 2 || logits.shape[1] === 0) {
    throw new TypeError(`${loss}: logits must have shape [n, K], received [${logits.shape.join(", ")}]`);
  }
  const [n, classes] = logits.shape;
  return {
    logits: (logits.dtype === "float32" ? logits : tf.cast(logits, "float32")) as tf.Tensor2D,
    labels: numbersBelow({ loss, name: "labels", values: labels, count: n, bound: classes }),
  };
}

/**
 * Class or group numbers as int32 [n].
 *
 * @param expected.loss name of the calling loss, and `name` what the numbers are, for the error.
 * @param expected.values a tensor or plain numbers.
 * @param expected.count n.
 * @param expected.bound plain numbers must be integers in [0, bound).
 * @throws TypeError when there are not n; RangeError for a plain number out of range.
 */
export function numbersBelow(expected: {
  readonly loss: string;
  readonly name: string;
  readonly values: Labels;
  readonly count: number;
  readonly bound: number;
}): tf.Tensor1D {
  const { loss, name, values, count, bound } = expected;
  const shape = values instanceof tf.Tensor ? values.shape : [values.length];
  if (shape.length !== 1 || shape[0] !== count) {
    throw new TypeError(`${loss}: ${name} must have shape [${count}], received [${shape.join(", ")}]`);
  }
  if (values instanceof tf.Tensor) {
    return (values.dtype === "int32" ? values : tf.cast(values, "int32")) as tf.Tensor1D;
  }
  const numbers = Array.from(values, Number);
  const wrong = numbers.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= bound);
  if (wrong >= 0) {
    throw new RangeError(
      `${loss}: ${name} must be integers in [0, ${bound}), received ${String(values[wrong])} at index ${wrong}`,
    );
  }
  return tf.tensor1d(numbers, "int32");
}
