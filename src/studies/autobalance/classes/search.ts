import { personalizedAugmentation } from "../../../data";
import { rankCorrelation } from "../../../metrics";
import { adam, sgd } from "../../../training";
import { learnedAugmentation } from "../augmentation";
import { searchCost } from "../budget";
import { foundLoss, normalizedScale } from "../foundLoss";
import { lossParameters } from "../lossParameters";
import { balancedObjective, fBetaObjective } from "../objectives";
import { searchLoss, type SearchResult } from "../searchLoss";
import { conjugateGradientMode, paperMode } from "../searchMode";
import { frequencyClusters, logPriorMultiple, separate } from "../sharing";
import { crossEntropyStart, logitAdjustedStart, temperatureStart } from "../startPoint";
import { type Chosen } from "./fixed";
import { type SearchSettings } from "./settings";
import { standardizer } from "./task";
import { reporter, trained, type ClassTrial } from "./training";

/** The loss at some point of a search. */
export type PathPoint = { readonly step: number; readonly scale: number[]; readonly shift: number[] };

/** What a search tells beside the loss. */
export interface Searched extends Chosen {
  /** Spearman's correlation of Delta with the class counts; null where it was not searched. */
  readonly deltaCorrelation: number | null;
  /** Likewise of l. */
  readonly shiftCorrelation: number | null;
  /** Mean residual of the linear solves. */
  readonly residual: number;
  readonly updates: number;
  readonly path: PathPoint[];
  /** Magnitudes of the augmentation per operation and class; null where none was learned. */
  readonly magnitudes: number[][] | null;
}

/** Points of a path that are kept. */
const PATH_POINTS = 13;

/** AutoBalance: search on the two parts, then a new network on both together with the loss that was found. */
export async function searchedLoss(trial: ClassTrial, settings: SearchSettings): Promise<Searched> {
  const { task, config, context } = trial;
  const { counts, classes } = task;
  const starts = {
    constant: crossEntropyStart,
    logitAdjusted: logitAdjustedStart,
    classDependentTemperature: temperatureStart,
  };
  const sharings = {
    separate,
    logPriorMultiple,
    frequencyClusters: () => frequencyClusters({ size: settings.clusterSize }),
  };
  const parameters = lossParameters({
    counts,
    search: settings.search,
    start: starts[settings.start](counts),
    sharing: sharings[settings.sharing](),
  });
  const policy = settings.augmentation ? personalizedAugmentation({ cells: classes, magnitude: 0.2 }) : undefined;
  const augmentation = policy && learnedAugmentation({ policy, after: standardizer(task), seed: config.seed });
  const { iterations, damping } = settings;
  const isPaper = settings.mode === "paper";
  const outer = isPaper
    ? sgd({ learningRate: settings.outerRate, momentum: 0.9, weightDecay: 1e-4 })
    : adam({ learningRate: settings.outerRate });
  const optimizer = task.newOptimizer(settings.searchSteps, "search");
  const model = task.newModel();
  const raw = settings.augmentation;
  const run = await context.openRun("search", { hash: task.parts.train.hash });
  try {
    const search = await searchLoss({
      model,
      parameters,
      objective:
        settings.objective === "balanced"
          ? balancedObjective({ normalization: "classMeans" })
          : fBetaObjective({ counts: new Array<number>(classes).fill(1) }),
      train: task.batches("train", { raw }),
      validation: task.validationBatches(),
      optimizer,
      steps: settings.searchSteps,
      warmup: settings.warmup,
      every: settings.every,
      mode: isPaper ? paperMode() : conjugateGradientMode({ iterations, damping }),
      outerOptimizer: outer,
      trainingBatches: settings.trainingBatches,
      validationBatches: settings.validationBatches,
      ...(augmentation && { augmentation }),
      run,
      signal: context.signal,
      observers: [reporter(trial, "search", settings.searchSteps)],
    });
    trial.done.add("search");
    const { balanced } = task.errors(await task.logits(model, "validation"), "validation");
    const found = settings.normalize ? normalizedScale(search.found) : search.found;
    const testLogits = await trained(
      trial,
      { name: "retraining", loss: foundLoss(found), part: "pool", augmentation },
      (network) => task.logits(network, "test"),
    );
    return {
      ...told({ ...search, found }, counts, settings),
      testLogits,
      validationError: balanced,
      magnitudes: policy?.magnitudes() ?? null,
    };
  } finally {
    await run.close();
    model.dispose();
    optimizer.dispose();
    outer.dispose();
    parameters.dispose();
    policy?.dispose();
  }
}

function told({ found, updates }: SearchResult, counts: readonly number[], settings: SearchSettings) {
  const { searchSteps, trainingBatches, validationBatches, search, mode } = settings;
  const delta = updates.at(-1)?.delta;
  const residuals = updates.map(({ residual }) => residual ?? NaN);
  const every = Math.max(1, Math.ceil(updates.length / (PATH_POINTS - 1)));
  return {
    chosen: null,
    loss: found,
    gradients: searchCost({
      steps: searchSteps,
      updates,
      trainingBatches,
      validationBatches,
      ...(mode === "paper" && { gradientsPerProduct: 3 }),
    }),
    deltaCorrelation: delta ? rankCorrelation(delta, counts) : null,
    shiftCorrelation: search.includes("shift") ? rankCorrelation(found.shift, counts) : null,
    residual: residuals.reduce((sum, residual) => sum + residual, 0) / Math.max(residuals.length, 1),
    updates: updates.length,
    path: updates
      .filter(({ update }) => update % every === 0 || update === updates.length - 1)
      .map(({ step, scale, shift }) => ({ step, scale: [...scale], shift: [...shift] })),
  };
}
