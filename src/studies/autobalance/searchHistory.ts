import { type SolverStatus } from "../../bilevel";
import { type Json, type Stateful } from "../../training";
import { type LossParameters, type ParameterValues } from "./lossParameters";

/** One update of the loss parameters, as a plain record. */
export interface SearchUpdate extends ParameterValues {
  /** Counted from 0. */
  readonly update: number;
  /** Inner steps made before it. */
  readonly step: number;
  /** ||(H + damping I) p - v|| / ||v|| of the linear solve; null for a method that solves none or does not measure it. */
  readonly residual: number | null;
  readonly status: SolverStatus;
  /** Curvature-vector products. */
  readonly products: number;
  /** Largest eigenvalue that the step of a series was taken from; null without. */
  readonly largestEigenvalue: number | null;
  /** Norm of the hypergradient of every variable: the loss parameters in their order, then those of an augmentation. */
  readonly gradientNorms: readonly number[];
  /** Learning rate of the update. */
  readonly learningRate: number;
  /** Wall time of hypergradient and update. The one number that is not the same when a search is repeated. */
  readonly seconds: number;
  /** Magnitudes and probabilities [operations][cells], where an augmentation is learned. */
  readonly augmentation?: { readonly magnitudes: number[][]; readonly probabilities: number[][] };
}

/** What a checkpoint holds of an update: free parameters in place of the values of all cells, which may be thousands. */
export interface KeptUpdate extends Omit<SearchUpdate, keyof ParameterValues> {
  readonly free: readonly (readonly number[])[];
}

/** Records of the updates, as a part of a checkpoint. */
export interface SearchHistory extends Stateful {
  push(update: KeptUpdate): void;
  records(parameters: LossParameters): SearchUpdate[];
  readonly count: number;
}

/**
 * An empty history.
 *
 * @param settings what later updates depend on: a checkpoint of other settings is refused.
 */
export function searchHistory(settings: Readonly<Record<string, Json>>): SearchHistory {
  let kept: KeptUpdate[] = [];
  return {
    push: (update) => void kept.push(update),
    records: (parameters) => kept.map(({ free, ...rest }) => ({ ...rest, ...parameters.values(free) })),
    get count() {
      return kept.length;
    },
    state: () => ({ tensors: {}, values: { settings, updates: kept as unknown as Json } }),
    restore({ values }) {
      const theirs = (values.settings ?? {}) as Readonly<Record<string, Json>>;
      for (const [name, mine] of Object.entries(settings)) {
        if (JSON.stringify(theirs[name]) === JSON.stringify(mine)) continue;
        throw new RangeError(
          `searchLoss: the checkpoint is of a search whose ${name} is ${JSON.stringify(theirs[name])}, received ${JSON.stringify(mine)}`,
        );
      }
      if (!Array.isArray(values.updates)) {
        throw new RangeError(`searchLoss: the state must hold updates, received ${JSON.stringify(values.updates)}`);
      }
      kept = [...(values.updates as unknown as KeptUpdate[])];
    },
  };
}
