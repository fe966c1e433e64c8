import { tf, valueAndGradient } from "../engine";
import { type Model } from "../models";
import { disposeBatch, type Batch } from "./batch";
import { clipByGlobalNorm } from "./clipping";
import { type Loss } from "./loss";
import { type Optimizer } from "./optimizer";

/** What one update needs. */
export interface StepOptions {
  readonly model: Model;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  /** Largest joint norm of the gradients; default: no bound. */
  readonly clipNorm?: number;
}

/**
 * One update: loss in training mode, its gradient, clipping, the optimizer's step.
 *
 * @param options see {@link StepOptions}.
 * @param batch is freed, also when something throws.
 * @returns the loss before the update, still on the device. A parameter that the loss does not depend on has gradient 0.
 */
export function takeStep({ model, loss, optimizer, learningRate, clipNorm }: StepOptions, batch: Batch): tf.Scalar {
  try {
    return tf.tidy(() => {
      const parameters = [...model.parameters];
      const { value, gradient } = valueAndGradient(
        () => loss(model.apply(batch.inputs, { training: true }), batch.labels, batch),
        parameters,
      );
      const clipped = clipNorm === undefined ? gradient : clipByGlobalNorm(gradient, clipNorm);
      optimizer.step(parameters, clipped, learningRate);
      return value;
    });
  } finally {
    disposeBatch(batch);
  }
}
