import { type Method } from "../hypergradient";
import { dense, type DenseOptions } from "../solvers";
import { implicit, type ImplicitOptions } from "./implicit";

export interface ExactOptions extends ImplicitOptions, DenseOptions {}

/**
 * The implicit hypergradient with the curvature formed and solved in float64: (H + damping I) p = v.
 *
 * The reference of the other methods on small problems: one product per inner parameter.
 *
 * @param options.limit largest number of inner parameters accepted; default 1000.
 * @param options see {@link ImplicitOptions}.
 * @returns the method. Its Ritz values are the extreme eigenvalues, up to 300 parameters.
 * @throws RangeError for a bad option and, at the call, above the limit; Error, at the call, for a singular curvature.
 */
export function exact({ limit, ...options }: ExactOptions = {}): Method {
  return implicit({ name: "exact", ...options, solve: (matvec, v) => dense(matvec, v, { limit }) });
}
