import { softmaxCrossEntropy, tf } from "../../engine";
import { type MulticlassBatch } from "./batch";
import { type HeldParameter } from "./options";

/** What is done to cross-entropy; left out: nothing. */
export interface Adjustment {
  /** Factor of the logits: a number, [K] or [n, K]. */
  readonly scale?: number | tf.Tensor;
  /** Added to the scaled logits: [K] or [n, K]. */
  readonly shift?: tf.Tensor;
  /** Factor of the losses: a number or [n]. */
  readonly weight?: number | tf.Tensor;
}

/**
 * Cross-entropy on adjusted logits, the one core of the family.
 *
 *     l_i = -w_i log softmax(scale f_i + shift)_{y_i}
 *
 * Its first, second and mixed derivatives are right in logits, scale, shift and weight, at logits of any size.
 *
 * @returns the losses of the samples, [n].
 */
export function adjustedCrossEntropy(
  { logits, labels }: MulticlassBatch,
  { scale, shift, weight }: Adjustment,
): tf.Tensor1D {
  const scaled = scale === undefined || scale === 1 ? logits : tf.mul(logits, scale);
  const adjusted = shift === undefined ? scaled : tf.add(scaled, shift);
  const losses = softmaxCrossEntropy(adjusted, labels);
  return weight === undefined || weight === 1 ? losses : tf.mul(losses, weight);
}

/**
 * A parameter as it acts on logits: a number, or a tensor [K] (or a scalar one).
 *
 * @throws TypeError when it does not have one entry per class.
 */
export function perClass(
  loss: string,
  name: string,
  parameter: HeldParameter,
  { logits }: MulticlassBatch,
): number | tf.Tensor {
  if (typeof parameter === "number") return parameter;
  const size = parameter instanceof tf.Tensor && parameter.rank === 0 ? undefined : sizeOf(parameter);
  if (size !== undefined && size !== logits.shape[1]) {
    throw new TypeError(
      `${loss}: ${name} must have one entry per class, ${logits.shape[1]} for logits [${logits.shape.join(", ")}]; received ${size}`,
    );
  }
  return parameter instanceof tf.Tensor ? parameter : tf.tensor1d(parameter);
}

/** A parameter as it acts on samples: a number, or the entry of each sample's class, [n]. */
export function perSample(
  loss: string,
  name: string,
  parameter: HeldParameter,
  batch: MulticlassBatch,
): number | tf.Tensor {
  const ofClasses = perClass(loss, name, parameter, batch);
  return typeof ofClasses === "number" || ofClasses.rank === 0 ? ofClasses : tf.gather(ofClasses, batch.labels);
}

const sizeOf = (parameter: Float32Array | tf.Tensor) =>
  parameter instanceof tf.Tensor ? parameter.size : parameter.length;
