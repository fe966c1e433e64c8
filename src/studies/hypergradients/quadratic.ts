import { type BilevelProblem } from "../../bilevel";
import { random, tf } from "../../engine";
import { add, dot, logarithmic, normals, solve, times, transposed, withEigenvalues, type Dense } from "./dense";

/**
 * The quadratic bilevel problem, with all that is known of it in closed form:
 *
 *     L(theta, alpha) = theta' A theta / 2 - theta' (B alpha + c)        theta* = A^-1 (B alpha + c)
 *     F(theta, alpha) = (theta - t)' Q (theta - t) / 2 + theta' E alpha + d' alpha + kappa alpha' alpha / 2
 */
export interface Quadratic {
  readonly A: Dense;
  readonly B: Dense;
  readonly c: number[];
  readonly Q: Dense;
  readonly t: number[];
  readonly E: Dense;
  readonly d: number[];
  readonly kappa: number;
}

const OUTER = 2;

/**
 * A random one with the given eigenvalues of A.
 *
 * @param seed of all that is random in it.
 * @param eigenvalues positive, at least 5, of which there are as many as inner numbers; by default 6 from 0.5 to 4.
 */
export function quadratic(seed: number, eigenvalues: readonly number[] = logarithmic(0.5, 4, 6)): Quadratic {
  const source = random(seed);
  const inner = eigenvalues.length;
  const table = (rows: number, columns: number) => Array.from({ length: rows }, () => normals(source, columns));
  return {
    A: withEigenvalues(eigenvalues, seed + 1),
    B: table(inner, OUTER),
    c: normals(source, inner),
    Q: withEigenvalues(logarithmic(0.5, 2, inner), seed + 2),
    t: normals(source, inner),
    E: table(inner, OUTER).map((row) => row.map((value) => 0.3 * value)),
    d: normals(source, OUTER),
    kappa: 3,
  };
}

/** dL/dtheta = A theta - B alpha - c. */
export const innerSlope = ({ A, B, c }: Quadratic, theta: number[], alpha: number[]) =>
  add(add(times(A, theta), -1, times(B, alpha)), -1, c);

/** theta*(alpha). */
export const minimiser = ({ A, B, c }: Quadratic, alpha: number[]) => solve(A, add(times(B, alpha), 1, c));

/** v = dF/dtheta = Q (theta - t) + E alpha. */
export const outerSlope = ({ Q, t, E }: Quadratic, theta: number[], alpha: number[]) =>
  add(times(Q, add(theta, -1, t)), 1, times(E, alpha));

/** dF/dalpha = E' theta + d + kappa alpha. */
export const directTerm = ({ E, d, kappa }: Quadratic, theta: number[], alpha: number[]) =>
  add(add(times(transposed(E), theta), 1, d), kappa, alpha);

/** The hypergradient that a vector p gives: the mixed derivative of L is -B', so that its term is added. */
export const withVector = (q: Quadratic, direct: number[], p: number[]) => add(direct, 1, times(transposed(q.B), p));

/** The outer problem without its inner level: alpha -> F(theta*(alpha), alpha) is quadratic, with this Hessian and solution. */
export function outerProblem(q: Quadratic): { hessian: Dense; solution: number[] } {
  const slope = (alpha: number[]) => {
    const theta = minimiser(q, alpha);
    return withVector(q, directTerm(q, theta, alpha), solve(q.A, outerSlope(q, theta, alpha)));
  };
  const origin = slope([0, 0]);
  const hessian = transposed([slope([1, 0]), slope([0, 1])].map((column) => add(column, -1, origin)));
  const minusOrigin = origin.map((value) => -value);
  return { hessian, solution: solve(hessian, minusOrigin) };
}

export interface QuadraticVariables {
  readonly theta: tf.Variable[];
  readonly alpha: tf.Variable;
  readonly problem: BilevelProblem;
  dispose(): void;
}

/** The problem on tensors; theta is cut into a matrix [2, 2] and a vector of the rest. */
export function onTensors(q: Quadratic, theta: number[], alpha: number[]): QuadraticVariables {
  const column = (values: readonly number[]) => tf.tensor2d([...values], [values.length, 1]);
  const matrix = (values: Dense) => tf.tensor2d(values as number[][]);
  const variable = (values: number[], shape: number[]) => tf.tidy(() => tf.variable(tf.tensor(values, shape)));
  const parts = [variable(theta.slice(0, 4), [2, 2]), variable(theta.slice(4), [theta.length - 4])];
  const outer = variable(alpha, [2]);
  const joined = () => tf.reshape(tf.concat(parts.map((part) => tf.reshape(part, [-1]) as tf.Tensor1D)), [-1, 1]);
  const form = (x: tf.Tensor, M: Dense, y: tf.Tensor) => tf.sum(tf.mul(x, tf.matMul(matrix(M), y as tf.Tensor2D)));
  return {
    theta: parts,
    alpha: outer,
    problem: {
      inner: parts,
      outer: [outer],
      innerLoss: () =>
        tf.tidy(() => {
          const x = joined();
          const linear = tf.add(tf.matMul(matrix(q.B), tf.reshape(outer, [-1, 1]) as tf.Tensor2D), column(q.c));
          return tf.sub(tf.mul(0.5, form(x, q.A, x)), tf.sum(tf.mul(x, linear)));
        }),
      outerLoss: () =>
        tf.tidy(() => {
          const [x, a] = [joined(), tf.reshape(outer, [-1, 1])];
          const apart = tf.sub(x, column(q.t));
          const own = tf.add(tf.sum(tf.mul(a, column(q.d))), tf.mul(q.kappa / 2, tf.sum(tf.square(a))));
          return tf.add(tf.add(tf.mul(0.5, form(apart, q.Q, apart)), form(x, q.E, a)), own);
        }),
    },
    dispose: () => tf.dispose([...parts, outer]),
  };
}

/** Gives the inner variables of {@link onTensors} a value. */
export function assignTheta({ theta }: QuadraticVariables, values: readonly number[]): void {
  tf.tidy(() => {
    theta[0].assign(tf.tensor(values.slice(0, 4), [2, 2]));
    theta[1].assign(tf.tensor(values.slice(4), [values.length - 4]));
  });
}

/** T steps of gradient descent on L, in float64. */
export function descent(q: Quadratic, theta: number[], alpha: number[], rate: number, steps: number): number[] {
  let x = theta;
  for (let step = 0; step < steps; step++) x = add(x, -rate, innerSlope(q, x, alpha));
  return x;
}

/** F at theta and alpha. */
export function outerValue(q: Quadratic, theta: number[], alpha: number[]): number {
  const apart = add(theta, -1, q.t);
  const square = dot(apart, times(q.Q, apart)) / 2;
  return square + dot(theta, times(q.E, alpha)) + dot(q.d, alpha) + (q.kappa / 2) * dot(alpha, alpha);
}
