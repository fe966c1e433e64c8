import { tf } from "../engine";
import { type Model } from "../models";
import { type Loss } from "./loss";
import { predict } from "./predict";

/** Logits and labels of a whole set. */
export interface Predictions {
  /** Row by row: [count], or [count x outputs]. */
  readonly logits: Float32Array;
  /** Number of logits per sample. */
  readonly outputs: number;
  readonly labels: ArrayLike<number>;
}

export interface EvaluateOptions {
  readonly model: Model;
  /** Label of every sample; their number is that of the samples. */
  readonly labels: ArrayLike<number>;
  /** Inputs of the samples first, ..., end - 1. `evaluate` disposes them. */
  readonly inputs: (first: number, end: number) => tf.Tensor;
  /** Measured on all logits at once, so that losses that do not average over samples come out right. */
  readonly loss?: Loss;
  /** What else to measure, by name. */
  readonly metrics?: Readonly<Record<string, (predictions: Predictions) => number>>;
  /** Samples per forward pass; default 512. The numbers do not depend on it but for rounding. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/**
 * Measures a model in evaluation mode, batch by batch.
 *
 * @param options see {@link EvaluateOptions}.
 * @returns the metrics by name, with `loss` where one is given; for `evaluate` of `fit`.
 * @throws RangeError when there are no labels, or a metric is called `loss` beside a loss; the signal's reason when it is aborted.
 */
export async function evaluate(options: EvaluateOptions): Promise<Record<string, number>> {
  const { model, labels, inputs, loss, metrics = {}, batchSize, signal } = options;
  const count = labels.length;
  if (count === 0) throw new RangeError("evaluate: labels must have at least one entry, received none");
  if (loss && Object.hasOwn(metrics, "loss")) {
    throw new RangeError("evaluate: no metric can be called loss beside a loss, received both");
  }
  const logits = await predict({ model, count, inputs, batchSize, signal });
  const outputs = logits.length / count;
  const predictions: Predictions = { logits, outputs, labels };
  return {
    ...(loss && { loss: lossOfAll(loss, predictions) }),
    ...Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric(predictions)])),
  };
}

function lossOfAll(loss: Loss, { logits, outputs, labels }: Predictions): number {
  const value = tf.tidy(() => {
    const z = outputs === 1 ? tf.tensor1d(logits) : tf.tensor2d(logits, [labels.length, outputs]);
    const y = tf.tensor1d(Array.from(labels), outputs === 1 ? "float32" : "int32");
    return loss(z, y, { inputs: z, labels: y });
  });
  const number = value.dataSync()[0];
  value.dispose();
  return number;
}
