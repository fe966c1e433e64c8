import { probe, type tf } from "../engine";
import { type MixedTerm } from "./curvature";
import { requireProblem, type BilevelProblem } from "./problem";
import { type SolverStatus } from "./solvers";

/** What {@link hypergradient} returns. */
export interface Hypergradient {
  /** dF/dalpha, one tensor per outer variable, in their order, to be disposed by the caller. */
  readonly gradients: tf.Tensor[];
  /** ||(H + damping I) p - v|| / ||v||, 0 where v = 0; NaN for a method that solves no system or was told not to measure it. */
  readonly residual: number;
  /** Curvature-vector products spent on p, those of a power iteration included; the one that gives the residual is not counted. */
  readonly products: number;
  /** How the solve ended; `approximate` for a method that solves no system. */
  readonly status: SolverStatus;
  /** Smallest Ritz value of the damped curvature that was seen: below 0 only where it is indefinite. NaN without. */
  readonly smallestRitzValue: number;
  /** Largest Ritz value seen. NaN without. */
  readonly largestRitzValue: number;
  /** How the mixed term was formed. */
  readonly mixedTerm: MixedTerm;
  /** Step of a Neumann series. */
  readonly step?: number;
  /** Largest eigenvalue of the damped curvature, where `step: "auto"` used one. */
  readonly largestEigenvalue?: number;
}

/** A way to a hypergradient, as a value: options are bound, the problem comes later. */
export interface Method {
  /** What it is called, with the options that tell it apart. */
  readonly name: string;
  /** The hypergradient of a problem that {@link hypergradient} has checked, at the values its variables have. */
  hypergradient(problem: BilevelProblem): Hypergradient;
}

/**
 * The gradient of an outer loss with respect to outer variables through the minimiser of an inner loss.
 *
 *     F(alpha) = outerLoss(theta*(alpha), alpha),   theta*(alpha) = argmin innerLoss(theta, alpha)
 *     dF/dalpha = d outerLoss/dalpha - (d2 innerLoss/dalpha dtheta) p,   H p = v,   v = d outerLoss/dtheta,   H = d2 innerLoss/dtheta2
 *
 * That is the implicit function theorem at theta*; it is evaluated where the variables are, so that it is as good as the inner problem is
 * solved. Methods differ in p; one-step and unrolled methods differentiate steps of gradient descent from here instead.
 *
 * @param problem see {@link BilevelProblem}.
 * @param method such as `neumann({ terms: 5 })`.
 * @returns see {@link Hypergradient}. Variables and running statistics are left as they were, bit for bit; no tensor is left behind but
 *   the gradients.
 * @throws TypeError or RangeError when the problem is malformed or lacks what the method needs; Error when the outer gradient is not finite,
 *   a series diverges, or an operation has no right second derivative.
 * @see The implicit function theorem; Pedregosa: Hyperparameter optimization with approximate gradient, ICML 2016, for its use here. Derived
 *   here, and checked against closed forms and float64 references.
 */
export function hypergradient(problem: BilevelProblem, method: Method): Hypergradient {
  requireProblem("hypergradient", problem);
  if (typeof method?.hypergradient !== "function") {
    throw new TypeError(
      `hypergradient: method must be a method such as neumann({ terms: 5 }), received ${method === undefined ? "nothing" : typeof method}`,
    );
  }
  return probe(() => method.hypergradient(problem));
}
