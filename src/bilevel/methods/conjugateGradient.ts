import { requireCount, requireNonNegative } from "../../options";
import { type Method } from "../hypergradient";
import * as solvers from "../solvers";
import { implicit, type ImplicitOptions } from "./implicit";

export interface ConjugateGradientMethodOptions extends ImplicitOptions, solvers.ConjugateGradientOptions {}

/**
 * The implicit hypergradient with (H + damping I) p = v solved by conjugate gradient.
 *
 * Where the curvature is not positive definite the solve stops at the first direction that shows it, with status `negativeCurvature`, a
 * negative smallest Ritz value and the residual of the p it had: add damping, take `gaussNewton`, or `minres`.
 *
 * @param options.iterations integer >= 0, one product each; default 20.
 * @param options.tolerance >= 0, relative to ||v||; default 1e-6.
 * @param options see {@link ImplicitOptions}.
 * @returns the method.
 * @throws RangeError for a bad option.
 * @see Pedregosa: Hyperparameter optimization with approximate gradient, ICML 2016; Rajeswaran et al.: Meta-learning with implicit
 *   gradients, NeurIPS 2019. From the standard formulation.
 */
export function conjugateGradient({
  iterations = 20,
  tolerance = 1e-6,
  ...options
}: ConjugateGradientMethodOptions = {}): Method {
  const name = "conjugateGradient";
  requireCount(name, "iterations", iterations, 0);
  requireNonNegative(name, "tolerance", tolerance);
  return implicit({
    name,
    ...options,
    solve: (matvec, v) => solvers.conjugateGradient(matvec, v, { iterations, tolerance }),
  });
}
