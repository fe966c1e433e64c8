import { info } from "../../engine";
import { type Model } from "../../models";
import { fit, type BatchSource, type Loss, type Optimizer } from "../../training";
import { type Tell } from "./work";

/** What a training needs to be repeated. */
export interface PreparedTraining {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly batch: BatchSource;
  /** Frees what else was made. */
  readonly dispose?: () => void;
}

/** More than are ever made; enough for `fit` to record its step, as in a trial. */
const MANY = 1_000_000;

/**
 * Trains as a trial does, with `fit`, until the signal is aborted, and tells the seconds of every step.
 *
 * On a GPU, which computes behind the program, ten steps are timed together: the time from one reading of the losses to the next, divided
 * by ten. On a CPU every step is timed by itself.
 *
 * @param prepare makes model, optimizer, loss and batches, which are freed at the end.
 * @param tell told the seconds of every step.
 * @param signal ends it.
 */
export async function repeatSteps(prepare: () => PreparedTraining, tell: Tell, signal: AbortSignal): Promise<void> {
  const { model, optimizer, loss, batch, dispose } = prepare();
  const together = info().device.startsWith("GPU") ? 10 : 1;
  let last = performance.now();
  try {
    await fit({
      ...{ model, optimizer, loss, batch, signal },
      steps: MANY,
      readEvery: together,
      // Noise cannot be learned well, and what a loss comes to is not the question here.
      lossLimit: Number.MAX_VALUE,
      observers: [
        {
          losses(readings) {
            const now = performance.now();
            const seconds = (now - last) / 1000 / readings.length;
            last = now;
            if (readings.length === together) tell(seconds);
          },
        },
      ],
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    model.dispose();
    optimizer.dispose();
    dispose?.();
  }
}
