import { breathe, cellSignal, tf } from "../engine";
import { type Model } from "../models";
import { type Optimizer } from "./sgd";

/** One batch: the inputs of the model and what its loss compares the logits with. */
export interface Batch {
  readonly inputs: tf.Tensor;
  readonly labels: tf.Tensor;
}

/** Something that shows how far a run is, such as `notebook.progress(...)`. */
export interface ProgressSink {
  update(done: number, detail?: string): void;
}

export interface FitOptions {
  readonly model: Model;
  readonly loss: (logits: tf.Tensor, labels: tf.Tensor) => tf.Scalar;
  /** Number of updates. */
  readonly steps: number;
  /** Makes the batch of a step. A function of the step alone, so that a run can be repeated. `fit` disposes it. */
  readonly batch: (step: number) => Batch;
  readonly optimizer: Optimizer;
  readonly progress?: ProgressSink;
  /** Steps between two readings of the loss; default 10. Reading it waits for the device. */
  readonly readEvery?: number;
  /** Ends the run between two steps; default: the interrupt of the running cell. */
  readonly signal?: AbortSignal;
}

/** The loss at the steps where it was read. */
export interface FitHistory {
  readonly step: number[];
  readonly loss: number[];
}

/**
 * Trains a model for a number of steps: batch, loss, gradient, update.
 *
 * Every step gives way to the event loop once, so that a run shows its progress and can be interrupted.
 *
 * @param options see {@link FitOptions}.
 * @returns the loss at every `readEvery`-th step and at the last one.
 * @throws RangeError when `steps` is no positive integer; Error naming the step when the loss is not finite; the signal's
 *   reason when it is aborted. The model keeps the weights of the last finished step.
 */
export async function fit(options: FitOptions): Promise<FitHistory> {
  const { model, loss, steps, batch, optimizer, progress, readEvery = 10, signal = cellSignal() } = options;
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`fit: steps must be a positive integer, received ${steps}`);
  const history: FitHistory = { step: [], loss: [] };
  for (let step = 0; step < steps; step++) {
    await breathe(signal);
    const value = takeStep(model, loss, batch(step), optimizer, step);
    const reading = step % readEvery === 0 || step === steps - 1 ? value.dataSync()[0] : undefined;
    value.dispose();
    if (reading !== undefined) {
      if (!Number.isFinite(reading)) throw new Error(`fit: the loss is ${reading} at step ${step} of ${steps}`);
      history.step.push(step);
      history.loss.push(reading);
    }
    progress?.update(step + 1, `loss ${history.loss[history.loss.length - 1].toPrecision(3)}`);
  }
  return history;
}

/** One update; returns the loss before it. Everything else that the step made is freed. */
function takeStep(model: Model, loss: FitOptions["loss"], batch: Batch, optimizer: Optimizer, step: number): tf.Scalar {
  return tf.tidy(() => {
    const { inputs, labels } = batch;
    const parameters = [...model.parameters];
    const { value, grads } = tf.variableGrads(() => loss(model.apply(inputs, { training: true }), labels), parameters);
    optimizer.update(
      parameters,
      parameters.map((parameter) => grads[parameter.name]),
      step,
    );
    tf.dispose([inputs, labels]);
    return value;
  });
}
