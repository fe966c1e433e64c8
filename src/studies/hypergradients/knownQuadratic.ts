import { logarithmic, solve } from "./dense";
import { assignFlat, type KnownProblem } from "./knownProblem";
import { directTerm, minimiser, onTensors, outerSlope, quadratic, withVector } from "./quadratic";

export interface KnownQuadraticOptions {
  /** Inner numbers, at least 5; default 40. */
  readonly size?: number;
  /** Ratio of the largest to the smallest eigenvalue of the inner Hessian, above 1; default 100. */
  readonly condition?: number;
  readonly seed: number;
}

/**
 * The quadratic bilevel problem at its minimiser: inner and outer loss quadratic, with cross terms.
 *
 *     dF/dalpha = E' theta* + d + kappa alpha + B' A^-1 (Q (theta* - t) + E alpha)
 *
 * @param options.size inner numbers; eigenvalues of A are evenly spaced in their logarithm from 1 / condition to 1.
 * @param options.condition as above.
 * @param options.seed of the problem.
 * @returns the problem with two outer numbers, its variables at theta*. Derived here.
 */
export function knownQuadratic({ size = 40, condition = 100, seed }: KnownQuadraticOptions): KnownProblem {
  const spectrum = [1 / condition, 1] as const;
  const q = quadratic(seed, logarithmic(...spectrum, size));
  const alpha = [0.7, -1.2].map(Math.fround);
  const theta = minimiser(q, alpha);
  const { problem, theta: parts, dispose } = onTensors(q, theta, alpha);
  return {
    name: "quadratic",
    problem,
    truth: withVector(q, directTerm(q, theta, alpha), solve(q.A, outerSlope(q, theta, alpha))),
    minimiser: theta,
    spectrum,
    setInner: (values) => assignFlat(parts, values),
    dispose,
  };
}
