import { type Method } from "../hypergradient";
import { copy } from "../solvers/vectors";
import { implicit, type ImplicitOptions, type Solve } from "./implicit";

/**
 * T1-T2: the inverse of the curvature replaced by the identity.
 *
 *     p = v
 *
 * The sign of the hypergradient is often right, its length never means anything: it scales with the curvature. `damping` and `curvature`
 * enter the residual alone; `measureResidual: false` saves that product.
 *
 * @param options see {@link ImplicitOptions}.
 * @returns the method.
 * @throws RangeError for a bad option.
 * @see Luketina et al.: Scalable gradient-based tuning of continuous regularization hyperparameters, ICML 2016. From
 *   third-party accounts; the paper was not read.
 */
export function identity(options: ImplicitOptions = {}): Method {
  return implicit({
    name: "identity",
    ...options,
    fixedMatrix: false,
    makesProducts: false,
    solve: (_, v) => unsolved(copy(v)),
  });
}

/** A vector that stands in for a solution. */
export const unsolved = (solution: ReturnType<Solve>["solution"]): ReturnType<Solve> => ({
  solution,
  residual: NaN,
  iterations: 0,
  products: 0,
  status: "approximate",
  smallestRitzValue: NaN,
  largestRitzValue: NaN,
});
