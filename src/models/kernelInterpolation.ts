import { CholeskyDecomposition, Matrix } from "ml-matrix";

/** An inner product of features: symmetric, positive definite on distinct points. */
export type Kernel = (one: ArrayLike<number>, other: ArrayLike<number>) => number;

/**
 * The kernel of infinitely many random ReLU features with a bias: a layer as wide as can be.
 *
 *     k(x, z) = ||x'|| ||z'|| (sin t + (pi - t) cos t) / pi,   x' = (x, 1),  t the angle between x' and z'
 *
 * @param one x, [d].
 * @param other z, [d].
 * @returns k(x, z) = 2 E relu(w . x') relu(w . z') for w ~ N(0, I).
 * @throws RangeError when the dimensions differ.
 * @see Cho, Saul: Kernel methods for deep learning, NIPS 2009, the arc-cosine kernel of degree 1 (written from knowledge of it; a test
 *   holds it against random features).
 */
export function arcCosineKernel(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) {
    throw new RangeError(`arcCosineKernel: points must have one dimension, received ${one.length} and ${other.length}`);
  }
  let [product, first, second] = [1, 1, 1];
  for (let axis = 0; axis < one.length; axis++) {
    product += one[axis] * other[axis];
    first += one[axis] ** 2;
    second += other[axis] ** 2;
  }
  const norms = Math.sqrt(first * second);
  // Rounding may leave the cosine of equal points above 1.
  const angle = Math.acos(Math.max(-1, Math.min(1, product / norms)));
  return (norms * (Math.sin(angle) + (Math.PI - angle) * Math.cos(angle))) / Math.PI;
}

/** A model that fits its training set exactly, before its classes are scaled and shifted. */
export interface KernelInterpolation {
  readonly classes: number;
  /** a_j(x), [n K] point after point: the interpolation of "is of class j"; at a training point 1 for its class, else 0. */
  indicators(points: readonly ArrayLike<number>[]): Float64Array;
}

/**
 * Interpolates the classes of a training set with the least norm that a kernel has.
 *
 *     a_j = argmin ||a||  subject to  a(x_i) = [y_i = j];     a_j(x) = sum_i k(x, x_i) c_ij,   K c = Y
 *
 * @param options.points training points, [n][d], distinct.
 * @param options.labels their classes, [n], integers in {0, ..., classes - 1}.
 * @param options.classes K >= 2.
 * @param options.kernel default {@link arcCosineKernel}.
 * @returns see {@link KernelInterpolation}. Points are kept by reference.
 * @throws RangeError for no points, unequal lengths, a label out of range, or a kernel matrix that is not positive definite (equal points,
 *   or fewer features than points).
 * @see Least-norm interpolation is standard; solved by Cholesky's decomposition in double precision.
 */
export function kernelInterpolation(options: {
  readonly points: readonly ArrayLike<number>[];
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  readonly kernel?: Kernel;
}): KernelInterpolation {
  const caller = "kernelInterpolation";
  const { points, labels, classes, kernel = arcCosineKernel } = options;
  const n = points.length;
  if (n === 0 || labels.length !== n) {
    throw new RangeError(
      `${caller}: points and labels must be as many, at least one, received ${n} and ${labels.length}`,
    );
  }
  if (!(Number.isInteger(classes) && classes >= 2)) {
    throw new RangeError(`${caller}: classes must be an integer of at least 2, received ${classes}`);
  }
  const bad = Array.from(labels).find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (bad !== undefined) throw new RangeError(`${caller}: labels must be from 0 to ${classes - 1}, received ${bad}`);
  const gram = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = kernel(points[i], points[j]);
      gram.set(i, j, value);
      gram.set(j, i, value);
    }
  }
  const decomposition = new CholeskyDecomposition(gram);
  if (!decomposition.isPositiveDefinite()) {
    throw new RangeError(
      `${caller}: the kernel matrix of the ${n} points must be positive definite, received one that is not`,
    );
  }
  const target = Matrix.zeros(n, classes);
  for (let i = 0; i < n; i++) target.set(i, labels[i], 1);
  const coefficients = decomposition.solve(target).to2DArray();
  return {
    classes,
    indicators(at) {
      const values = new Float64Array(at.length * classes);
      at.forEach((point, row) => {
        for (let i = 0; i < n; i++) {
          const value = kernel(point, points[i]);
          for (let k = 0; k < classes; k++) values[row * classes + k] += value * coefficients[i][k];
        }
      });
      return values;
    },
  };
}

/**
 * Raw logits of the least-norm model that brings a parametric squared loss to exactly zero on its training set.
 *
 *     L(f) = mean_i sum_k (scale_k f_k(x_i) + shift_k - ([y_i = k] - 1 / K))^2
 *     f_k(x) = (a_k(x) - (1 / K + shift_k) sum_j a_j(x)) / scale_k
 *
 * The model is linear in the interpolated indicators, so that one solve serves all parameters of the loss.
 *
 * @param indicators a, [n K] point after point, of {@link kernelInterpolation}.
 * @param parameters.scale Delta > 0, [K].
 * @param parameters.shift l, [K]; default 0.
 * @returns f, [n K]; decisions are made by the largest.
 * @throws RangeError when lengths do not fit, or a scale is not positive.
 * @see Derived here: a model of least norm is linear in what it interpolates, and [y = k] - 1 / K - shift_k is a sum of indicators.
 */
export function interpolatedLogits(
  indicators: ArrayLike<number>,
  parameters: { readonly scale: readonly number[]; readonly shift?: readonly number[] },
): Float64Array {
  const { scale } = parameters;
  const classes = scale.length;
  const { shift = scale.map(() => 0) } = parameters;
  if (classes < 2 || indicators.length % classes !== 0 || shift.length !== classes) {
    throw new RangeError(
      `interpolatedLogits: indicators, scale and shift must be of the same classes, at least 2, received ${indicators.length}, ` +
        `${classes} and ${shift.length} numbers`,
    );
  }
  const bad = scale.find((factor) => !(factor > 0 && factor < Infinity));
  if (bad !== undefined) {
    throw new RangeError(`interpolatedLogits: scale must be positive finite numbers, received ${bad}`);
  }
  const logits = new Float64Array(indicators.length);
  for (let row = 0; row < indicators.length; row += classes) {
    let total = 0;
    for (let k = 0; k < classes; k++) total += indicators[row + k];
    for (let k = 0; k < classes; k++) {
      logits[row + k] = (indicators[row + k] - (1 / classes + shift[k]) * total) / scale[k];
    }
  }
  return logits;
}
