import { type tf } from "../engine";
import { requireCount, requireKnown } from "../options";
import { powerIteration, type MatVec, type PowerIterationOptions, type Vector } from "./solvers";

/** What is known of the products that an estimate is made from. */
export type ProductQuality = Pick<PowerIterationOptions, "noise" | "fixedMatrix">;

/** An estimate of a largest eigenvalue that serves many calls. */
export interface EigenvalueEstimate {
  /** The estimate for this call, in size, with the products that it took, none but where it is made anew. */
  next(matvec: MatVec, like: Vector, products?: ProductQuality): { readonly size: number; readonly products: number };
  /** The last estimate; NaN before the first. */
  readonly value: number;
  /** What a checkpoint holds of it, and back: later estimates depend on these alone. */
  state(): { readonly tensors: Readonly<Record<string, tf.Tensor>>; readonly values: EigenvalueState };
  restore(state: { readonly values: Readonly<Record<string, unknown>> }): void;
}

export type EigenvalueState = { readonly calls: number; readonly value: number | null };

export interface AmortisedEigenvalueOptions extends Omit<PowerIterationOptions, keyof ProductQuality> {
  /** Calls that one estimate serves; default 20. */
  readonly every?: number;
}

/**
 * Keeps an estimate of the largest eigenvalue of a curvature that changes slowly, so that its cost is shared by many hypergradients.
 *
 * Every `every` calls it is made anew by power iteration, from a seeded start, and so depends on the point alone. It belongs to one
 * problem and one damping.
 *
 * @param options.every integer >= 1; default 20.
 * @param options.iterations of the power iteration, at most; default 20.
 * @param options.tolerance of the power iteration; default 1e-3.
 * @param options.seed default 0.
 * @returns the estimate, to be passed to `neumann({ step: "auto", eigenvalue })`. It holds no tensor.
 * @throws RangeError for a bad option; Error, when it is used, for a zero curvature.
 */
export function amortisedEigenvalue(options: AmortisedEigenvalueOptions = {}): EigenvalueEstimate {
  const caller = "amortisedEigenvalue";
  const { every = 20, ...power } = options;
  requireCount(caller, "every", every, 1);
  requireKnown(caller, power, ["iterations", "tolerance", "seed"]);
  let [calls, value] = [0, NaN];
  return {
    next(matvec, like, quality) {
      const due = calls % every === 0 || !Number.isFinite(value);
      const made = due ? powerIteration(matvec, like, { ...power, ...quality }) : { size: value, products: 0 };
      if (made.size === 0) throw new Error(`${caller}: the curvature is zero: give a step or damping`);
      calls++;
      value = made.size;
      return { size: value, products: made.products };
    },
    get value() {
      return value;
    },
    state: () => ({ tensors: {}, values: { calls, value: Number.isFinite(value) ? value : null } }),
    restore({ values }) {
      const { calls: made, value: kept } = values;
      const number = kept === null ? NaN : (kept as number);
      if (!Number.isInteger(made) || (made as number) < 0 || (kept !== null && !(number > 0))) {
        throw new RangeError(
          `${caller}: the state must hold calls and value, received ${JSON.stringify({ calls: made, value: kept })}`,
        );
      }
      [calls, value] = [made as number, number];
    },
  };
}
