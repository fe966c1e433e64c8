import { Matrix, solve } from "ml-matrix";

import { flatten, tf, unflatten } from "../../engine";
import { requireCount, requireKnown } from "../../options";
import { extremes } from "./ritz";
import { zeroSolution, type Solution } from "./solution";
import { checkedLength, requireFinite, sizeOf, type MatVec, type Vector } from "./vectors";

export interface DenseOptions {
  /** Largest number of unknowns accepted; default 1000. */
  readonly limit?: number;
}

/** Up to so many unknowns the eigenvalues are computed too: 0.2 s at 300. */
const EIGENVALUES_UP_TO = 300;

/**
 * Solves A x = b by forming the matrix, one product per unknown, and an LU decomposition in float64.
 *
 * For small problems and as the reference of the other solvers. The matrix is made symmetric. Its accuracy is that of the products.
 *
 * @param matvec v => A v, A symmetric.
 * @param rightHandSide b, a list of float32 tensors.
 * @param options.limit integer >= 1, largest number n of unknowns; default 1000 (n products, n^3 / 3 operations).
 * @returns the solution; Ritz values are the extreme eigenvalues up to 300 unknowns, NaN above.
 * @throws RangeError for more unknowns than `limit`, a bad option, or a b that is empty or not finite; Error for a singular matrix or a
 *   product that is not finite.
 */
export function dense(matvec: MatVec, rightHandSide: Vector, options: DenseOptions = {}): Solution {
  const caller = "dense";
  const { limit = 1000 } = options;
  requireKnown(caller, options, ["limit"]);
  requireCount(caller, "limit", limit, 1);
  const length = checkedLength(caller, rightHandSide);
  const size = sizeOf(rightHandSide);
  if (size > limit) {
    throw new RangeError(
      `${caller}: the system has ${size} unknowns, at most ${limit} are accepted; raise limit or take an iterative solver`,
    );
  }
  if (length === 0) return zeroSolution(rightHandSide);

  const matrix = Matrix.zeros(size, size);
  for (let column = 0; column < size; column++) {
    const unit = Float32Array.from({ length: size }, (_, row) => (row === column ? 1 : 0));
    const values = numbers(() => flatten(matvec(unflatten(tf.tensor1d(unit), rightHandSide))));
    for (let row = 0; row < size; row++) {
      requireFinite(caller, values[row], column + 1);
      matrix.set(row, column, matrix.get(row, column) + values[row] / 2);
      matrix.set(column, row, matrix.get(column, row) + values[row] / 2);
    }
  }
  const b = Float64Array.from(numbers(() => flatten(rightHandSide)));
  const x = Matrix.columnVector(Float32Array.from(solved(caller, matrix, b)));
  const solution = tf.tidy(() => unflatten(tf.tensor1d(x.to1DArray()), rightHandSide));
  return {
    solution,
    residual: matrix.mmul(x).sub(Matrix.columnVector(b)).norm() / length,
    iterations: 1,
    products: size,
    status: "converged",
    ...extremes(size <= EIGENVALUES_UP_TO ? matrix : Matrix.zeros(0, 0)),
  };
}

/** The numbers of the tensor that the work makes, and nothing left of it. */
function numbers(work: () => tf.Tensor): ArrayLike<number> {
  const tensor = tf.tidy(work);
  try {
    return tensor.dataSync();
  } finally {
    tensor.dispose();
  }
}

function solved(caller: string, matrix: Matrix, b: Float64Array): number[] {
  let x: number[] | undefined;
  let cause: unknown;
  try {
    x = solve(matrix, Matrix.columnVector(b)).to1DArray();
  } catch (error) {
    cause = error;
  }
  if (!x?.every(Number.isFinite)) {
    throw new Error(`${caller}: the matrix is singular: add damping, or take minres`, { cause });
  }
  return x;
}
