import { tf } from "./tf";

/**
 * The identity, with derivative zero: what is inside counts as a constant.
 *
 * @param value any tensor.
 * @returns a tensor of the same shape, dtype and values through which no gradient passes.
 */
export function stopGradient<T extends tf.Tensor>(value: T): T {
  return tf.customGrad((x) => ({ value: (x as T).clone(), gradFunc: (dy: T) => tf.zerosLike(dy) }))(value) as T;
}
