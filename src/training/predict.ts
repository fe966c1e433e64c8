import { breathe, cellSignal, tf } from "../engine";
import { type Model } from "../models";

export interface PredictOptions {
  readonly model: Model;
  /** Number of samples. */
  readonly count: number;
  /** Inputs of the samples first, ..., end - 1. `predict` disposes them. */
  readonly inputs: (first: number, end: number) => tf.Tensor;
  /** Samples per forward pass; default 512. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/**
 * Logits of a model in evaluation mode, batch by batch.
 *
 * @param options.model the model; its running statistics are used and left alone.
 * @param options.count number of samples, >= 1.
 * @param options.inputs makes the inputs of one batch.
 * @param options.batchSize samples per forward pass; default 512.
 * @returns logits in the order of the samples: [count], or [count x K] row by row for K outputs.
 * @throws RangeError when `count` or `batchSize` is no positive integer; the signal's reason when it is aborted.
 */
export async function predict(options: PredictOptions): Promise<Float32Array> {
  const { model, count, inputs, batchSize = 512, signal = cellSignal() } = options;
  for (const [name, value] of Object.entries({ count, batchSize })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`predict: ${name} must be a positive integer, received ${value}`);
  }
  const parts: Float32Array[] = [];
  for (let first = 0; first < count; first += batchSize) {
    await breathe(signal);
    const logits = tf.tidy(() => {
      const batch = inputs(first, Math.min(first + batchSize, count));
      const value = model.apply(batch);
      batch.dispose();
      return value;
    });
    parts.push(logits.dataSync() as Float32Array);
    logits.dispose();
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((offset, part) => (all.set(part, offset), offset + part.length), 0);
  return all;
}
