import { tf } from "../../engine";
import { requireCount, requireKnown, requireNonNegative } from "../../options";
import { tridiagonalRitzValues } from "./ritz";
import { zeroSolution, type Solution, type SolverStatus } from "./solution";
import { checkedLength, copy, dot, plus, renew, requireFinite, zerosLike, type MatVec, type Vector } from "./vectors";

export interface ConjugateGradientOptions {
  /** At most so many iterations, each one product; default 20. */
  readonly iterations?: number;
  /** Stops where ||A x - b|| <= tolerance ||b||; default 1e-6. */
  readonly tolerance?: number;
}

/**
 * Solves A x = b for a symmetric positive definite matrix by conjugate gradient.
 *
 *     r = p = b, x = 0;   alpha = r'r / p'Ap;  x += alpha p;  r -= alpha A p;  p = r + (r_new'r_new / r'r) p
 *
 * A direction with p'Ap <= 0 shows that the matrix is not positive definite: the solve ends with status `negativeCurvature`
 * and the iterate before that direction, whose residual is reported, so that nothing unbounded is returned. The Ritz values are the
 * eigenvalues of the tridiagonal matrix of the alphas and betas.
 *
 * @param matvec v => A v.
 * @param rightHandSide b, a list of float32 tensors.
 * @param options.iterations integer >= 0; default 20. Exact arithmetic needs as many as A has distinct eigenvalues.
 * @param options.tolerance >= 0, relative to ||b||; default 1e-6, about what float32 can reach.
 * @returns the solution; its residual is that of the recurrence for r.
 * @throws RangeError for a bad option or a b that is empty or not finite; Error when a product is not finite.
 * @see Hestenes, Stiefel: Methods of conjugate gradients for solving linear systems, 1952. From the standard formulation.
 */
export function conjugateGradient(
  matvec: MatVec,
  rightHandSide: Vector,
  options: ConjugateGradientOptions = {},
): Solution {
  const caller = "conjugateGradient";
  const { iterations = 20, tolerance = 1e-6 } = options;
  requireKnown(caller, options, ["iterations", "tolerance"]);
  requireCount(caller, "iterations", iterations, 0);
  requireNonNegative(caller, "tolerance", tolerance);
  const length = checkedLength(caller, rightHandSide);
  if (length === 0) return zeroSolution(rightHandSide);

  let [made, products] = [0, 0];
  let squared = length ** 2;
  let status: SolverStatus = "approximate";
  const [diagonal, offDiagonal]: number[][] = [[], []];
  const solution = tf.tidy(() => {
    let x = zerosLike(rightHandSide);
    let [r, p] = [copy(rightHandSide), copy(rightHandSide)];
    for (let carried = 0; made < iterations; made++) {
      const product = matvec(p);
      const curvature = dot(p, product);
      requireFinite(caller, curvature, ++products);
      // The tridiagonal matrix has 1 / alpha_k + beta_(k-1) / alpha_(k-1) on its diagonal and sqrt(beta_k) / alpha_k beside it.
      diagonal.push(curvature / squared + carried);
      if (curvature <= 0) {
        status = "negativeCurvature";
        break;
      }
      const alpha = squared / curvature;
      x = renew(x, plus(x, alpha, p));
      r = renew(r, plus(r, -alpha, product));
      const next = dot(r, r);
      const beta = next / squared;
      p = renew(p, plus(r, beta, p));
      tf.dispose(product);
      squared = next;
      carried = beta / alpha;
      offDiagonal.push(Math.sqrt(beta) / alpha);
      if (Math.sqrt(squared) <= tolerance * length) {
        status = "converged";
        made++;
        break;
      }
    }
    return x;
  });
  const residual = Math.sqrt(squared) / length;
  return { solution, residual, iterations: made, products, status, ...tridiagonalRitzValues(diagonal, offDiagonal) };
}
