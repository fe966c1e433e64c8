import { EigenvalueDecomposition, Matrix } from "ml-matrix";

import { random, tf } from "../../engine";
import { add, dot, normals, solve, times, transposed, type Dense } from "./dense";
import { assignFlat, ends, type KnownProblem } from "./knownProblem";

export interface KnownRidgeOptions {
  /** Features, as many as penalties; default 30. */
  readonly features?: number;
  /** Training samples, and half as many for validation; default 60. */
  readonly samples?: number;
  readonly seed: number;
}

/** The regression in float64. */
export interface RidgeData {
  readonly X: Dense;
  readonly y: readonly number[];
  readonly validation: { readonly X: Dense; readonly y: readonly number[] };
}

/**
 * Ridge regression with a penalty of its own for each feature, in closed form.
 *
 *     L = |X w - y|^2 / 2n + sum_j e^alpha_j w_j^2 / 2        w* = (X'X / n + diag e^alpha)^-1 X'y / n
 *     F = |X_v w - y_v|^2 / 2m                                 dF/dalpha_j = -e^alpha_j w*_j p_j,   (X'X / n + diag e^alpha) p = X_v'(X_v w* - y_v) / m
 *
 * @param options.features number of features; their scales fall from 1 to 0.1, so that the problem is not too well conditioned.
 * @param options.samples training samples.
 * @param options.seed of data and penalties.
 * @returns the problem at w*. Derived here.
 */
export function knownRidge({ features = 30, samples = 60, seed }: KnownRidgeOptions): KnownProblem {
  const data = ridgeData(features, samples, seed);
  const source = random(seed).fork("penalties");
  const alpha = Array.from({ length: features }, () => Math.fround(Math.log(0.02) + 0.5 * source.normal()));
  const { weights, gradient, eigenvalues } = solveRidge(data, alpha);

  const w = tf.tidy(() => tf.variable(tf.tensor2d([...weights], [features, 1])));
  const a = tf.tidy(() => tf.variable(tf.tensor1d(alpha)));
  const matrix = (rows: Dense) => tf.tensor2d(rows as number[][]);
  const square = (z: tf.Tensor, y: readonly number[]) =>
    tf.mul(0.5, tf.mean(tf.square(tf.sub(z, tf.tensor2d([...y], [y.length, 1])))));
  const weightsOf = () => w as unknown as tf.Tensor2D;
  const innerLogits = () => tf.matMul(matrix(data.X), weightsOf());
  const innerLossOfLogits = (z: tf.Tensor) => square(z, data.y);
  const innerPenalty = () => tf.mul(0.5, tf.sum(tf.mul(tf.exp(a), tf.square(tf.reshape(w, [-1])))));
  return {
    name: "ridge regression",
    problem: {
      inner: [w],
      outer: [a],
      innerLoss: () => tf.add(innerLossOfLogits(innerLogits()), innerPenalty()),
      outerLoss: () => square(tf.matMul(matrix(data.validation.X), weightsOf()), data.validation.y),
      innerLogits,
      innerLossOfLogits,
      innerPenalty,
    },
    truth: gradient,
    minimiser: weights,
    spectrum: ends(eigenvalues),
    setInner: (values) => assignFlat([w], values),
    dispose: () => tf.dispose([w, a]),
  };
}

/** Random regression data; features differ in scale, targets carry noise. */
export function ridgeData(features: number, samples: number, seed: number): RidgeData {
  const source = random(seed).fork("ridge");
  const scale = (column: number) => 10 ** (-column / Math.max(1, features - 1));
  const truth = normals(source, features);
  const part = (rows: number) => {
    const X = Array.from({ length: rows }, () =>
      normals(source, features).map((value, column) => Math.fround(value * scale(column))),
    );
    return { X, y: times(X, truth).map((value) => Math.fround(value + 0.5 * source.normal())) };
  };
  const train = part(samples);
  return { ...train, validation: part(Math.ceil(samples / 2)) };
}

/** w*, F(w*), its gradient in the logarithms of the penalties, and the eigenvalues of the inner Hessian. */
export function solveRidge({ X, y, validation }: RidgeData, alpha: readonly number[]) {
  const [n, m] = [X.length, validation.X.length];
  const columns = transposed(X);
  const system = columns.map((row, i) =>
    columns.map((other, j) => dot(row, other) / n + (i === j ? Math.exp(alpha[i]) : 0)),
  );
  const weights = solve(
    system,
    times(columns, y).map((value) => value / n),
  );
  const apart = add(times(validation.X, weights), -1, validation.y);
  const p = solve(
    system,
    times(transposed(validation.X), apart).map((value) => value / m),
  );
  return {
    weights,
    value: dot(apart, apart) / (2 * m),
    gradient: alpha.map((each, j) => -Math.exp(each) * weights[j] * p[j]),
    eigenvalues: new EigenvalueDecomposition(new Matrix(system), { assumeSymmetric: true }).realEigenvalues,
  };
}
