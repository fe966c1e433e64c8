import { requireCount, requireNonNegative } from "../../options";
import { type Method } from "../hypergradient";
import * as solvers from "../solvers";
import { implicit, type ImplicitOptions } from "./implicit";

export interface MinresMethodOptions extends ImplicitOptions, solvers.MinresOptions {}

/**
 * The implicit hypergradient with (H + damping I) p = v solved by the minimal residual method, for an H that may be indefinite.
 *
 * Away from a minimum the Hessian of a network has negative eigenvalues; the formula then is that of a stationary point, not of a
 * minimiser. The smallest Ritz value tells.
 *
 * @param options.iterations integer >= 0, one product each; default 20.
 * @param options.tolerance >= 0, relative to ||v||; default 1e-6.
 * @param options see {@link ImplicitOptions}.
 * @returns the method.
 * @throws RangeError for a bad option.
 */
export function minres({ iterations = 20, tolerance = 1e-6, ...options }: MinresMethodOptions = {}): Method {
  const name = "minres";
  requireCount(name, "iterations", iterations, 0);
  requireNonNegative(name, "tolerance", tolerance);
  return implicit({ name, ...options, solve: (matvec, v) => solvers.minres(matvec, v, { iterations, tolerance }) });
}
