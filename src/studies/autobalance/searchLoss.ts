import { hypergradient, type Method } from "../../bilevel";
import { tf } from "../../engine";
import {
  fit,
  variablesState,
  type BatchSource,
  type FitHistory,
  type FitOptions,
  type Optimizer,
  type Stateful,
} from "../../training";
import { requireCount } from "../../options";
import { type LearnedAugmentation } from "./augmentation";
import { requireThat } from "./check";
import { type FoundLoss } from "./foundLoss";
import { disposeHyperBatches, hyperProblem, takeHyperBatches } from "./hyperBatches";
import { type LossParameters } from "./lossParameters";
import { type UpperObjective } from "./objectives";
import { searchHistory, type SearchUpdate } from "./searchHistory";
import { defaultMode, paperMode, type SearchMode } from "./searchMode";

export interface SearchOptions extends Omit<FitOptions, "loss" | "batch"> {
  /** The loss and what of it is searched; moved by the search. */
  readonly parameters: LossParameters;
  /** What the upper level minimises on the validation batches. */
  readonly objective: UpperObjective;
  /** Batches of S_T: functions of the step alone, since a hypergradient takes batches out of turn. */
  readonly train: BatchSource;
  /** Batches of S_V, likewise; asked for numbers 0, 1, ... */
  readonly validation: BatchSource;
  /** Inner steps before the first update; default 0. */
  readonly warmup?: number;
  /** Inner steps from one update to the next; default that of the mode. */
  readonly every?: number;
  /** `"default"` (default), `"paper"`, or a mode such as `conjugateGradientMode()` or one's own. */
  readonly mode?: "default" | "paper" | SearchMode;
  /** In place of the mode's: any hypergradient of the bilevel room. */
  readonly method?: Method;
  /** In place of the mode's: its schedule counts updates. It stays the caller's. */
  readonly outerOptimizer?: Optimizer;
  /** T; default that of the mode. */
  readonly trainingBatches?: number;
  /** V; default that of the mode. */
  readonly validationBatches?: number;
  /** Augmentation that is learned too; `train` then gives raw images. */
  readonly augmentation?: LearnedAugmentation;
  /** Told of every update. */
  readonly onUpdate?: (update: SearchUpdate) => void;
}

export interface SearchResult {
  /** The loss found: that of the last update. */
  readonly found: FoundLoss;
  /** Every update, with the values after it. */
  readonly updates: readonly SearchUpdate[];
  /** The course of the inner training. */
  readonly history: FitHistory;
}

/**
 * Searches a training loss whose minimiser does well on a validation objective: the search phase of AutoBalance's Algorithm 1.
 *
 *     for step = 0, 1, ..., steps - 1
 *       if step >= warmup and (step - warmup) mod every = 0:   alpha <- alpha - outer step along dF(theta*(alpha)) / dalpha
 *       theta <- theta - inner step along dL_train(theta; alpha) / dtheta
 *
 * The hypergradient is the implicit one, at theta as it is, from T training and V validation batches; between two updates alpha does not
 * move, by momentum or decay neither. Retraining from scratch is the caller's next step: {@link retrain}.
 *
 * The search is a run of `fit`: with `run` or `checkpoints` it can be stopped at any moment and goes on bit for bit; a checkpoint holds
 * the model, both optimizers, the loss parameters, the eigenvalue estimate and the history.
 *
 * @param options see {@link SearchOptions} and `training.fit`.
 * @returns the loss found, a record per update and the inner history. Model and parameters are left as the search ended.
 * @throws RangeError for a bad option or a checkpoint of another search; Error naming the update, when a loss parameter is not finite
 *   after it; whatever `fit` and `bilevel.hypergradient` throw.
 * @see Li, Zhang, Thrampoulidis, Chen, Oymak: AutoBalance, NeurIPS 2021, Algorithm 1 as given by a third-party digest, and the released
 *   code, read. Where they differ or the code errs, see this folder's README.
 */
