import { shotAccuracy } from "../../../metrics";
import { rounded, type Outcome, type TrialContext } from "../../core";
import { classifierRetraining, postHoc, randomLoss, tunedLoss, type Chosen } from "./fixed";
import { searchedLoss, type PathPoint, type Searched } from "./search";
import { type ClassConfig } from "./settings";
import { classTask } from "./task";
import { type ClassTrial } from "./training";

/** What a trial has found; null where a method has no such thing. */
export type ClassResult = {
  /** Balanced error on the test images. */
  readonly testError: number;
  readonly classErrors: number[];
  /** Mean errors of the classes with many (> 100), a medium number of (20 to 100) and few (< 20) training images. */
  readonly many: number | null;
  readonly medium: number | null;
  readonly few: number | null;
  /** Images of the training part per class. */
  readonly counts: number[];
  readonly validationError: number | null;
  readonly chosen: number | null;
  /** Gradients of a batch spent on choosing. */
  readonly gradients: number;
  readonly scale: number[] | null;
  readonly shift: number[] | null;
  readonly deltaCorrelation: number | null;
  readonly shiftCorrelation: number | null;
  readonly residual: number | null;
  readonly updates: number | null;
  readonly path: PathPoint[] | null;
  readonly magnitudes: number[][] | null;
};

/**
 * Runs one method on one draw of the data: what it has to choose it chooses on the validation part, then a new network is trained on both
 * parts and measured once on the test images.
 *
 * @param config see {@link ClassConfig}.
 * @param context of the study.
 * @returns see {@link ClassResult}, and the seconds it took.
 * @throws whatever data, training and search throw.
 */
export async function runClassTrial(config: ClassConfig, context: TrialContext): Promise<Outcome<ClassResult>> {
  const started = performance.now();
  const task = await classTask(config);
  const trial: ClassTrial = { config, task, context, trainings: trainingsOf(config), done: new Set() };
  const chosen = await choose(trial);
  const errors = task.errors(chosen.testLogits, "test");
  const poolCounts = task.parts.pool.counts;
  const shots = shotAccuracy(
    errors.byClass.map((error) => 1 - error),
    poolCounts,
  );
  const share = (accuracy: number) => (Number.isNaN(accuracy) ? null : rounded(1 - accuracy));
  const numbers: ClassResult = {
    testError: errors.balanced,
    classErrors: errors.byClass.map(rounded),
    many: share(shots.many),
    medium: share(shots.medium),
    few: share(shots.few),
    counts: [...task.counts],
    validationError: chosen.validationError,
    chosen: chosen.chosen,
    gradients: chosen.gradients,
    scale: chosen.loss?.scale.map(rounded) ?? null,
    shift: chosen.loss?.shift.map(rounded) ?? null,
    deltaCorrelation: null,
    shiftCorrelation: null,
    residual: null,
    updates: null,
    path: null,
    magnitudes: null,
    ...searchNumbers(chosen),
  };
  return { numbers, timing: { seconds: (performance.now() - started) / 1000 } };
}

function choose(trial: ClassTrial): Promise<Chosen> {
  const { settings } = trial.config;
  switch (settings.kind) {
    case "loss":
      return tunedLoss(trial, settings);
    case "postHoc":
      return postHoc(trial, settings);
    case "classifierRetraining":
      return classifierRetraining(trial, settings);
    case "random":
      return randomLoss(trial, settings);
    case "search":
      return searchedLoss(trial, settings);
  }
}

function searchNumbers(chosen: Chosen): Partial<ClassResult> {
  if (!("path" in chosen)) return {};
  const { deltaCorrelation, shiftCorrelation, residual, updates, path, magnitudes } = chosen as Searched;
  return {
    deltaCorrelation,
    shiftCorrelation,
    residual: Number.isFinite(residual) ? rounded(residual) : null,
    updates,
    path: path.map(({ step, scale, shift }) => ({ step, scale: scale.map(rounded), shift: shift.map(rounded) })),
    magnitudes: magnitudes?.map((row) => row.map(rounded)) ?? null,
  };
}

/** Trainings and searches of a trial, for its progress. */
function trainingsOf({ settings }: ClassConfig): number {
  if (settings.kind === "loss") return settings.candidates.length > 1 ? settings.candidates.length + 1 : 1;
  if (settings.kind === "random") return settings.trials + 1;
  return settings.kind === "classifierRetraining" ? 1 : 2;
}
