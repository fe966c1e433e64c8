import { EigenvalueDecomposition, Matrix } from "ml-matrix";

import { random, softmaxCrossEntropy, tf, type Random } from "../../engine";
import { gradient, HyperDual, hessianVectorProduct } from "../../engine/probes/hyperDual";
import { add, norm, normals, shifted, solve } from "./dense";
import { assignFlat, ends, type KnownProblem } from "./knownProblem";

/** Sizes of a tanh network: features, hidden units, classes. */
const [D, M, K] = [3, 4, 3];
const INNER = D * M + M + M * K + K;
const PENALTY = 0.05;
/** Training and validation samples of each class. */
const COUNTS = { train: [24, 12, 6], validation: [8, 8, 8] };

/** Samples in the order of their classes. */
interface Samples {
  readonly X: number[][];
  readonly labels: number[];
}

/** Both losses as float64 programs of theta and alpha = (delta, l). */
export interface NetworkPrograms {
  inner(theta: readonly HyperDual[], alpha: readonly HyperDual[]): HyperDual;
  outer(theta: readonly HyperDual[]): HyperDual;
}

/**
 * A tanh network under the parametric cross-entropy, at the minimiser of its penalised training loss.
 *
 *     L = mean_i CE(sigmoid(delta) * f_i + l, y_i) + 0.05 |theta|^2 / 2        F = balanced cross-entropy of f on validation data
 *
 * 3 classes of 24, 12 and 6 training samples, 31 parameters. Minimiser, Hessian and mixed derivatives are those of hyper-dual numbers in
 * float64, which share nothing with the tape: theta* by gradient descent and then Newton's method, the truth by the implicit function
 * theorem with a dense solve.
 *
 * @param options.seed of data and start.
 * @returns the problem with outer variables delta and l, at theta*. Derived here.
 * @throws Error when Newton's method does not reach a gradient of 1e-9.
 */
export function knownNetwork({ seed }: { readonly seed: number }): KnownProblem {
  const source = random(seed).fork("network");
  const [train, validation] = [COUNTS.train, COUNTS.validation].map((counts) => samples(source, counts));
  const alpha = [0.4, -0.3, 0.8, 0.2, 0, -0.4].map(Math.fround);
  const programs = networkPrograms(train, validation);
  const theta = minimise(
    programs,
    alpha,
    normals(source, INNER).map((value) => 0.5 * value),
  );
  const { truth, eigenvalues } = implicitGradient(programs, theta, alpha);

  const variable = (values: readonly number[], shape: number[]) =>
    tf.tidy(() => tf.variable(tf.tensor([...values], shape)));
  const inner = [[D, M], [M], [M, K], [K]].map((shape) => tf.tidy(() => tf.variable(tf.zeros(shape))));
  assignFlat(inner, theta);
  const [delta, shift] = [variable(alpha.slice(0, K), [K]), variable(alpha.slice(K), [K])];
  const logits = ({ X }: Samples) => {
    const [w1, b1, w2, b2] = inner as unknown as tf.Tensor2D[];
    return tf.add(tf.matMul(tf.tanh(tf.add(tf.matMul(tf.tensor2d(X), w1), b1)), w2), b2);
  };
  const innerLossOfLogits = (z: tf.Tensor) =>
    tf.mean(softmaxCrossEntropy(tf.add(tf.mul(z, tf.sigmoid(delta)), shift), tf.tensor1d(train.labels, "int32")));
  const innerPenalty = () =>
    tf.mul(
      PENALTY / 2,
      inner.map((part) => tf.sum(tf.square(part))).reduce((a, b) => tf.add(a, b)),
    );
  return {
    name: "tanh network",
    problem: {
      inner,
      outer: [delta, shift],
      innerLoss: () => tf.add(innerLossOfLogits(logits(train)), innerPenalty()),
      outerLoss: () => tf.mean(softmaxCrossEntropy(logits(validation), tf.tensor1d(validation.labels, "int32"))),
      innerLogits: () => logits(train),
      innerLossOfLogits,
      innerPenalty,
    },
    truth,
    minimiser: theta,
    spectrum: ends(eigenvalues),
    setInner: (values) => assignFlat(inner, values),
    dispose: () => tf.dispose([...inner, delta, shift]),
  };
}

