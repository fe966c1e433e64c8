import { EigenvalueDecomposition, Matrix, solve } from "ml-matrix";

import { flatten, random, tf, unflatten } from "../../engine";
import { requireCount, requireKnown, requireNonNegative, requireOneOf } from "../../options";
import { randomVector } from "./powerIteration";
import { extremes } from "./ritz";
import { zeroSolution, type Solution } from "./solution";
import { checkedLength, norm, plus, requireFinite, sizeOf, times, type MatVec, type Vector } from "./vectors";

export interface NystromOptions {
  /** Columns of the sketch, each one product; default 10. */
  readonly rank?: number;
  /** Damping rho >= 0 that is added to the approximation; default 0. The matrix is given without it. */
  readonly damping?: number;
  /** What multiplies the matrix; default `"gaussian"`. */
  readonly sketch?: "gaussian" | "columns";
  /** Curvature of the directions that the sketch does not see; default `"zero"` with damping, `"smallest"` without. */
  readonly tail?: "zero" | "smallest";
  /** Seed of the sketch; default 0. */
  readonly seed?: number;
  /** Whether one more product goes into the residual; default true. */
  readonly measureResidual?: boolean;
}

/** Share of the largest eigenvalue below which one is rounding of float32. */
const ROUNDING = 1e-6;

/**
 * Approximates the solution of (A + rho I) x = b by a low-rank approximation of A.
 *
 *     Y = A Omega, C = Omega' Y;   A ~ N = Y C^+ Y' = Q K Q';   x = Q (K + rho I)^(-1) Q' b + (b - Q Q' b) / (tail + rho)
 *
 * with Omega [n, rank] orthonormal and Q an orthonormal basis of Y's columns. No iteration, nothing that could diverge; what is wrong
 * is what the sketch has missed, and the residual shows it.
 *
 * @param matvec v => A v, without damping.
 * @param rightHandSide b, a list of float32 tensors, n numbers in all.
 * @param options.rank integer >= 1; default 10; never more than n. With n the solve is exact but for rounding.
 * @param options.damping rho >= 0; default 0.
 * @param options.sketch `"gaussian"` (default), random directions, or `"columns"`, random columns of A as published.
 * @param options.tail `"zero"` (default with damping, as published), which needs rho > 0 unless `rank` reaches n, or `"smallest"` (default
 *   without): directions outside of the sketch get the smallest eigenvalue inside, for matrices whose spectrum ends flat, such as one with
 *   weight decay in it.
 * @param options.seed of the sketch; default 0.
 * @param options.measureResidual default true: one more product.
 * @returns the solution; the Ritz values are the extreme eigenvalues of C, so of A without damping.
 * @throws RangeError for a bad option or a b that is empty or not finite; Error when a product is not finite or nothing can be inverted.
 * @see Hataya, Yamada: Nystroem method for accurate and scalable implicit differentiation, AISTATS 2023 (columns); Frangella, Tropp, Udell:
 *   Randomized Nystroem preconditioning, 2021 (random directions, flat tail). Formulas from the standard definition, not compared
 *   with the papers' text.
 */
export function nystrom(matvec: MatVec, rightHandSide: Vector, options: NystromOptions = {}): Solution {
  const caller = "nystrom";
  checkNystrom(caller, options);
  const { damping = 0, measureResidual = true } = options;
  const tail = options.tail ?? (damping > 0 ? "zero" : "smallest");
  const length = checkedLength(caller, rightHandSide);
  const size = sizeOf(rightHandSide);
  const rank = Math.min(options.rank ?? 10, size);
  if (tail === "zero" && damping === 0 && rank < size) {
    throw new RangeError(
      `${caller}: with tail "zero" damping must be greater than 0 where rank (${rank}) is below the number of unknowns (${size}): what the ` +
        `sketch misses cannot be inverted; give damping, or tail "smallest"`,
    );
  }
  if (length === 0) return zeroSolution(rightHandSide);

  let ritz = extremes(Matrix.zeros(0, 0));
  const solution = tf.tidy(() => {
    const b = flatten(rightHandSide);
    const omega = directions(options, rightHandSide, rank);
    const columns = tf.unstack(omega).map((direction, column) => {
      const product = tf.tidy(() => flatten(matvec(unflatten(direction, rightHandSide))));
      requireFinite(caller, norm([product]), column + 1);
      return product;
    });
    const core = symmetric(tf.matMul(omega, tf.stack(columns), false, true));
    ritz = extremes(core);
    // Rows of q are the basis; N in that basis is B C^+ B' with B = Q' Y.
    const q = orthonormal(
      columns,
      columns.map((column) => norm([column])),
    );
    if (!q) throw new Error(`${caller}: the matrix is zero on all directions of the sketch`);
    const inBasis = toMatrix(tf.matMul(q, tf.stack(columns), false, true) as tf.Tensor2D);
    const small = inBasis.mmul(pseudoInverse(core)).mmul(inBasis.transpose());
    // A basis shorter than the sketch has found directions of curvature 0.
    const complete = q.shape[0] === rank;
    const flat = tail === "smallest" && complete ? Math.max(extremes(small).smallestRitzValue, 0) : 0;
    const projected = tf.matMul(q, tf.reshape(b, [size, 1])) as tf.Tensor2D;
    const inside = Matrix.add(small, Matrix.eye(small.rows).mul(damping));
    const coefficients = solve(inside, toMatrix(projected), true).to1DArray();
    const seen = spanned(q, coefficients);
    if (rank === size) return unflatten(seen, rightHandSide);
    if (damping === 0 && flat <= ROUNDING * ritz.largestRitzValue)
      throw new Error(`${caller}: the smallest eigenvalue in the sketch is 0: give damping`);
    const rest = tf.sub(b, spanned(q, toMatrix(projected).to1DArray()));
    return unflatten(tf.add(seen, tf.div(rest, flat + damping)), rightHandSide);
  });
  const residual = measureResidual
    ? tf.tidy(() => norm(plus(plus(matvec(solution), damping, solution), -1, rightHandSide))) / length
    : NaN;
  const products = rank + (measureResidual ? 1 : 0);
  const status = rank === size ? "converged" : "approximate";
  return { solution, residual, iterations: 1, products, status, ...ritz };
}

