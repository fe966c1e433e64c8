import { breathe, cellSignal } from "../engine";
import { type Batch } from "./batch";
import { DivergenceError } from "./divergence";
import { bestWeights } from "./earlyStopping";
import { type FitHistory, type FitOptions } from "./fitOptions";
import { meanLoss, runHistory } from "./history";
import { lossOf } from "./loss";
import { lossReader } from "./lossReader";
import { allObservers } from "./observer";
import { planRun } from "./plan";
import { runKeeper } from "./runKeeper";
import { trainingStep } from "./step";

/** Recording a step takes as long as some twenty steps, of which each later one saves a tenth to a third. */
const WORTH_COMPILING = 100;

/**
 * Trains a model: batch, loss, gradient, update, for a number of steps or epochs.
 *
 * With checkpoints, a run that was stopped at any moment goes on from the last one when `fit` is called again with the same options, and
 * comes to the same numbers bit for bit on one and the same CPU, library and number of threads; a finished one returns at once.
 * Every step gives way to the event loop once, so that a run shows its progress and can be interrupted. Losses stay on the device and are
 * read together every few steps, so a loss that is not finite is found a little later than it arose; the error names the step all the
 * same.
 *
 * @param options see {@link FitOptions}.
 * @returns the loss of every step, and a record per epoch. The model has the weights of the last step, or of the best evaluation where
 *   early stopping is asked to restore them.
 * @throws RangeError for an option out of range or a checkpoint of another run; DivergenceError naming step, samples and last good
 *   checkpoint when a loss or a weight is not finite or the loss exceeds `lossLimit`; Error naming the file when a checkpoint cannot be
 *   written, those before being whole; the signal's reason when it is aborted, after a checkpoint where there is a place for one.
 *   The model then keeps the weights of the last finished step.
 */
export async function fit(options: FitOptions): Promise<FitHistory> {
  const { model, batch, optimizer, average, evaluate, run, readEvery = 10, lossLimit = 1e6 } = options;
  const { signal = cellSignal(), progress } = options;
  const plan = planRun(options);
  const { steps, stepsPerEpoch } = plan;
  const observers = allObservers(options.observers ?? []);
  const history = runHistory();
  const stopping = options.earlyStopping && bestWeights(model, options.earlyStopping);
  const reader = lossReader(lossLimit);
  const keeper = runKeeper({ options, plan, history, stopping, observers, signal });
  // Of the run, not of what is left of it: a run that goes on from a checkpoint takes the same way.
  const compile = options.compile ?? (steps >= WORTH_COMPILING ? undefined : false);
  const training = trainingStep({ model, optimizer, clipNorm: options.clipNorm, compile });
  const epochOf = (step: number) => Math.floor(step / stepsPerEpoch);
  let step = 0;
  let lastIndices: Batch["indices"];
  let started = performance.now();
  /** Whether all parts of the run stand between the same two steps. */
  let whole = false;

  /** Reads the losses that are still on the device. */
  const read = () => {
    const { readings, bad } = reader.read();
    history.losses.push(...readings.map(({ loss }) => loss));
    if (readings.length > 0) observers.losses(readings);
    if (bad) {
      whole = false;
      const found = Number.isFinite(bad.loss)
        ? `the loss is ${bad.loss}, above ${lossLimit},`
        : `the loss is ${bad.loss}`;
      const { step, indices } = bad;
      throw new DivergenceError({ step, steps, epoch: epochOf(step), found, indices, checkpoint: keeper.last });
    }
  };
  const save = async () => {
    read();
    const seconds = (performance.now() - started) / 1000;
    const notFinite = await keeper.save(step, seconds);
    if (notFinite === undefined) return;
    whole = false;
    const found = `${notFinite} is not finite after the update`;
    const at = { step: step - 1, steps, epoch: epochOf(step - 1) };
    throw new DivergenceError({ ...at, found, indices: lastIndices, checkpoint: keeper.last });
  };
  const measure = async (epoch: number) => {
    const metrics = (await evaluate?.({ model, epoch, step, signal })) ?? {};
    stopping?.observe(epoch, metrics);
    return metrics;
  };
  const endEpoch = async () => {
    read();
    const epoch = history.epochs.length;
    const asked = evaluate && (plan.isLast(epoch) || (epoch + 1) % plan.evaluateEvery === 0);
    const metrics = !asked ? {} : average ? await average.using(() => measure(epoch)) : await measure(epoch);
    const loss = meanLoss(history.losses, epoch * stepsPerEpoch, step);
    const seconds = keeper.secondsBefore() + (performance.now() - started) / 1000;
    const record = { epoch, step, loss, learningRate: optimizer.learningRate(step - 1), seconds, metrics };
    history.epochs.push(record);
    started = performance.now();
    await run?.metrics(history.epochs);
    observers.epoch(record);
  };

  try {
    step = await keeper.restore();
    whole = true;
    observers.begin({ model: model.name, step, steps, stepsPerEpoch, epochs: history.epochs });
    started = performance.now();
    for (;;) {
      const ended = history.epochs.length < plan.epochsBy(step);
      if (ended) await endEpoch();
      if (keeper.isDue(step, ended)) await save();
      if (step >= steps || stopping?.stopped) break;
      await breathe(signal);
      whole = false;
      const next = await batch(step);
      lastIndices = next.indices;
      const update = { loss: lossOf(options.loss, epochOf(step)), learningRate: optimizer.learningRate(step) };
      reader.push(step, training.take(update, next), next.indices);
      average?.update();
      step++;
      whole = true;
      if ((step - 1) % readEvery === 0 || step === steps) read();
      observers.step(step);
      progress?.update(step, `loss ${history.losses[history.losses.length - 1].toPrecision(3)}`);
    }
    await save();
    stopping?.restoreBest();
    const how = stopping?.stopped ? "stopped early" : "finished";
    await run?.finish({ status: how, step, message: null });
    observers.end(how);
  } catch (error) {
    await keeper.fail(error, whole && signal?.aborted ? save : undefined);
    observers.fail(error);
    throw error;
  } finally {
    reader.dispose();
    training.dispose();
    stopping?.dispose();
  }
  return {
    step: history.losses.map((_, index) => index),
    loss: [...history.losses],
    epochs: [...history.epochs],
    ...(stopping?.best && { best: stopping.best }),
    stoppedEarly: stopping?.stopped ?? false,
  };
}