/** Points around one of three overlapping centres. */
function samples(source: Random, counts: readonly number[]): Samples {
  const centre = (label: number) => [0, 1, 2].map((axis) => (axis === label ? 1 : 0));
  const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label));
  return { labels, X: labels.map((label) => add(normals(source, D), 1, centre(label)).map(Math.fround)) };
}

/** The losses of the network in hyper-dual numbers. Validation classes are of one size, so that the mean is the balanced one. */
export function networkPrograms(train: Samples, validation: Samples): NetworkPrograms {
  const zero = new HyperDual(0);
  const sum = (terms: readonly HyperDual[]) => terms.reduce((a, b) => a.add(b), zero);
  const logits = (theta: readonly HyperDual[], x: readonly number[]): HyperDual[] => {
    const [b1, w2, b2] = [D * M, D * M + M, D * M + M + M * K];
    const hidden = Array.from({ length: M }, (_, j) =>
      sum(x.map((value, i) => theta[i * M + j].mul(value)))
        .add(theta[b1 + j])
        .tanh(),
    );
    return Array.from({ length: K }, (_, k) =>
      sum(hidden.map((unit, j) => unit.mul(theta[w2 + j * K + k]))).add(theta[b2 + k]),
    );
  };
  const crossEntropy = (z: readonly HyperDual[], label: number): HyperDual => {
    const top = Math.max(...z.map(({ value }) => value));
    return sum(z.map((each) => each.sub(top).exp()))
      .log()
      .add(top)
      .sub(z[label]);
  };
  const mean = ({ X, labels }: Samples, of: (x: readonly number[], label: number) => HyperDual) =>
    sum(X.map((x, i) => of(x, labels[i]))).mul(1 / X.length);
  return {
    inner: (theta, alpha) => {
      const scale = alpha.slice(0, K).map((delta) => delta.sigmoid());
      const loss = mean(train, (x, label) =>
        crossEntropy(
          logits(theta, x).map((z, k) => z.mul(scale[k]).add(alpha[K + k])),
          label,
        ),
      );
      return loss.add(sum(theta.map((value) => value.square())).mul(PENALTY / 2));
    },
    outer: (theta) => mean(validation, (x, label) => crossEntropy(logits(theta, x), label)),
  };
}

const constants = (values: readonly number[]) => values.map((value) => new HyperDual(value));
const STEPS = { descent: 200, rate: 3, newton: 20, tolerance: 1e-9 };

/** theta*(alpha) from a start, in float64. */
export function minimise(
  { inner }: NetworkPrograms,
  alpha: readonly number[],
  start: readonly number[],
  descent = STEPS.descent,
): number[] {
  const loss = (theta: HyperDual[]) => inner(theta, constants(alpha));
  let theta = [...start];
  for (let step = 0; step < descent; step++) theta = add(theta, -STEPS.rate, gradient(loss, theta));
  for (let step = 0; step < STEPS.newton; step++) {
    const slope = gradient(loss, theta);
    if (norm(slope) <= STEPS.tolerance) return theta;
    const hessian = unitVectors(theta.length).map((unit) => hessianVectorProduct(loss, theta, unit));
    // Shifted as far as the slope is large (Levenberg): no step towards a saddle from afar, Newton's step near the end.
    theta = add(theta, -1, solve(shifted(hessian, norm(slope)), slope));
  }
  throw new Error(
    `knownNetwork: Newton's method has not reached a gradient of ${STEPS.tolerance} in ${STEPS.newton} steps`,
  );
}

const unitVectors = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));

/** -d2L/dalpha dtheta H^-1 dF/dtheta at a minimiser, and the eigenvalues of H. */
function implicitGradient({ inner, outer }: NetworkPrograms, theta: readonly number[], alpha: readonly number[]) {
  const n = theta.length;
  const joint = (x: HyperDual[]) => inner(x.slice(0, n), x.slice(n));
  const point = [...theta, ...alpha];
  const columns = unitVectors(point.length)
    .slice(0, n)
    .map((unit) => hessianVectorProduct(joint, point, unit));
  const hessian = columns.map((column) => column.slice(0, n));
  const p = solve(hessian, gradient(outer, theta));
  return {
    truth: alpha.map((_, a) => -p.reduce((sum, value, i) => sum + value * columns[i][n + a], 0)),
    eigenvalues: new EigenvalueDecomposition(new Matrix(hessian), { assumeSymmetric: true }).realEigenvalues,
  };
}
