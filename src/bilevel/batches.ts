import { requireCount } from "../options";
import { type InnerBatches } from "./problem";

/** Numbers of the inner batches that the next product takes. */
export interface BatchSource {
  /** Whether every product takes the same ones, so that the matrix is fixed. */
  readonly fixed: boolean;
  next(): readonly number[];
}

/**
 * The batches of one hypergradient.
 *
 * @param caller begins the errors.
 * @param batches see {@link InnerBatches}; default one frozen batch.
 * @returns the source; numbers start at 0.
 * @throws RangeError unless it is one of the two forms, with a positive integer.
 */
export function innerBatches(caller: string, batches: InnerBatches = { frozen: 1 }): BatchSource {
  const [[mode, count] = ["", 0], ...more] = Object.entries(batches ?? {}) as [string, number][];
  if (more.length > 0 || (mode !== "frozen" && mode !== "perProduct")) {
    throw new RangeError(
      `${caller}: innerBatches must be { frozen: m } or { perProduct: m }, received ${JSON.stringify(batches)}`,
    );
  }
  requireCount(caller, `innerBatches.${mode}`, count, 1);
  const fixed = mode === "frozen";
  let used = 0;
  return {
    fixed,
    next() {
      const start = fixed ? 0 : used;
      used += count;
      return Array.from({ length: count }, (_, index) => start + index);
    },
  };
}

/** Numbers of the batches whose mean is the outer loss. */
export function outerBatches(caller: string, count = 1): readonly number[] {
  requireCount(caller, "outerBatches", count, 1);
  return Array.from({ length: count }, (_, index) => index);
}