/** Throws a RangeError unless the options are those of the Nystroem method. */
export function checkNystrom(caller: string, options: NystromOptions): void {
  const { rank = 10, damping = 0, sketch = "gaussian", tail = "zero" } = options;
  requireKnown(caller, options, ["rank", "damping", "sketch", "tail", "seed", "measureResidual"]);
  requireCount(caller, "rank", rank, 1);
  requireNonNegative(caller, "damping", damping);
  requireOneOf(caller, "sketch", sketch, ["gaussian", "columns"]);
  requireOneOf(caller, "tail", tail, ["zero", "smallest"]);
}

/** The sketch, transposed: [rank, n], its rows orthonormal. */
function directions({ sketch = "gaussian", seed = 0 }: NystromOptions, like: Vector, rank: number): tf.Tensor2D {
  const source = random(seed).fork("nystrom");
  const size = sizeOf(like);
  if (sketch === "columns") {
    const chosen = source.shuffle(Int32Array.from({ length: size }, (_, index) => index)).slice(0, rank);
    return tf.cast(tf.oneHot(tf.tensor1d(chosen, "int32"), size), "float32") as tf.Tensor2D;
  }
  const columns = Array.from({ length: rank }, () => flatten(randomVector(like, () => source.normal())));
  return orthonormal(
    columns,
    columns.map(() => 0),
  ) as tf.Tensor2D;
}

/**
 * An orthonormal basis of the span of vectors [n], by Gram-Schmidt done twice: rows of [m, n], m <= their number.
 *
 * A vector of which less than a millionth of `scale` is left has nothing new in it. undefined where nothing is.
 */
function orthonormal(vectors: readonly tf.Tensor[], scale: readonly number[]): tf.Tensor2D | undefined {
  const rows: tf.Tensor[] = [];
  const largest = Math.max(...scale);
  for (const vector of vectors) {
    const row = tf.tidy(() => {
      let left = tf.reshape(vector, [-1, 1]);
      if (rows.length > 0) {
        const basis = tf.stack(rows) as tf.Tensor2D;
        for (let pass = 0; pass < 2; pass++) {
          left = tf.sub(left, tf.matMul(basis, tf.matMul(basis, left as tf.Tensor2D), true));
        }
      }
      const length = norm([left]);
      return length > ROUNDING * largest ? tf.reshape(times(1 / length, [left])[0], [-1]) : undefined;
    });
    if (row) rows.push(row);
  }
  return rows.length > 0 ? (tf.stack(rows) as tf.Tensor2D) : undefined;
}

/** Sum of the basis vectors, rows of q, with the given coefficients. */
const spanned = (q: tf.Tensor2D, coefficients: readonly number[]): tf.Tensor1D =>
  tf.tidy(() => tf.reshape(tf.matMul(tf.tensor2d([[...coefficients]]), q), [-1]));

const toMatrix = (tensor: tf.Tensor2D): Matrix =>
  Matrix.from1DArray(tensor.shape[0], tensor.shape[1], tensor.dataSync());

function symmetric(tensor: tf.Tensor): Matrix {
  const matrix = toMatrix(tensor as tf.Tensor2D);
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

/** Inverse of a symmetric matrix on the eigenvectors whose eigenvalue is more than rounding. */
function pseudoInverse(matrix: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const floor = ROUNDING * Math.max(...realEigenvalues.map(Math.abs));
  const inverse = Matrix.diag(realEigenvalues.map((value) => (Math.abs(value) > floor ? 1 / value : 0)));
  return eigenvectorMatrix.mmul(inverse).mmul(eigenvectorMatrix.transpose());
}
