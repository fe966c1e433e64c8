import { type Head, type Network } from "../../../models";
import { fit, type Loss, type LossSchedule } from "../../../training";
import { type TrialContext } from "../../core";
import { type LearnedAugmentation } from "../augmentation";
import { type ClassConfig } from "./settings";
import { type ClassTask } from "./task";

/** One trial at work: its task, its settings, and how far it is. */
export interface ClassTrial {
  readonly config: ClassConfig;
  readonly task: ClassTask;
  readonly context: TrialContext;
  /** Trainings, searches included, that the method takes in all. */
  readonly trainings: number;
  /** Names of the trainings that are done. */
  readonly done: Set<string>;
}

interface Training {
  readonly name: string;
  readonly loss: Loss | LossSchedule;
  readonly part: "train" | "pool";
  readonly augmentation?: LearnedAugmentation;
  readonly head?: Head;
}

/**
 * Trains a new network in a run of its own, which an interrupted trial finds finished or goes on with.
 *
 * @param trial the trial.
 * @param name of the training, unique in the trial.
 * @param loss what is minimised.
 * @param part the images.
 * @param augmentation what the images go through; default none but the task's own.
 * @param use takes what is needed of the network, which is freed then.
 * @param head of the network; default linear.
 * @returns what `use` gives.
 */
export async function trained<T>(
  trial: ClassTrial,
  { name, loss, part, augmentation, head }: Training,
  use: (model: Network) => Promise<T>,
): Promise<T> {
  const { config, task, context } = trial;
  const model = task.newModel(head);
  const optimizer = task.newOptimizer(config.steps);
  const batch = task.batches(part, { raw: augmentation !== undefined });
  const run = await context.openRun(name, { part, hash: task.parts[part].hash });
  try {
    await fit({
      model,
      loss,
      batch: augmentation ? augmentation.source(batch) : batch,
      optimizer,
      steps: config.steps,
      run,
      signal: context.signal,
      observers: [reporter(trial, name, config.steps)],
    });
    trial.done.add(name);
    return await use(model);
  } finally {
    await run.close();
    model.dispose();
    optimizer.dispose();
  }
}

/** Tells the trial's progress: trainings done and the share of the present one. */
export function reporter({ context, trainings, done }: ClassTrial, name: string, steps: number) {
  return {
    step: (step: number) => {
      if (step % 10 === 0) context.progress(done.size + step / steps, trainings, name);
    },
  };
}
