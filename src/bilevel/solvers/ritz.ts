import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export interface RitzValues {
  readonly smallestRitzValue: number;
  readonly largestRitzValue: number;
}

const NONE: RitzValues = { smallestRitzValue: NaN, largestRitzValue: NaN };

/** The ends of the spectrum of a symmetric matrix. */
export function extremes(matrix: Matrix): RitzValues {
  if (matrix.rows === 0) return NONE;
  const values = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;
  return { smallestRitzValue: Math.min(...values), largestRitzValue: Math.max(...values) };
}

/**
 * Ritz values of the tridiagonal matrix that conjugate gradient and Lanczos build.
 *
 * @param diagonal [k].
 * @param offDiagonal [k - 1] or more, of which the first k - 1 count.
 * @returns smallest and largest eigenvalue; NaN for k = 0.
 */
export function tridiagonalRitzValues(diagonal: readonly number[], offDiagonal: readonly number[]): RitzValues {
  const matrix = Matrix.zeros(diagonal.length, diagonal.length);
  diagonal.forEach((value, k) => {
    matrix.set(k, k, value);
    if (k === 0) return;
    matrix.set(k, k - 1, offDiagonal[k - 1]);
    matrix.set(k - 1, k, offDiagonal[k - 1]);
  });
  return extremes(matrix);
}

/**
 * Ritz values of a symmetric matrix M on the Krylov space of b, from moments alone: no vector is kept.
 *
 *     m_k = <b, M^k b>     G_ij = m_(i+j) = <M^i b, M^j b>     S_ij = m_(i+j+1) = <M^i b, M M^j b>     S y = theta G y
 *
 * Powers of M turn towards one direction, so that G is nearly singular: directions whose share of it the noise could have made are
 * left out, and the values are those of a smaller space, still between the ends of the spectrum.
 *
 * @param moments m_0, ..., m_(2k), m_0 > 0.
 * @param noise relative error of the moments.
 * @returns smallest and largest Ritz value of M on span{b, ..., M^(k-1) b}; NaN for k = 0.
 */
export function momentRitzValues(moments: readonly number[], noise: number): RitzValues {
  let size = (moments.length - 1) / 2;
  // A power that has vanished spans nothing.
  while (size > 0 && !(moments[2 * size - 2] > 1e-30 * moments[0])) size--;
  if (size < 1) return NONE;
  const scale = Array.from({ length: size }, (_, i) => 1 / Math.sqrt(moments[2 * i]));
  const hankel = (shift: number) => {
    const matrix = Matrix.zeros(size, size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) matrix.set(i, j, moments[i + j + shift] * scale[i] * scale[j]);
    }
    return matrix;
  };
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(hankel(0), { assumeSymmetric: true });
  const floor = 100 * noise * Math.max(...realEigenvalues);
  const kept = realEigenvalues.map((_, column) => column).filter((column) => realEigenvalues[column] > floor);
  const basis = Matrix.zeros(size, kept.length);
  kept.forEach((from, to) => {
    for (let row = 0; row < size; row++) {
      basis.set(row, to, eigenvectorMatrix.get(row, from) / Math.sqrt(realEigenvalues[from]));
    }
  });
  return extremes(basis.transpose().mmul(hankel(1)).mmul(basis));
}
