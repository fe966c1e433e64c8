import { tf } from "../../engine";
import { mlp } from "../../models";
import { balancedObjective, type UpperObjective } from "../autobalance";
import { type ClassConfig } from "../autobalance/classes";
import { classTask, type ClassTask } from "../autobalance/classes/task";
import { type ClassTrial } from "../autobalance/classes/training";
import { type TrialContext } from "../core";
import { type SearcherConfig } from "./settings";

/** One trial at work, with the objective that all searchers minimise. */
export interface SearcherTrial extends ClassTrial {
  readonly settings: SearcherConfig;
  readonly objective: UpperObjective;
}

/**
 * Makes the long-tailed task of a trial: data, batches and schedules of the study `autobalance-classes`, with the network of this one.
 *
 * @param config see {@link SearcherConfig}.
 * @param context of the study.
 * @param trainings that the trial takes in all, searches included; for its progress.
 * @returns the trial.
 * @throws what loading and splitting the images throw.
 */
export async function searcherTrial(
  config: SearcherConfig,
  context: TrialContext,
  trainings: number,
): Promise<SearcherTrial> {
  const classConfig = classConfigOf(config);
  const task = await classTask(classConfig);
  return {
    config: classConfig,
    task: config.network.kind === "mlp" ? withPerceptron(task, config, config.network.hidden) : task,
    context,
    trainings,
    done: new Set(),
    settings: config,
    objective: balancedObjective({ normalization: "classMeans" }),
  };
}

function withPerceptron(task: ClassTask, config: SearcherConfig, hidden: readonly number[]): ClassTask {
  const { inputs } = task.inputsOf("train");
  const inputShape = tf.tidy(() => inputs(0, 1).shape.slice(1));
  return {
    ...task,
    newModel: (head) => mlp({ inputShape, hidden, outputs: task.classes, seed: config.seed, ...(head && { head }) }),
  };
}

/** The same trial in the words of the study whose task it takes; its method is this study's own. */
function classConfigOf(config: SearcherConfig): ClassConfig {
  const { seed, imbalance, head, validationShare, imageSize, batchSize, steps, learningRate } = config;
  const { schedule, rateWarmup, weightDecay, crop, testSize, network } = config;
  return {
    seed,
    // The task reads any set of images by its name; its type names those of its own study.
    dataset: config.dataset as ClassConfig["dataset"],
    imbalance,
    head,
    validationShare,
    imageSize,
    ...(network.kind === "resNet" ? { depth: network.depth, width: network.width } : { depth: 0, width: 0 }),
    batchSize,
    steps,
    learningRate,
    schedule,
    rateWarmup,
    weightDecay,
    crop,
    testSize,
    method: config.searcher,
    settings: { kind: "loss", loss: "crossEntropy", candidates: [0] },
  };
}
