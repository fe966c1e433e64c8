import { softplus } from "../metrics/lossTerms";
import { checkParameters, type BinaryLossParameters } from "../metrics/parametricTerms";
import { checkPoints, type LabelledPoints } from "./hardMargin";

/** A linear score on the way of gradient descent. */
export interface DescentPoint {
  /** Steps taken. */
  readonly step: number;
  /** theta, [d]. */
  readonly weight: Float64Array;
  /** Logarithm of the mean loss at theta. */
  readonly logLoss: number;
  /** Share of the gradient that each class has, [negative, positive], sum 1: sum over the class of the derivatives by the score, in size. */
  readonly pull: readonly [number, number];
}

export interface ParametricDescentOptions extends LabelledPoints, BinaryLossParameters {
  /** Step size eta > 0. Steps of the normalised descent are stable up to about 1 / max_i (Delta_y ||x_i||)^2. */
  readonly learningRate: number;
  /** The steps at which theta is kept, each a whole number >= 0; the largest ends the descent. */
  readonly record: readonly number[];
  /** Whether the gradient is divided by the loss (default), so that steps keep their length when the loss vanishes. */
  readonly normalized?: boolean;
}

/**
 * Gradient descent from 0 on the binary parametric cross-entropy of a linear score, far past zero error.
 *
 *     theta <- theta - eta grad L / L,    L = mean_i w_y log(1 + exp(iota_y - Delta_y m_i)),    m_i = (2 y_i - 1) theta . x_i
 *     iota_1 = l_0 - l_1 = -iota_0
 *
 * On separable data ||theta|| grows without end: linearly in the steps with the division by L, logarithmically without. Losses are kept as
 * logarithms, so that nothing vanishes.
 *
 * @param options.points x, n points of dimension d; a last coordinate 1 makes a bias.
 * @param options.labels y, 0 or 1, [n].
 * @param options.weight, options.scale, options.shift w, Delta and l as in `metrics.parametricCrossEntropyTerms`.
 * @param options.learningRate eta.
 * @param options.record the steps to keep.
 * @param options.normalized divide by L; default true.
 * @returns the kept points, in the order of their steps.
 * @throws RangeError on bad points, parameters, step size or steps.
 * @see Nacson et al.: Convergence of gradient descent on separable data, AISTATS 2019 (not read), for the normalised steps; the
 *   loss as in `metrics.parametricCrossEntropyTerms`.
 */
export function parametricDescent(options: ParametricDescentOptions): DescentPoint[] {
  const { points, labels, learningRate, record, normalized = true } = options;
  checkPoints("parametricDescent", { points, labels });
  const { weight: weights, scale, shift } = checkParameters("parametricDescent", options);
  if (!(learningRate > 0 && learningRate < Infinity)) {
    throw new RangeError(`parametricDescent: learningRate must be a positive finite number, received ${learningRate}`);
  }
  const bad = record.find((step) => !Number.isInteger(step) || step < 0);
  if (bad !== undefined || record.length === 0) {
    throw new RangeError(
      `parametricDescent: record must be whole numbers of at least 0, at least one, received ${bad ?? "none"}`,
    );
  }
  const dimension = points[0].length;
  const rows = Float64Array.from(points.flatMap((at) => Array.from(at)));
  const signs = Float64Array.from(labels, (label) => 2 * label - 1);
  const lift = shift[1] - shift[0];
  const theta = new Float64Array(dimension);
  const logLosses = new Float64Array(points.length);
  const slopes = new Float64Array(points.length);
  const gradient = new Float64Array(dimension);
  const kept = new Set(record);
  const last = Math.max(...record);
  const path: DescentPoint[] = [];
  for (let step = 0; step <= last; step++) {
    for (let index = 0; index < points.length; index++) {
      const y = labels[index];
      let score = 0;
      for (let axis = 0; axis < dimension; axis++) score += theta[axis] * rows[index * dimension + axis];
      const exponent = -signs[index] * (lift + scale[y] * score);
      logLosses[index] = Math.log(weights[y]) + logSoftplus(exponent);
      // Derivative of the logarithm of the sample's loss by its score.
      slopes[index] = -signs[index] * scale[y] * logSoftplusSlope(exponent);
    }
    const highest = logLosses.reduce((one, other) => Math.max(one, other), -Infinity);
    const sum = logLosses.reduce((total, value) => total + Math.exp(value - highest), 0);
    const logLoss = highest + Math.log(sum / points.length);
    const pull: [number, number] = [0, 0];
    gradient.fill(0);
    for (let index = 0; index < points.length; index++) {
      const share = (Math.exp(logLosses[index] - highest) / sum) * slopes[index];
      pull[labels[index]] += Math.abs(share);
      for (let axis = 0; axis < dimension; axis++) gradient[axis] += share * rows[index * dimension + axis];
    }
    if (kept.has(step)) {
      const total = pull[0] + pull[1];
      path.push({ step, weight: theta.slice(), logLoss, pull: [pull[0] / total, pull[1] / total] });
    }
    const length = learningRate * (normalized ? 1 : Math.exp(logLoss));
    for (let axis = 0; axis < dimension; axis++) theta[axis] -= length * gradient[axis];
  }
  return path;
}

/** Below this exponent softplus is its exponential to double precision. */
const TAIL = -37;

/** log log(1 + exp(u)). */
function logSoftplus(u: number): number {
  return u < TAIL ? u : Math.log(softplus(u));
}

/** d/du log log(1 + exp(u)) = sigmoid(u) / softplus(u). */
function logSoftplusSlope(u: number): number {
  return u < TAIL ? 1 : 1 / ((1 + Math.exp(-u)) * softplus(u));
}
