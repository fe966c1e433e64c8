import { tf } from "../engine";

/**
 * Scales gradients down together where their joint norm is too large.
 *
 *     norm = sqrt(sum_i ||g_i||^2),   g_i <- g_i min(1, maxNorm / norm)
 *
 * @param gradients any shapes; they stay the caller's.
 * @param maxNorm > 0.
 * @returns new tensors in the order of the gradients; all NaN where the norm is not finite, so that nothing is hidden.
 * @throws RangeError when `maxNorm` is not positive.
 * @see Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, ICML 2013.
 */
export function clipByGlobalNorm(gradients: readonly tf.Tensor[], maxNorm: number): tf.Tensor[] {
  if (!(maxNorm > 0 && maxNorm < Infinity)) {
    throw new RangeError(`clipByGlobalNorm: maxNorm must be a positive number, received ${maxNorm}`);
  }
  if (gradients.length === 0) return [];
  return tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
    // The last term is 0, or NaN for a norm that is not finite.
    const factor = tf.add(tf.div(maxNorm, tf.maximum(norm, maxNorm)), tf.mul(norm, 0));
    return gradients.map((gradient) => tf.mul(gradient, factor));
  });
}
