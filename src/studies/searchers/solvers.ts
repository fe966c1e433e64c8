import {
  amortisedEigenvalue,
  conjugateGradient,
  identity,
  minres,
  neumann,
  nystrom,
  oneStep,
  unrolled,
  type Method,
} from "../../bilevel";
import { type SearchMode } from "../autobalance";
import { adam } from "../../training";
import { type HypergradientSettings, type SolverSettings } from "./settings";

/**
 * The mode of a search, to be handed to `searchLoss`.
 *
 * Krylov solvers make all the products that were paid for: their tolerance is 0.
 *
 * @param settings of the search.
 * @param every inner steps from one update to the next.
 * @returns the mode; it belongs to one search.
 */
export function modeOf(
  { solver, trainingBatches, validationBatches, outerRate }: HypergradientSettings,
  every: number,
): SearchMode {
  const eigenvalue =
    solver.name === "neumann" && solver.step === null
      ? amortisedEigenvalue({ every: solver.power, iterations: solver.power })
      : undefined;
  return {
    name: solver.name,
    method: methodOf(solver, eigenvalue),
    trainingBatches,
    validationBatches,
    every,
    outerOptimizer: () => adam({ learningRate: outerRate }),
    ...(eigenvalue && { stateful: eigenvalue }),
  };
}

function methodOf(solver: SolverSettings, eigenvalue?: ReturnType<typeof amortisedEigenvalue>): Method {
  switch (solver.name) {
    case "identity":
      return identity({ curvature: "gaussNewton" });
    case "oneStep":
      return oneStep({ learningRate: solver.rate });
    case "unrolled":
      return unrolled({ steps: solver.steps, learningRate: solver.rate });
    case "neumann": {
      const { terms, step, damping, curvature } = solver;
      const size = eigenvalue ? { step: "auto" as const, eigenvalue } : { step: step! };
      return neumann({ terms, damping, curvature, onDivergence: "return", ...size });
    }
    case "conjugateGradient":
      return conjugateGradient({ ...systemOf(solver), curvature: "gaussNewton" });
    case "minres":
      return minres({ ...systemOf(solver), curvature: "hessian" });
    case "nystrom":
      return nystrom({ rank: solver.rank, damping: solver.damping, curvature: "gaussNewton" });
  }
}

const systemOf = ({ iterations, damping }: { readonly iterations: number; readonly damping: number }) => ({
  iterations,
  damping,
  tolerance: 0,
});
