import { differenceStep, flatten, tf, unflatten } from "../engine";
import { norm } from "./solvers/vectors";

/** Gives variables the values of a vector. */
export function assign(variables: readonly tf.Variable[], values: tf.Tensor): void {
  tf.tidy(() => unflatten(values, variables).forEach((value, index) => variables[index].assign(value)));
}

/** Runs work that moves variables, and puts their values back bit for bit, also when it throws. */
export function keeping<T>(variables: readonly tf.Variable[], work: () => T): T {
  const before = variables.map((variable) => tf.clone(variable as tf.Tensor));
  try {
    return work();
  } finally {
    variables.forEach((variable, index) => variable.assign(before[index]));
    tf.dispose(before);
  }
}

/**
 * The derivative of f along a direction, by a central difference: [f(theta + e d) - f(theta - e d)] / 2e.
 *
 * @param f () => tensor; reads the variables.
 * @param variables theta.
 * @param direction d, flat.
 * @param radius e ||d||; default the engine's 0.003 (1 + ||theta||)^(1/2).
 * @returns a tensor of the shape of f's value; zero where d = 0. The variables are put back.
 */
export function centralDifference<T extends tf.Tensor>(
  f: () => T,
  variables: readonly tf.Variable[],
  direction: tf.Tensor1D,
  radius?: number,
): T {
  return tf.tidy(() => {
    const start = flatten(variables as readonly tf.Tensor[]);
    const step = radius === undefined ? differenceStep([start], [direction]) : radiusStep(direction, radius);
    if (step === 0) return tf.zerosLike(f());
    return keeping(variables, () => {
      const move = tf.mul(direction, step);
      assign(variables, tf.add(start, move));
      const above = f();
      assign(variables, tf.sub(start, move));
      const below = f();
      return tf.mul(tf.sub(above, below), 0.5 / step) as T;
    });
  });
}

/** The step e for which ||e d|| is the radius; 0 where d = 0. */
function radiusStep(direction: tf.Tensor1D, radius: number): number {
  const length = norm([direction]);
  return length === 0 ? 0 : radius / length;
}
