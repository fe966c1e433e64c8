import { groupBalancedSampler } from "../../../data";
import { tf } from "../../../engine";
import { group, multiclass } from "../../../losses";
import {
  argmax,
  balancedError,
  confusionMatrix,
  equalizedOddsGap,
  groupConfusion,
  groupErrors,
  worstGroupError,
} from "../../../metrics";
import { type Model } from "../../../models";
import { adam, batches, cosine, fit, predict, sgd, type BatchSource, type Loss } from "../../../training";
import { rounded, type Outcome, type TrialContext } from "../../core";
import { searchCost } from "../budget";
import { foundLoss, type FoundLoss } from "../foundLoss";
import { lossParameters } from "../lossParameters";
import { balancedObjective, blendObjective, equalOpportunityObjective, worstGroupObjective } from "../objectives";
import { searchLoss } from "../searchLoss";
import { conjugateGradientMode } from "../searchMode";
import { crossEntropyStart, logitAdjustedStart } from "../startPoint";
import { type GroupConfig, type GroupMethod } from "./settings";
import { cellCounts, CLASSES, GROUPS, groupTask, type GroupTask, type Samples } from "./task";

/** Errors of a network, by its raw logits: no group is needed to predict. */
export type GroupErrors = {
  readonly balancedError: number;
  readonly worstGroupError: number;
  /** DEO: the sum over classes of the differences between the groups' errors. */
  readonly oddsGap: number;
  /** Per class and group, [K][G]. */
  readonly cells: number[][];
};

/** What a trial has found. */
export type GroupResult = {
  readonly test: GroupErrors;
  /** Of the network that the choice was made by; null where nothing was chosen. */
  readonly validation: GroupErrors | null;
  /** Samples of the training part per class and group. */
  readonly counts: number[][];
  readonly chosen: number | null;
  /** Gradients of a batch spent on choosing. */
  readonly gradients: number;
  /** Of the loss found, per cell, row by row. */
  readonly scale: number[] | null;
  readonly shift: number[] | null;
  readonly residual: number | null;
};

type Search = Extract<GroupMethod, { kind: "search" }>;

/** What a training needs beside the network: the loss, and the batches of some samples. Made anew for each, as a loss may have a state. */
interface Recipe {
  readonly loss: Loss;
  readonly batches: (indices: Int32Array, model: Model) => BatchSource;
}

interface GroupTrial {
  readonly config: GroupConfig;
  readonly context: TrialContext;
  readonly task: GroupTask;
  readonly counts: number[][];
  readonly asTheyAre: (indices: Int32Array) => BatchSource;
  readonly cellsAlike: (indices: Int32Array) => BatchSource;
}

/**
 * Runs one method on one draw of the data: what it has to choose it chooses by the worst cell's error of the validation part (a search by
 * its objective there), then a new network is trained on both parts and measured once on the test part.
 *
 * @param config see {@link GroupConfig}.
 * @param context of the study.
 * @returns see {@link GroupResult}, and the seconds it took.
 * @throws whatever data, training and search throw.
 */
export async function runGroupTrial(config: GroupConfig, context: TrialContext): Promise<Outcome<GroupResult>> {
  const started = performance.now();
  const task = await groupTask(config);
  const { development, train, validation } = task;
  const { batchSize, seed } = config;
  const trial: GroupTrial = {
    config,
    context,
    task,
    counts: cellCounts(development, train),
    asTheyAre: (indices) => batches({ ...development, indices, batchSize, seed }),
    cellsAlike: (indices) => {
      const { labels, groups } = development;
      return batches({ ...development, sampler: groupBalancedSampler({ labels, groups, indices, batchSize, seed }) });
    },
  };
  const pool = Int32Array.from([...train, ...validation]).sort();
  const { recipe, ...choice } =
    config.settings.kind === "search" ? await searched(trial, config.settings) : await tuned(trial);
  const test = await trained(trial, "retraining", recipe, pool, task.test, task.tested);
  const numbers = { ...choice, test, counts: trial.counts };
  return { numbers, timing: { seconds: (performance.now() - started) / 1000 } };
}

type Choice = Omit<GroupResult, "test" | "counts"> & { readonly recipe: Recipe };

/** The candidate whose worst cell errs least on the validation part; one alone needs no choice. */
async function tuned(trial: GroupTrial): Promise<Choice> {
  const { config, task } = trial;
  const candidates = recipes(trial, config.settings);
  const scores: GroupErrors[] = [];
  if (candidates.length > 1) {
    for (const [value, recipe] of candidates) {
      scores.push(await trained(trial, `candidate-${value}`, recipe(), task.train, task.development, task.validation));
    }
  }
  const worst = scores.map((errors) => errors.worstGroupError);
  const best = scores.length === 0 ? 0 : worst.indexOf(Math.min(...worst));
  const [chosen, recipe] = candidates[best];
  return {
    recipe: recipe(),
    validation: scores[best] ?? null,
    chosen,
    gradients: scores.length * config.steps,
    scale: null,
    shift: null,
    residual: null,
  };
}

function recipes(trial: GroupTrial, settings: GroupMethod): readonly (readonly [number | null, () => Recipe])[] {
  const { asTheyAre, cellsAlike, counts } = trial;
  switch (settings.kind) {
    case "crossEntropy":
      return [
        [
          null,
          () => ({ loss: multiclass.crossEntropy() as Loss, batches: settings.cellsAlike ? cellsAlike : asTheyAre }),
        ],
      ];
    case "logitAdjusted":
      return settings.taus.map((tau) => [
        tau,
        () => ({ loss: withGroups(group.groupLogitAdjusted({ counts, tau })), batches: asTheyAre }),
      ]);
    case "distributionallyRobust":
      return settings.stepSizes.map((stepSize) => [stepSize, () => robust(stepSize, cellsAlike)]);
    case "search":
      throw new RangeError("recipes: a search has no candidates");
  }
}

