import { type EigenvalueEstimate } from "../eigenvalue";
import { type Method } from "../hypergradient";
import * as solvers from "../solvers";
import { checkNeumann } from "../solvers/neumann";
import { implicit, type ImplicitOptions } from "./implicit";

export interface NeumannMethodOptions extends ImplicitOptions {
  /** Hessian-vector products, so that the sum has one summand more; default 5. */
  readonly terms?: number;
  /** a > 0, or `"auto"` (default): 1 / largest eigenvalue. */
  readonly step?: number | "auto";
  /** For `"auto"`: the eigenvalue, or what keeps an estimate over many calls; default a power iteration at every call. */
  readonly eigenvalue?: number | EigenvalueEstimate;
  /** Default `"throw"`; `"return"` repeats published settings whose series diverges. */
  readonly onDivergence?: "throw" | "return";
  /** Seed of the power iteration; default 0. */
  readonly seed?: number;
}

/**
 * The implicit hypergradient with a truncated Neumann series for the inverse.
 *
 *     p = a sum_(j=0..terms) (I - a (H + damping I))^j v
 *
 * With a constant mixed derivative it is what `terms` + 1 steps of gradient descent at rate a give when differentiated. Published
 * settings may diverge (AutoBalance: a = 1, 5 terms, no damping, beyond an eigenvalue of 2): that throws unless asked for.
 *
 * @param options.terms integer >= 0; default 5.
 * @param options.step a > 0, or `"auto"` (default).
 * @param options.eigenvalue largest eigenvalue of H + damping I in size, for `"auto"`: a number, or {@link amortisedEigenvalue}.
 * @param options.onDivergence `"throw"` (default) or `"return"`: the sum as it is, with status `diverged`.
 * @param options.seed of the power iteration; default 0.
 * @param options see {@link ImplicitOptions}.
 * @returns the method; it reports step and eigenvalue, and takes fresh minibatches per product.
 * @throws RangeError for a bad option; Error, at the call, when the series diverges.
 * @see Lorraine, Vicol, Duvenaud: Optimizing millions of hyperparameters by implicit differentiation, AISTATS 2020. The form is that of
 *   public code (AutoBalance, hypertorch), the paper was not read.
 */
export function neumann({
  terms = 5,
  step = "auto",
  eigenvalue,
  onDivergence = "throw",
  seed = 0,
  ...options
}: NeumannMethodOptions = {}): Method {
  const known = typeof eigenvalue === "number" ? eigenvalue : undefined;
  checkNeumann("neumann", { terms, step, largestEigenvalue: known, onDivergence });
  return implicit({
    name: "neumann",
    ...options,
    fixedMatrix: false,
    solve(matvec, v, { fixed, noise }) {
      const kept =
        step === "auto" && typeof eigenvalue === "object"
          ? eigenvalue.next(matvec, v, { noise, fixedMatrix: fixed })
          : undefined;
      const solution = solvers.neumann(matvec, v, {
        terms,
        step,
        largestEigenvalue: kept?.size ?? known,
        measureResidual: false,
        onDivergence,
        fixedMatrix: fixed,
        noise,
        seed,
      });
      return { ...solution, products: solution.products + (kept?.products ?? 0) };
    },
  });
}
