import { canReplay, isPure, replayedStep, tf, valueAndGradient, type ReplayedStep, type StateTensor } from "../engine";
import { type Model } from "../models";
import { disposeBatch, type Batch } from "./batch";
import { clipByGlobalNorm } from "./clipping";
import { type Loss } from "./loss";
import { type Optimizer } from "./optimizer";

/** What all updates of a run have in common. */
export interface TrainingStepOptions {
  readonly model: Model;
  readonly optimizer: Optimizer;
  /** Largest joint norm of the gradients; default: no bound. */
  readonly clipNorm?: number;
  /**
   * Whether steps are recorded and replayed, see `FitOptions`: default where loss and model were declared pure, as the kit's are; `true`
   * declares them so; `false`: never.
   */
  readonly compile?: boolean;
}

/** What one update needs. */
export interface Update {
  readonly loss: Loss;
  readonly learningRate: number;
}

/** Takes the updates of one run. */
export interface TrainingStep {
  /**
   * One update: loss in training mode, its gradient, clipping, the optimizer's step.
   *
   * @param batch is freed, also when something throws.
   * @returns the loss before the update, still on the device. A parameter that the loss does not depend on has gradient 0.
   * @throws Error when `compile` is true and the step cannot be replayed, saying why; the update is made.
   */
  take(update: Update, batch: Batch): tf.Scalar;
  /** How many updates were replayed. */
  readonly replayed: number;
  /** Frees what was recorded. Parameters and optimizer stay. */
  dispose(): void;
}

/** More losses than this in one run are not recorded: each takes memory. */
const MOST_LOSSES = 8;

/**
 * Makes the updates of a training run, on the native CPU backend as one call each where that is safe.
 *
 * @param options see {@link TrainingStepOptions}.
 * @returns the step; the caller disposes it.
 */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  const { model, optimizer, compile } = options;
  const compiled = new Map<Loss, ReplayedStep>();
  const possible = canReplay() && optimizer.recordable !== undefined && compile !== false;
  const stepOf = (loss: Loss): ReplayedStep | undefined => {
    if (!possible || !(compile ?? (isPure(loss) && isPure(model.apply)))) return undefined;
    if (!compiled.has(loss) && compiled.size < MOST_LOSSES) compiled.set(loss, recordedStep(options, loss));
    return compiled.get(loss);
  };
  return {
    take({ loss, learningRate }, batch) {
      try {
        const step = stepOf(loss);
        if (!step) return inOperations(options, loss, learningRate, batch);
        const numbers = optimizer.recordable!.numbers(learningRate);
        const { inputs, labels, groups } = batch;
        const [value] = step.take({ tensors: { inputs, labels, ...(groups && { groups }) }, numbers });
        if (compile && step.hindrance !== undefined) {
          value.dispose();
          throw new Error(`compile: the training step cannot be replayed: it ${step.hindrance}; leave compile out`);
        }
        return value as tf.Scalar;
      } finally {
        disposeBatch(batch);
      }
    },
    get replayed() {
      return [...compiled.values()].reduce((sum, step) => sum + step.replayed, 0);
    },
    dispose() {
      compiled.forEach((step) => step.dispose());
      compiled.clear();
    },
  };
}

/** Loss and, clipped, its gradient. */
function slopes({ model, clipNorm }: TrainingStepOptions, loss: Loss, batch: Batch) {
  const { value, gradient } = valueAndGradient(
    () => loss(model.apply(batch.inputs, { training: true }), batch.labels, batch),
    model.parameters,
  );
  return { value, gradient: clipNorm === undefined ? gradient : clipByGlobalNorm(gradient, clipNorm) };
}

function inOperations(options: TrainingStepOptions, loss: Loss, learningRate: number, batch: Batch): tf.Scalar {
  return tf.tidy(() => {
    const { value, gradient } = slopes(options, loss, batch);
    options.optimizer.step([...options.model.parameters], gradient, learningRate);
    return value;
  });
}

function recordedStep(options: TrainingStepOptions, loss: Loss): ReplayedStep {
  const { model, optimizer } = options;
  const { update, state } = optimizer.recordable!;
  const variables = [...model.parameters, ...model.statistics].map(variableTensor);
  return replayedStep({
    state: () => [...variables, ...state(model.parameters)],
    step({ inputs, labels, groups }, numbers) {
      const batch: Batch = { inputs, labels, ...(groups && { groups }) };
      const { value, gradient } = slopes(options, loss, batch);
      update(model.parameters, gradient, numbers);
      return [value];
    },
  });
}

const variableTensor = (variable: tf.Variable): StateTensor => ({
  tensor: () => variable,
  assign: (value) => void variable.assign(value),
});
