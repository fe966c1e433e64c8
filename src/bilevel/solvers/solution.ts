import { type tf } from "../../engine";
import { zerosLike, type Vector } from "./vectors";

/**
 * How a solve ended.
 *
 *     converged          the residual fell to the tolerance, or the solve is direct
 *     approximate        stopped by the number of iterations, terms or columns asked for
 *     negativeCurvature  stopped at a direction d with d'Ad <= 0; the solution is the iterate before it
 *     singular           stopped where the matrix has no inverse on what is left of the right-hand side
 *     diverged           a series whose terms grow; returned only on demand
 */
export type SolverStatus = "converged" | "approximate" | "negativeCurvature" | "singular" | "diverged";

/** What every linear solver returns. */
export interface Solution {
  /** x, one tensor per tensor of the right-hand side, to be disposed by the caller. */
  readonly solution: tf.Tensor[];
  /** ||A x - b|| / ||b||; 0 where b = 0; NaN where the solver was told not to measure it and does not know it. */
  readonly residual: number;
  readonly iterations: number;
  /** Products of the matrix with a vector. */
  readonly products: number;
  readonly status: SolverStatus;
  /** Smallest Ritz value seen: an upper bound of the smallest eigenvalue, and below 0 only for an indefinite matrix. NaN without. */
  readonly smallestRitzValue: number;
  /** Largest Ritz value seen: a lower bound of the largest eigenvalue. NaN without. */
  readonly largestRitzValue: number;
  /** Step of a Neumann series. */
  readonly step?: number;
  /** Largest eigenvalue in size, where it was estimated or given. */
  readonly largestEigenvalue?: number;
}

/** A linear solver: all have this signature, so that one can stand for another. */
export type Solver<Options> = (
  matvec: (vector: Vector) => tf.Tensor[],
  rightHandSide: Vector,
  options?: Options,
) => Solution;

/** x = 0 for b = 0, found without a product. */
export const zeroSolution = (rightHandSide: Vector): Solution => ({
  solution: zerosLike(rightHandSide),
  residual: 0,
  iterations: 0,
  products: 0,
  status: "converged",
  smallestRitzValue: NaN,
  largestRitzValue: NaN,
});
