import { type SearchUpdate } from "./searchHistory";

/**
 * Gradients of one training batch that a curvature-vector product takes the time of, a round convention
 * near what small ResNets take on a CPU; it varies with machine and network.
 */
export const GRADIENTS_PER_PRODUCT = { hessian: 3, gaussNewton: 2, finiteDifference: 2 } as const;

/**
 * What a search has cost, in gradients of one batch: the budget of a search without hypergradients that is to be compared with it.
 *
 *     steps + sum over updates of  V + T (products + 2) c
 *
 * c is the cost of a product; the two more stand for the recorded gradient, mixed term and residual.
 *
 * @param options.steps inner steps.
 * @param options.updates records of the search.
 * @param options.trainingBatches T.
 * @param options.validationBatches V.
 * @param options.gradientsPerProduct c; default that of `gaussNewton`, 2.
 * @returns the cost, rounded up.
 */
export function searchCost(options: {
  readonly steps: number;
  readonly updates: readonly Pick<SearchUpdate, "products">[];
  readonly trainingBatches: number;
  readonly validationBatches: number;
  readonly gradientsPerProduct?: number;
}): number {
  const { steps, updates, trainingBatches: T, validationBatches: V } = options;
  const c = options.gradientsPerProduct ?? GRADIENTS_PER_PRODUCT.gaussNewton;
  return Math.ceil(updates.reduce((sum, { products }) => sum + V + T * (products + 2) * c, steps));
}
