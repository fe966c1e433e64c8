import { gradient } from "../gradient";
import { hessianVectorProduct } from "../hessianVectorProduct";
import { random } from "../random";
import { tf } from "../tf";
import { HyperArray } from "./hyperArray";
import * as oracle from "./hyperDual";
import { type HyperDual } from "./hyperDual";
import { type Input, type Probe } from "./probe";

/** Relative errors of one probe on one backend. */
export interface Errors {
  /** Gradient against hyper-dual numbers. */
  readonly gradient: number;
  /** The worst block d2 / dx_i dx_j of the Hessian, times a vector, against hyper-dual numbers. */
  readonly product: number;
  /** The product against a central difference of gradients. */
  readonly difference: number;
}

/** A way to differentiate a scalar of variables. */
export interface Derivatives {
  /** One tensor per variable, of its shape. */
  gradient(f: () => tf.Tensor, variables: tf.Variable[]): tf.Tensor[];
  /** The Hessian times one vector per variable. */
  hessianVectorProduct(f: () => tf.Tensor, variables: tf.Variable[], vectors: tf.Tensor[]): tf.Tensor[];
  /** Whether a probe is to be made of operations of tfjs alone. */
  readonly plain: boolean;
}

/** Those of the engine, whose repairs must have been registered. */
export const engineDerivatives: Derivatives = { gradient, hessianVectorProduct, plain: false };

/** Measured at most 2e-6 on both backends: a few roundings of float32, 6e-8 each, amplified by the conditioning of the operation. */
export const AGAINST_REFERENCE = 1e-4;
/** Gradients rounded at 1e-7 over a step of 1e-2, twice: 1e-5, and more where the product is small against the gradient. */
export const AGAINST_DIFFERENCE = 1e-3;

/** Whether a probe's derivatives are right, up to the rounding of float32. */
export const isRight = ({ gradient, product, difference }: Errors) =>
  gradient <= AGAINST_REFERENCE && product <= AGAINST_REFERENCE && difference <= AGAINST_DIFFERENCE;

/** A probe's point, directions, weights, and what hyper-dual numbers make of them. */
export interface Reference {
  readonly probe: Probe;
  readonly values: number[][];
  readonly vectors: number[][];
  readonly weights: number[];
  readonly gradient: number[][];
  /** products[i][j] = H_ij v_j, flat. */
  readonly products: number[][][];
}

/** Displacement of the central difference: its error is h^4 f^(6) by Richardson's extrapolation, its rounding 1e-7 / h. */
const STEP = 0.01;
/** Blocks of the Hessian below this share of the largest are measured against that share: zero has no relative error. */
const FLOOR = 1e-3;

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const norm = (values: readonly number[]) => Math.hypot(...values);
const minus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]);

/** Draws a point and directions, and differentiates the probe there in float64. */
export function referenceOf(probe: Probe): Reference {
  const generator = random(7).fork(probe.name);
  const sizes = probe.inputs.map(({ shape }) => sizeOf(shape));
  const draws = probe.spaced
    ? spacedPool(probe.inputs, generator)
    : probe.inputs.map((input) => draw(input, generator));
  const values = draws.map((list) => list.map(Math.fround));
  const vectors = values.map((list) => list.map(() => Math.fround(2 * generator.next() - 1)));
  const split = <T>(flat: readonly T[]) =>
    sizes.map((size, i) => flat.slice(sum(sizes.slice(0, i)), sum(sizes.slice(0, i)) + size));

  const arrays = (flat: readonly HyperDual[]) =>
    split(flat).map((data, i) => new HyperArray(probe.inputs[i].shape, data));
  const output = probe.reference(...arrays(values.flat().map((value) => new oracle.HyperDual(value))));
  const weights = output.data.map(() => Math.fround(0.5 + generator.next()));
  const scalar = (flat: readonly HyperDual[]) =>
    probe
      .reference(...arrays(flat))
      .data.map((y, i) => y.add(1).mul(y).add(1).mul(y).mul(weights[i]))
      .reduce((a, b) => a.add(b));
  const columns = vectors.map((_, j) =>
    split(
      oracle.hessianVectorProduct(
        scalar,
        values.flat(),
        vectors.flatMap((v, i) => (i === j ? v : v.map(() => 0))),
      ),
    ),
  );
  return {
    probe,
    values,
    vectors,
    weights,
    gradient: split(oracle.gradient(scalar, values.flat())),
    products: values.map((_, i) => columns.map((column) => column[i])),
  };
}