export async function searchLoss(options: SearchOptions): Promise<SearchResult> {
  const {
    parameters,
    objective,
    train,
    validation,
    warmup = 0,
    mode: modeOption = "default",
    method,
    outerOptimizer,
    augmentation,
    onUpdate,
    ...fitOptions
  } = options;
  const { model } = options;
  const mode = modeOf(modeOption);
  const { every = mode.every, trainingBatches: T = mode.trainingBatches } = options;
  const V = options.validationBatches ?? mode.validationBatches;
  requireCount("searchLoss", "warmup", warmup, 0);
  requireCount("searchLoss", "every", every, 1);
  requireCount("searchLoss", "trainingBatches", T, 1);
  requireCount("searchLoss", "validationBatches", V, 1);
  const solver = method ?? mode.method;
  const outer = outerOptimizer ?? mode.outerOptimizer();
  const alpha = [...parameters.variables, ...(augmentation?.variables ?? [])];
  const wanted = "one or more where no augmentation is learned";
  requireThat(alpha.length > 0, "searchLoss", "parameters.search", wanted, parameters.search);
  const { search, sharing, cells } = parameters;
  const history = searchHistory({
    warmup,
    every,
    trainingBatches: T,
    validationBatches: V,
    method: method ? method.name : `${mode.name}: ${mode.method.name}`,
    outerOptimizer: outer.name,
    objective: objective.name,
    search: [...search],
    sharing,
    counts: [...cells.counts],
  });
  const isDue = (step: number) => step >= warmup && (step - warmup) % every === 0;

  /** alpha <- alpha - outer step along the hypergradient. */
  const updateLoss = async (step: number) => {
    const started = performance.now();
    const update = history.count;
    const batches = await takeHyperBatches({ train, validation }, { training: T, validation: V }, { step, update });
    try {
      requireGroups(objective, batches.validation[0].groups !== undefined);
      const problem = hyperProblem({ model, parameters, objective, augmentation, batches, step });
      const { gradients, residual, products, status, largestEigenvalue } = hypergradient(problem, solver);
      const gradientNorms = gradients.map((gradient) => tf.tidy(() => tf.norm(gradient).dataSync()[0]));
      const learningRate = outer.learningRate(update);
      outer.step(alpha, gradients, learningRate);
      tf.dispose(gradients);
      requireFinite(update, alpha);
      history.push({
        update,
        step,
        residual: finiteOrNull(residual),
        status,
        products,
        largestEigenvalue: finiteOrNull(largestEigenvalue),
        gradientNorms,
        learningRate,
        seconds: (performance.now() - started) / 1000,
        free: parameters.free(),
        ...(augmentation && {
          augmentation: {
            magnitudes: augmentation.policy.magnitudes(),
            probabilities: augmentation.policy.probabilities(),
          },
        }),
      });
    } finally {
      disposeHyperBatches(batches);
    }
    onUpdate?.(history.records(parameters)[update]);
  };

  const innerBatch = augmentation ? augmentation.source(train) : train;
  const batch: BatchSource = Object.assign(
    async (step: number) => {
      if (isDue(step)) await updateLoss(step);
      return innerBatch(step);
    },
    { stepsPerEpoch: train.stepsPerEpoch },
  );
  const stateful: Record<string, Stateful> = {
    ...options.stateful,
    lossParameters: parameters.stateful,
    outerOptimizer: outer,
    search: history,
    ...(augmentation && { augmentation: variablesState("searchLoss", { ...augmentation.policy.variables }) }),
    ...(!method && mode.stateful && { hypergradient: mode.stateful }),
  };
  try {
    const course = await fit({ ...fitOptions, loss: parameters.loss, batch, stateful });
    return { found: parameters.found(), updates: history.records(parameters), history: course };
  } finally {
    if (!outerOptimizer) outer.dispose();
  }
}

function modeOf(mode: "default" | "paper" | SearchMode): SearchMode {
  if (mode === "default") return defaultMode();
  if (mode === "paper") return paperMode();
  requireThat(typeof mode === "object" && mode !== null, "searchLoss", "mode", '"default", "paper" or a mode', mode);
  return mode;
}

function requireGroups({ name, needsGroups }: UpperObjective, given: boolean): void {
  if (needsGroups && !given) {
    throw new RangeError(`searchLoss: the objective "${name}" needs validation batches with groups, received none`);
  }
}

function requireFinite(update: number, variables: readonly tf.Variable[]): void {
  const bad = variables.findIndex((variable) => !variable.dataSync().every(Number.isFinite));
  if (bad >= 0) {
    throw new Error(
      `searchLoss: variable ${bad} of the upper level is not finite after update ${update}: take a smaller outer rate, more damping, or ` +
        "the default mode",
    );
  }
}

const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