/** A new network trained by a recipe, and its errors. */
async function trained(
  { config, context, task }: GroupTrial,
  name: string,
  recipe: Recipe,
  on: Int32Array,
  samples: Samples,
  judged: Int32Array,
): Promise<GroupErrors> {
  const { steps } = config;
  const model = task.newModel();
  const optimizer = inner(config, steps);
  await fit({
    model,
    loss: recipe.loss,
    batch: recipe.batches(on, model),
    optimizer,
    steps,
    signal: context.signal,
    observers: [{ step: (step) => step % 10 === 0 && context.progress(step, steps, name) }],
  });
  const errors = await measured(model, samples, judged);
  model.dispose();
  optimizer.dispose();
  return errors;
}

const inner = ({ learningRate, weightDecay }: GroupConfig, steps: number) =>
  sgd({ learningRate: cosine({ base: learningRate, steps, warmup: Math.min(20, steps - 1) }), weightDecay });

async function measured(model: Model, samples: Samples, indices: Int32Array): Promise<GroupErrors> {
  const inputs = (first: number, end: number) => samples.inputs(indices.subarray(first, end));
  const logits = await predict({ model, count: indices.length, inputs });
  const labels = indices.map((index) => samples.labels[index]);
  const groups = indices.map((index) => samples.groups[index]);
  const predictions = argmax(logits, CLASSES);
  const confusions = groupConfusion({ predictions, labels, groups }, { classes: CLASSES, groups: GROUPS });
  return {
    balancedError: balancedError(confusionMatrix({ predictions, labels }, { classes: CLASSES })),
    worstGroupError: worstGroupError(confusions),
    oddsGap: equalizedOddsGap(confusions),
    cells: groupErrors(confusions).map((row) => [...row]),
  };
}

/** AutoBalance with parameters per class and group. */
async function searched(trial: GroupTrial, settings: Search): Promise<Choice> {
  const { config, context, task, counts, asTheyAre, cellsAlike } = trial;
  const { searchSteps, trainingBatches, validationBatches, iterations, damping } = settings;
  const balanced = balancedObjective({ normalization: "classMeans" });
  const model = task.newModel();
  const parameters = lossParameters({
    counts,
    start: (settings.start === "logitAdjusted" ? logitAdjustedStart : crossEntropyStart)(counts),
  });
  const optimizer = inner(config, searchSteps);
  const outerOptimizer = adam({ learningRate: settings.outerRate });
  const { found, updates } = await searchLoss({
    model,
    parameters,
    objective:
      settings.objective === "worstCell"
        ? worstGroupObjective({ groups: GROUPS, classes: CLASSES, smoothing: settings.smoothing })
        : blendObjective(settings.fairness, balanced, equalOpportunityObjective({ groups: GROUPS })),
    train: asTheyAre(task.train),
    // Cells come equally often, so that every batch has some of each.
    validation: cellsAlike(task.validation),
    optimizer,
    steps: searchSteps,
    warmup: settings.warmup,
    every: settings.every,
    mode: conjugateGradientMode({ iterations, damping }),
    outerOptimizer,
    trainingBatches,
    validationBatches,
    signal: context.signal,
    observers: [{ step: (step) => step % 10 === 0 && context.progress(step, searchSteps, "search") }],
  });
  const validation = await measured(model, task.development, task.validation);
  const residuals = updates.flatMap(({ residual }) => (residual === null ? [] : [residual]));
  model.dispose();
  optimizer.dispose();
  outerOptimizer.dispose();
  parameters.dispose();
  return {
    ...told(found),
    recipe: { loss: foundLoss(found), batches: asTheyAre },
    validation,
    gradients: searchCost({ steps: searchSteps, updates, trainingBatches, validationBatches }),
    residual: residuals.length === 0 ? null : residuals.reduce((sum, value) => sum + value, 0) / residuals.length,
  };
}

const told = ({ scale, shift }: FoundLoss) => ({
  chosen: null,
  scale: scale.map(rounded),
  shift: shift.map(rounded),
});

const withGroups =
  (loss: group.GroupLoss): Loss =>
  (logits, labels, batch) =>
    loss(logits, labels, batch.groups as tf.Tensor);

/**
 * GroupDRO over the cells: the group weights take their step on a batch before the network does, at the same logits.
 *
 * That takes a forward pass more, in training mode as the step's own, so that running statistics see every batch twice.
 */
function robust(stepSize: number, source: (indices: Int32Array) => BatchSource): Recipe {
  const loss = group.groupDistributionallyRobust({ groups: GROUPS, classes: CLASSES, stepSize });
  return {
    loss: withGroups(loss),
    batches: (indices, model) => {
      const dealt = source(indices);
      const batch: BatchSource = async (step) => {
        const { inputs, labels, groups, ...rest } = await dealt(step);
        tf.tidy(() => loss.update(model.apply(inputs, { training: true }), labels, groups as tf.Tensor));
        return { inputs, labels, groups, ...rest };
      };
      return Object.assign(batch, { stepsPerEpoch: dealt.stepsPerEpoch });
    },
  };
}
