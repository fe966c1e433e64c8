import { tf } from "../../engine";

/** The probabilities that each sample is called positive or negative; each is computed when asked for, exact near 0. */
export interface SoftDecision {
  readonly positive: () => tf.Tensor;
  readonly negative: () => tf.Tensor;
}

/**
 * The distribution function G of a random decision threshold, as a function of the logit.
 *
 * A sample with probability p is called positive where the threshold is at most p, so with probability G(p). Logits may have any
 * shape; several locations mu add an axis at the end, for which the logits must have an extent of 1 there.
 */
export type ThresholdCdf = (logits: tf.Tensor) => SoftDecision;

/** Locations of the threshold, in (0, 1). */
export type Locations = number | readonly number[];

const logistic = (argument: tf.Tensor): SoftDecision => ({
  positive: () => tf.sigmoid(argument),
  negative: () => tf.sigmoid(tf.neg(argument)),
});

/** A threshold uniform on (0, 1): G(p) = p. */
export const uniform: ThresholdCdf = logistic;

/** A logistic threshold on the logit: G = sigmoid(slope (z + offset)). */
export function logisticOnLogits(slope: number, offset: number): ThresholdCdf {
  return (z) => logistic(tf.mul(slope, tf.add(z, offset)));
}

/** A logistic threshold on the probability: G = sigmoid(amplification (p - mu)). */
export function logisticOnProbabilities(amplification: number, mu: Locations): ThresholdCdf {
  return (z) => logistic(tf.mul(amplification, excess(z, mu)));
}

/** A raised-cosine threshold on [mu - delta, mu + delta]: G = (1 + t + sin(pi t) / pi) / 2, t = clip((p - mu) / delta, -1, 1). */
export function raisedCosine(mu: Locations, delta: number): ThresholdCdf {
  return (z) => {
    const t = tf.clipByValue(tf.div(excess(z, mu), delta), -1, 1);
    const odd = tf.add(t, tf.div(tf.sin(tf.mul(Math.PI, t)), Math.PI));
    return { positive: () => tf.mul(0.5, tf.add(1, odd)), negative: () => tf.mul(0.5, tf.sub(1, odd)) };
  };
}

/**
 * A threshold with a density in three steps, steep around mu and nowhere 0: with m = min(mu, 1 - mu), a = mu - m/2, b = mu + m/2,
 *
 *     G = delta p / a below a,   1/2 + (1 - 2 delta) (p - mu) / m in between,   1 - delta (1 - p) / (1 - b) above b
 */
export function piecewiseLinear(mu: Locations, delta: number): ThresholdCdf {
  const width = (at: number) => Math.min(at, 1 - at);
  const [low, high] = [(at: number) => at - width(at) / 2, (at: number) => at + width(at) / 2];
  return (z) => {
    const p = tf.sigmoid(z);
    const [a, b] = [each(mu, low), each(mu, high)];
    const slope = (value: (at: number) => number, length: tf.Tensor) => tf.mul(length, each(mu, value));
    const positive = tf.addN([
      slope((at) => delta / low(at), tf.minimum(p, a)),
      slope((at) => (1 - 2 * delta) / width(at), tf.sub(tf.minimum(tf.maximum(p, a), b), a)),
      slope((at) => delta / (1 - high(at)), tf.sub(tf.maximum(p, b), b)),
    ]);
    return { positive: () => positive, negative: () => tf.sub(1, positive) };
  };
}

/** p - mu, with an axis for several locations. */
const excess = (z: tf.Tensor, mu: Locations): tf.Tensor => tf.sub(tf.sigmoid(z), each(mu));

/** A number per location: itself for one, else [m]. */
function each(mu: Locations, value = (at: number) => at): number | tf.Tensor {
  return typeof mu === "number" ? value(mu) : tf.tensor1d(mu.map(value));
}
