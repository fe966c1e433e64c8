import { tf } from "../../engine";
import { requireCount, requireKnown, requireNonNegative } from "../../options";
import { tridiagonalRitzValues } from "./ritz";
import { zeroSolution, type Solution, type SolverStatus } from "./solution";
import {
  checkedLength,
  dot,
  norm,
  plus,
  renew,
  requireFinite,
  times,
  zerosLike,
  type MatVec,
  type Vector,
} from "./vectors";

export interface MinresOptions {
  /** At most so many iterations, each one product; default 20. */
  readonly iterations?: number;
  /** Stops where ||A x - b|| <= tolerance ||b||; default 1e-6. */
  readonly tolerance?: number;
}

/**
 * Solves A x = b for a symmetric matrix, indefinite or not, by the minimal residual method.
 *
 * Lanczos' recurrence makes A tridiagonal on the Krylov space of b; Givens rotations solve the least-squares problem
 * min ||A x - b|| there, one column at a time. The residual never grows, whatever the signs of the eigenvalues. A smallest Ritz value
 * below 0 shows an indefinite matrix.
 *
 * @param matvec v => A v.
 * @param rightHandSide b, a list of float32 tensors.
 * @param options.iterations integer >= 0; default 20.
 * @param options.tolerance >= 0, relative to ||b||; default 1e-6, about what float32 can reach.
 * @returns the solution; its residual is that of the recurrence. Status `singular` where no more of b can be reached.
 * @throws RangeError for a bad option or a b that is empty or not finite; Error when a product is not finite.
 * @see Paige, Saunders: Solution of sparse indefinite systems of linear equations, 1975. From the standard formulation.
 */
export function minres(matvec: MatVec, rightHandSide: Vector, options: MinresOptions = {}): Solution {
  const caller = "minres";
  const { iterations = 20, tolerance = 1e-6 } = options;
  requireKnown(caller, options, ["iterations", "tolerance"]);
  requireCount(caller, "iterations", iterations, 0);
  requireNonNegative(caller, "tolerance", tolerance);
  const length = checkedLength(caller, rightHandSide);
  if (length === 0) return zeroSolution(rightHandSide);

  let [made, products] = [0, 0];
  let status: SolverStatus = "approximate";
  const [diagonal, offDiagonal]: number[][] = [[], []];
  // What is left of ||b||, with sign; the last two rotations (cosine, sine); the last off-diagonal entry of Lanczos.
  let left = length;
  let [cosine, cosineBefore, sine, sineBefore] = [1, 1, 0, 0];
  let beta = 0;
  const solution = tf.tidy(() => {
    let x = zerosLike(rightHandSide);
    let [v, vBefore] = [times(1 / length, rightHandSide), zerosLike(rightHandSide)];
    let [w, wBefore] = [zerosLike(rightHandSide), zerosLike(rightHandSide)];
    while (made < iterations) {
      // 1. Lanczos: A v = betaNext vNext + alpha v + beta vBefore.
      const product = matvec(v);
      const alpha = dot(v, product);
      requireFinite(caller, alpha, ++products);
      let next = tf.tidy(() => plus(plus(product, -alpha, v), -beta, vBefore));
      tf.dispose(product);
      const betaNext = norm(next);
      diagonal.push(alpha);
      offDiagonal.push(betaNext);
      // 2. The column (beta, alpha, betaNext) under the rotations so far, and the rotation that clears its last entry.
      const pivot = cosine * alpha - cosineBefore * sine * beta;
      const rotated = Math.hypot(pivot, betaNext);
      const above = sine * alpha + cosineBefore * cosine * beta;
      const twoAbove = sineBefore * beta;
      const scale = Math.max(...diagonal.map(Math.abs), ...offDiagonal);
      if (rotated <= 1e-7 * scale) {
        status = "singular";
        break;
      }
      [cosineBefore, cosine] = [cosine, pivot / rotated];
      [sineBefore, sine] = [sine, betaNext / rotated];
      // 3. The direction that this column adds, and the step along it.
      const direction = tf.tidy(() => times(1 / rotated, plus(plus(v, -twoAbove, wBefore), -above, w)));
      wBefore = renew(wBefore, w);
      w = direction;
      x = renew(x, plus(x, cosine * left, w));
      left *= -sine;
      made++;
      if (Math.abs(left) <= tolerance * length) {
        status = "converged";
        break;
      }
      if (betaNext <= 1e-7 * scale) break;
      next = renew(next, times(1 / betaNext, next));
      vBefore = renew(vBefore, v);
      v = next;
      beta = betaNext;
    }
    return x;
  });
  const residual = Math.abs(left) / length;
  return { solution, residual, iterations: made, products, status, ...tridiagonalRitzValues(diagonal, offDiagonal) };
}
