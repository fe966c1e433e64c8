import { GRADIENTS_PER_PRODUCT } from "../autobalance";
import { type HypergradientSettings, type SolverSettings } from "./settings";

/** How a search by hypergradients spends its budget. */
export interface SearchPlan {
  /** Inner steps in all. */
  readonly steps: number;
  readonly warmup: number;
  /** Inner steps from one update to the next. */
  readonly every: number;
  readonly updates: number;
  /** What an update costs, in gradients, the share of the power iterations included. */
  readonly updateCost: number;
}

/** Largest deviation of what a search has cost from the budget: power iterations come in blocks, and may end early. */
export const BUDGET_TOLERANCE = 0.03;

/** Curvature-vector products of one update. */
function productsOf(solver: SolverSettings): number {
  switch (solver.name) {
    case "identity":
    case "oneStep":
      return 0;
    case "unrolled":
      return solver.steps;
    case "neumann":
      // The power iteration serves as many updates as it makes products: one each.
      return solver.terms + (solver.step === null ? 1 : 0);
    case "nystrom":
      return solver.rank;
    default:
      return solver.iterations;
  }
}

/** Gradients that one of its products takes the time of. */
export function gradientsPerProduct(solver: SolverSettings): number {
  switch (solver.name) {
    case "oneStep":
      return GRADIENTS_PER_PRODUCT.finiteDifference;
    case "unrolled":
    case "minres":
      return GRADIENTS_PER_PRODUCT.hessian;
    case "neumann":
      return GRADIENTS_PER_PRODUCT[solver.curvature];
    default:
      return GRADIENTS_PER_PRODUCT.gaussNewton;
  }
}

/**
 * What an update costs, by the convention of `searchCost`.
 *
 *     V + T (products + 2) c
 *
 * @param settings of the search.
 * @returns the cost in gradients of one batch.
 */
export function updateCost({ solver, trainingBatches: T, validationBatches: V }: HypergradientSettings): number {
  return V + T * (productsOf(solver) + 2) * gradientsPerProduct(solver);
}

/**
 * Divides a budget among inner steps and hypergradients.
 *
 *     budget = warmup + updates (every + cost of an update)
 *
 * The search makes about `innerSteps` steps of the network; what is left buys hypergradients, evenly spaced: the cheaper they are, the
 * more of them. The spacing is a whole number of steps, and what the division leaves over lengthens the warm-up, so that the budget is
 * spent to the gradient (of a Neumann series with power iterations: within {@link BUDGET_TOLERANCE}).
 *
 * @param settings of the search.
 * @param budget gradients of one batch, > innerSteps.
 * @returns see {@link SearchPlan}.
 * @throws RangeError where the budget does not suffice for the inner steps and one update.
 */
export function searchPlan(settings: HypergradientSettings, budget: number): SearchPlan {
  const { innerSteps, warmup } = settings;
  const cost = updateCost(settings);
  if (!(innerSteps > warmup && budget >= innerSteps + cost)) {
    throw new RangeError(
      `searchPlan: the budget must be at least innerSteps + ${cost} for one update, and innerSteps above warmup; ` +
        `received a budget of ${budget} with ${innerSteps} inner steps and a warm-up of ${warmup}`,
    );
  }
  const every = Math.max(1, Math.round(((innerSteps - warmup) * cost) / (budget - innerSteps)));
  const updates = Math.floor((budget - warmup) / (every + cost));
  const spare = budget - warmup - updates * (every + cost);
  return { steps: warmup + spare + updates * every, warmup: warmup + spare, every, updates, updateCost: cost };
}
