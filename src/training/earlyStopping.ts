import { tf } from "../engine";
import { type Model } from "../models";
import { namedVariables } from "./modelState";
import { type Stateful } from "./state";

export interface EarlyStoppingOptions {
  /** Name of a metric that `evaluate` returns. It should be of validation data. */
  readonly metric: string;
  /** Whether small or large values are good. */
  readonly mode: "min" | "max";
  /** Evaluations without improvement after which training stops, >= 1; Infinity: never, only the best weights are kept. */
  readonly patience: number;
  /** Least change that counts as improvement, >= 0; default 0. */
  readonly minDelta?: number;
  /** Whether the model has the weights of the best evaluation at the end; default true. */
  readonly restoreBest?: boolean;
}

/** The best evaluation so far. */
export interface BestEvaluation {
  readonly epoch: number;
  readonly value: number;
}

/** Watches a metric and keeps the weights that were best at it. */
export interface BestWeights extends Stateful {
  readonly best: BestEvaluation | undefined;
  /** Whether patience is at an end. */
  readonly stopped: boolean;
  /** Takes in an evaluation of the model's variables as they are. */
  observe(epoch: number, metrics: Readonly<Record<string, number>>): void;
  /** Gives the model the best weights, unless `restoreBest` is false or there are none. */
  restoreBest(): void;
  dispose(): void;
}

/**
 * Early stopping: the best weights by a metric, and when to give up waiting for better ones.
 *
 * An evaluation is an improvement where it beats the best so far by more than `minDelta`; NaN never does.
 *
 * @param model whose variables are kept.
 * @param options see {@link EarlyStoppingOptions}.
 * @returns the watch; `fit` makes one from its option `earlyStopping`.
 * @throws RangeError when an option is out of range.
 */
export function bestWeights(model: Model, options: EarlyStoppingOptions): BestWeights {
  const { metric, mode, patience, minDelta = 0, restoreBest = true } = options;
  if (mode !== "min" && mode !== "max") {
    throw new RangeError(`earlyStopping: mode must be "min" or "max", received ${JSON.stringify(mode)}`);
  }
  if (!(patience === Infinity || (Number.isInteger(patience) && patience >= 1))) {
    throw new RangeError(`earlyStopping: patience must be a positive integer or Infinity, received ${patience}`);
  }
  if (!(minDelta >= 0)) throw new RangeError(`earlyStopping: minDelta must be at least 0, received ${minDelta}`);
  const variables = namedVariables(model);
  let best: BestEvaluation | undefined;
  let waited = 0;
  let weights: Record<string, tf.Tensor> = {};

  const keep = (from: Readonly<Record<string, tf.Tensor>>) => {
    const before = weights;
    weights = Object.fromEntries(Object.entries(from).map(([name, tensor]) => [name, tf.keep(tensor.clone())]));
    tf.dispose(Object.values(before));
  };
  const improves = (value: number): boolean => {
    if (Number.isNaN(value)) return false;
    if (!best) return true;
    return mode === "min" ? value < best.value - minDelta : value > best.value + minDelta;
  };
  return {
    get best() {
      return best;
    },
    get stopped() {
      return waited >= patience;
    },
    observe(epoch, metrics) {
      if (!Object.hasOwn(metrics, metric)) {
        const received = Object.keys(metrics).join(", ") || "none";
        throw new RangeError(`earlyStopping: evaluate must return the metric "${metric}", received ${received}`);
      }
      const value = metrics[metric];
      if (improves(value)) {
        best = { epoch, value };
        waited = 0;
        keep(variables);
      } else waited++;
    },
    restoreBest() {
      if (!restoreBest || !best) return;
      for (const [name, tensor] of Object.entries(weights)) variables[name].assign(tensor);
    },
    state: () => ({
      tensors: weights,
      // Texts, because an infinite metric is a metric too.
      values: { waited, best: best ? { epoch: best.epoch, value: String(best.value) } : null },
    }),
    restore({ tensors, values }) {
      const stored = values.best as { readonly epoch: number; readonly value: string } | null;
      const missing = stored && Object.keys(variables).find((name) => !Object.hasOwn(tensors, name));
      if (missing) throw new RangeError(`earlyStopping: the state holds no best weights for ${missing}`);
      best = stored ? { epoch: stored.epoch, value: Number(stored.value) } : undefined;
      waited = Number(values.waited);
      keep(tensors);
    },
    dispose: () => keep({}),
  };
}