/**
 * Differentiates a probe on the backend that is set, and compares.
 *
 * @param reference the probe with its derivatives in float64.
 * @param derivatives what is put to the test; by default the engine's.
 * @returns relative errors, at least 0.
 * @throws what the derivatives throw. No tensor is left behind by those that leave none.
 */
export function measure(reference: Reference, derivatives: Derivatives = engineDerivatives): Errors {
  const { probe, values, vectors, weights, products } = reference;
  const given = values.map((list, i) => tf.tensor(list, [...probe.inputs[i].shape]));
  const { variables, f, dispose } = (probe.build ?? ownVariables(probe, derivatives.plain))(given);
  // sum_i w_i (y_i + y_i^2 + y_i^3): no derivative up to the third vanishes, so that a lost link shows.
  const scalar = () => {
    const y = f();
    const polynomial = tf.mul(y, tf.add(1, tf.mul(y, tf.add(1, y))));
    return tf.sum(tf.mul(polynomial, tf.tensor(weights, y.shape)));
  };
  const directions = vectors.map((list, i) => tf.tensor(list, [...probe.inputs[i].shape]));
  const numbers = (tensors: tf.Tensor[]) => tensors.map((tensor) => Array.from(tensor.dataSync()));
  const gradientAt = (shift: number) =>
    tf.tidy(() => {
      variables.forEach((variable, i) => variable.assign(tf.add(given[i], tf.mul(directions[i], shift))));
      return numbers(derivatives.gradient(scalar, variables)).flat();
    });
  const product = (along: tf.Tensor[]) =>
    tf.tidy(() => numbers(derivatives.hessianVectorProduct(scalar, variables, along)));

  try {
    const slope = gradientAt(0);
    const whole = product(directions).flat();
    const columns = directions.map((_, j) =>
      directions.length === 1
        ? [whole]
        : tf.tidy(() => product(directions.map((v, i) => (i === j ? v : tf.zerosLike(v))))),
    );
    const largest = Math.max(...products.flat().map(norm));
    const blocks = products.flatMap((row, i) =>
      row.map((want, j) => norm(minus(columns[j][i], want)) / Math.max(norm(want), FLOOR * largest)),
    );
    const central = (step: number) => minus(gradientAt(step), gradientAt(-step)).map((value) => value / (2 * step));
    const [near, far] = [central(STEP), central(2 * STEP)];
    const extrapolated = near.map((value, i) => (4 * value - far[i]) / 3);
    return {
      gradient: norm(minus(slope, reference.gradient.flat())) / norm(reference.gradient.flat()),
      product: Math.max(...blocks),
      difference: norm(minus(whole, extrapolated)) / norm(extrapolated),
    };
  } finally {
    dispose();
    tf.dispose([given, directions]);
  }
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function ownVariables(probe: Probe, plain: boolean): NonNullable<Probe["build"]> {
  const tensor = (plain && probe.plain) || probe.tensor;
  return (values) => {
    const variables = values.map((value) => tf.variable(value));
    return { variables, f: () => tensor(...variables), dispose: () => tf.dispose(variables) };
  };
}

function draw(
  { shape, low = -1.5, high = 1.5, away = [], distance = 0.06 }: Input,
  generator: ReturnType<typeof random>,
): number[] {
  return Array.from({ length: sizeOf(shape) }, () => {
    for (;;) {
      const value = low + (high - low) * generator.next();
      if (away.every((kink) => Math.abs(value - kink) > distance)) return value;
    }
  });
}

/** Numbers on a grid over the first input's range, in random order, each moved by at most a fifth of the grid's step. */
function spacedPool(inputs: readonly Input[], generator: ReturnType<typeof random>): number[][] {
  const { low = -1.5, high = 1.5 } = inputs[0];
  const count = sum(inputs.map(({ shape }) => sizeOf(shape)));
  const step = (high - low) / count;
  const pool = Array.from(generator.shuffle(Array.from({ length: count }, (_, i) => i)), (place) => {
    return low + (place + 0.3 + 0.4 * generator.next()) * step;
  });
  return inputs.map(({ shape }) => pool.splice(0, sizeOf(shape)));
}
