import { stopGradient, tf } from "../../engine";

/** How a yes or no is relaxed. */
export interface RelaxedBernoulliOptions {
  /** T > 0: the smaller, the nearer to 0 or 1, and the steeper; default 0.05. */
  readonly temperature?: number;
  /** The value is 0 or 1, the derivatives are those of the relaxed value; default true. */
  readonly straightThrough?: boolean;
}

/**
 * A relaxed Bernoulli draw, differentiable in its probability.
 *
 *     b = sigmoid((logit p + logit u) / T),   u uniform on (0, 1);   b > 1/2 just where u > 1 - p
 *
 * With `straightThrough` the value is 1 where b >= 1/2, else 0, and the derivatives are those of b: they are not the derivatives
 * of the value, which has none, but those that gradient steps on p can use.
 *
 * @param logit log(p / (1 - p)), any shape: sigmoid(a) has logit a, so that no probability need be formed.
 * @param uniform u of the same shape, numbers in [0, 1).
 * @param options see {@link RelaxedBernoulliOptions}.
 * @returns a tensor of the same shape, owned by the caller; differentiable in the logit to any order.
 * @throws RangeError for a temperature that is not positive, or unequal shapes.
 * @see Maddison et al.: The concrete distribution, ICLR 2017. Used in this form (T = 0.05, straight-through) by a public
 *   third-party implementation of AutoBalance with per-class augmentation.
 */
export function relaxedBernoulli(
  logit: tf.Tensor,
  uniform: tf.Tensor,
  { temperature = 0.05, straightThrough = true }: RelaxedBernoulliOptions = {},
): tf.Tensor {
  checkTemperature("relaxedBernoulli", temperature);
  if (logit.shape.join() !== uniform.shape.join()) {
    throw new RangeError(
      `relaxedBernoulli: logit and uniform must have one shape, received [${logit.shape.join(", ")}] and [${uniform.shape.join(", ")}]`,
    );
  }
  return tf.tidy(() => {
    // In float32 a draw may come out as 0 or 1; 2^-24 is half the distance of the last number before 1.
    const u = tf.clipByValue(uniform, 2 ** -24, 1 - 2 ** -24);
    const noise = tf.sub(tf.log(u), tf.log(tf.sub(1, u)));
    const soft = tf.sigmoid(tf.div(tf.add(logit, noise), temperature));
    if (!straightThrough) return soft;
    const hard = tf.cast(tf.greaterEqual(stopGradient(soft), 0.5), "float32");
    // hard + (soft - soft): exactly the hard value, with the derivatives of the soft one.
    return tf.add(hard, tf.sub(soft, stopGradient(soft)));
  });
}

/** Throws unless a temperature is positive and finite. */
export function checkTemperature(caller: string, temperature: number): void {
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new RangeError(`${caller}: temperature must be a positive finite number, received ${temperature}`);
  }
}
