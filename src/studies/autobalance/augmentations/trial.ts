import { personalizedAugmentation, type PersonalizedAugmentation } from "../../../data";
import { tf } from "../../../engine";
import { rankCorrelation } from "../../../metrics";
import { adam } from "../../../training";
import { rounded, type Outcome, type TrialContext } from "../../core";
import { learnedAugmentation, type LearnedAugmentation } from "../augmentation";
import { baselines } from "../baselines";
import { searchCost } from "../budget";
import { classTask, standardizer } from "../classes/task";
import { reporter, trained, type ClassTrial } from "../classes/training";
import { foundLoss } from "../foundLoss";
import { lossParameters } from "../lossParameters";
import { balancedObjective } from "../objectives";
import { searchLoss } from "../searchLoss";
import { conjugateGradientMode } from "../searchMode";
import { logitAdjustedStart } from "../startPoint";
import { type AugmentationConfig, type AugmentationSearch } from "./settings";

/** What a trial has found. */
export type AugmentationResult = {
  /** Balanced error on the test images. */
  readonly testError: number;
  readonly classErrors: number[];
  /** Images of the training part per class. */
  readonly counts: number[];
  /** Magnitudes and probabilities that the training from scratch was given [operations][classes]; null without augmentation. */
  readonly magnitudes: number[][] | null;
  readonly probabilities: number[][] | null;
  /** Spearman's correlation of a class's mean strength (magnitude times probability, over operations) with its count; null where all are alike. */
  readonly strengthCorrelation: number | null;
  /** Gradients of a batch spent on learning the augmentation. */
  readonly gradients: number;
  readonly residual: number | null;
  readonly updates: number;
};

/**
 * Learns an augmentation where there is one to learn, then trains a new network with it on both parts, and measures it once on the
 * test images. Loss: logit adjustment with the counts of the training part and tau = 1.
 *
 * @param config see {@link AugmentationConfig}.
 * @param context of the study.
 * @returns see {@link AugmentationResult}, and the seconds it took.
 * @throws whatever data, training and search throw.
 */
export async function runAugmentationTrial(
  config: AugmentationConfig,
  context: TrialContext,
): Promise<Outcome<AugmentationResult>> {
  const started = performance.now();
  const task = await classTask(config);
  const { kind, search } = config;
  const cells = kind === "none" || kind === "fixed" || kind === "shared" ? 1 : task.classes;
  const policy =
    kind === "none"
      ? undefined
      : personalizedAugmentation({
          cells,
          operations: search.operations,
          magnitude: search.magnitude,
          probability: search.probability,
        });
  const augmentation =
    policy &&
    learnedAugmentation({ policy, by: cells === 1 ? "all" : "class", after: standardizer(task), seed: config.seed });
  try {
    const isLearned = augmentation !== undefined && kind !== "fixed";
    const trial: ClassTrial = { config, task, context, trainings: isLearned ? 2 : 1, done: new Set() };
    const learned = isLearned ? await learn(trial, search, augmentation) : { gradients: 0, residual: null, updates: 0 };
    if (policy && kind === "reversed") reverse(policy);
    const loss = foundLoss(baselines.logitAdjusted(task.counts, 1));
    const { balanced, byClass } = await trained(
      trial,
      { name: "retraining", loss, part: "pool", augmentation },
      async (model) => task.errors(await task.logits(model, "test"), "test"),
    );
    const numbers = {
      testError: balanced,
      classErrors: byClass.map(rounded),
      counts: [...task.counts],
      ...strengths(policy, task.counts),
      ...learned,
    };
    return { numbers, timing: { seconds: (performance.now() - started) / 1000 } };
  } finally {
    policy?.dispose();
  }
}

/** Moves the policy: the search phase with the augmentation as all that there is to find. */
async function learn(
  trial: ClassTrial,
  search: AugmentationSearch,
  augmentation: LearnedAugmentation,
): Promise<Pick<AugmentationResult, "gradients" | "residual" | "updates">> {
  const { task, context } = trial;
  const { searchSteps, trainingBatches, validationBatches } = search;
  const parameters = lossParameters({ counts: task.counts, search: [], start: logitAdjustedStart(task.counts) });
  const optimizer = task.newOptimizer(searchSteps, "search");
  const outer = adam({ learningRate: search.outerRate });
  const model = task.newModel();
  const run = await context.openRun("search", { hash: task.parts.train.hash });
  try {
    const { updates } = await searchLoss({
      model,
      parameters,
      augmentation,
      objective: balancedObjective({ normalization: "classMeans" }),
      train: task.batches("train", { raw: true }),
      validation: task.validationBatches(),
      optimizer,
      steps: searchSteps,
      warmup: search.warmup,
      every: search.every,
      mode: conjugateGradientMode({ iterations: search.iterations, damping: search.damping }),
      outerOptimizer: outer,
      trainingBatches,
      validationBatches,
      run,
      signal: context.signal,
      observers: [reporter(trial, "search", searchSteps)],
    });
    trial.done.add("search");
    const residuals = updates.map(({ residual }) => residual ?? NaN);
    const mean = residuals.reduce((sum, residual) => sum + residual, 0) / Math.max(residuals.length, 1);
    return {
      gradients: searchCost({ steps: searchSteps, updates, trainingBatches, validationBatches }),
      residual: Number.isFinite(mean) ? rounded(mean) : null,
      updates: updates.length,
    };
  } finally {
    await run.close();
    parameters.dispose();
    optimizer.dispose();
    outer.dispose();
    model.dispose();
  }
}

/** Gives the cells' values to the cells in the opposite order; classes are numbered by frequency. */
function reverse({ variables }: PersonalizedAugmentation): void {
  for (const variable of [variables.magnitude, variables.probability]) {
    const reversed = tf.reverse(variable as tf.Tensor, 1);
    variable.assign(reversed);
    reversed.dispose();
  }
}

function strengths(policy: PersonalizedAugmentation | undefined, counts: readonly number[]) {
  if (!policy) return { magnitudes: null, probabilities: null, strengthCorrelation: null };
  const [magnitudes, probabilities] = [policy.magnitudes(), policy.probabilities()];
  const strength = (cell: number) =>
    magnitudes.reduce((sum, row, operation) => sum + row[cell] * probabilities[operation][cell], 0);
  return {
    magnitudes: magnitudes.map((row) => row.map(rounded)),
    probabilities: probabilities.map((row) => row.map(rounded)),
    strengthCorrelation:
      policy.cells === 1
        ? null
        : rounded(
            rankCorrelation(
              counts.map((_, k) => strength(k)),
              counts,
            ),
          ),
  };
}
