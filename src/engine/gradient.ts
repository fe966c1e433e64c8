import { withTape } from "./backward";
import { probe } from "./probing";
import { tf } from "./tf";
import { checkVectors } from "./variables";

/**
 * The gradient of a scalar with respect to a list of variables.
 *
 * @param f () => scalar; reads the variables. Evaluated once.
 * @param params at least one variable.
 * @returns one tensor per variable, of its shape; zero where the scalar does not depend on it. The caller disposes them.
 *   Running statistics of batch norm stay as they are; inside another gradient it is differentiated in turn.
 * @throws RangeError when `params` is empty; TypeError when `f` gives no scalar.
 */
export function gradient(f: () => tf.Tensor, params: readonly tf.Variable[]): tf.Tensor[] {
  checkVectors("gradient", params, params);
  return probe(() => reverse("gradient", f, params));
}

/**
 * One reverse pass: the gradient of f, or of <f, cotangent> for a tensor-valued f.
 *
 * Constants are zero, not errors: a linear loss has a Hessian, namely zero. Whatever throws, no tensor is left behind.
 */
export function reverse(
  caller: string,
  f: () => tf.Tensor,
  params: readonly tf.Tensor[],
  cotangent?: tf.Tensor,
): tf.Tensor[] {
  return withTape(f, (value, pullBack) => {
    if (!cotangent) checkScalar(caller, value);
    return orZero(pullBack(value, params, { seed: cotangent, last: true }), params);
  });
}

/**
 * The value of a loss and its gradient, for a training step: unlike in {@link gradient}, running statistics of batch norm move.
 *
 * @param f () => scalar; reads the variables. Evaluated once.
 * @param params at least one variable.
 * @returns the value, and one tensor per variable, of its shape; zero where the scalar does not depend on it. The caller disposes them.
 * @throws RangeError when `params` is empty; TypeError when `f` gives no scalar.
 */
export function valueAndGradient(
  f: () => tf.Tensor,
  params: readonly tf.Variable[],
): { value: tf.Scalar; gradient: tf.Tensor[] } {
  checkVectors("valueAndGradient", params, params);
  return withTape(f, (value, pullBack) => {
    checkScalar("valueAndGradient", value);
    return { value: value as tf.Scalar, gradient: orZero(pullBack(value, params, { last: true }), params) };
  });
}

/** Gradients with zeros in the place of those that do not exist. */
export function orZero(gradients: readonly (tf.Tensor | undefined)[], params: readonly tf.Tensor[]): tf.Tensor[] {
  return gradients.map((gradient, index) => gradient ?? tf.zeros(params[index].shape));
}

function checkScalar(caller: string, value: tf.Tensor): void {
  if (value.size !== 1)
    throw new TypeError(`${caller}: f must return a scalar, received shape [${value.shape.join(", ")}]`);
}
