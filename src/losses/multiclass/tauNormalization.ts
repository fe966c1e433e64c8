import { tf } from "../../engine";
import { checkNumber } from "./options";

export interface TauNormalizationOptions {
  /** Strength: 0 leaves the weights, 1 gives every class the norm 1; default 1. */
  readonly tau?: number;
  /** Axis of the weight matrix that runs over classes: 1 (default) for [D, K], 0 for [K, D]. */
  readonly classAxis?: 0 | 1;
}

/**
 * tau-normalisation of a trained linear classifier: evens out the norms of the class weights, which grow with class frequency.
 *
 *     w_k / ||w_k||^tau
 *
 * The published method drops the head's bias: apply the result to the features without one.
 *
 * @param weight [D, K], or [K, D] with `classAxis: 0`.
 * @param options.tau any finite number >= 0; default 1. Tune it on validation data (the published sweep is 0 to 2 by 0.1).
 * @param options.classAxis 1 (default) or 0.
 * @returns weights of the same shape, to be disposed by the caller. A class whose weights are all zero keeps them.
 * @throws TypeError when `weight` is no matrix; RangeError for a bad tau or axis.
 * @see Kang, Xie, Rohrbach, Yan, Gordo, Feng, Kalantidis: Decoupling representation and classifier for long-tailed recognition, ICLR
 *   2020. Read in its public code.
 */
export function tauNormalizedWeights(weight: tf.Tensor, options: TauNormalizationOptions = {}): tf.Tensor2D {
  return tf.tidy(() => tf.mul(weight, factors("tauNormalizedWeights", weight, options, true)) as tf.Tensor2D);
}

/**
 * The logits that a bias-free linear head would give with {@link tauNormalizedWeights}.
 *
 *     f_k / ||w_k||^tau     f = x W
 *
 * @param logits f [n, K], of a head without bias.
 * @param weight its weights, [D, K], or [K, D] with `classAxis: 0`.
 * @param options as for {@link tauNormalizedWeights}.
 * @returns logits [n, K], to be disposed by the caller.
 * @throws TypeError when the shapes do not fit; RangeError for a bad tau or axis.
 */
export function tauNormalizedLogits(
  logits: tf.Tensor,
  weight: tf.Tensor,
  options: TauNormalizationOptions = {},
): tf.Tensor2D {
  const classes = weight.shape[options.classAxis ?? 1];
  if (logits.rank !== 2 || logits.shape[1] !== classes) {
    throw new TypeError(
      `tauNormalizedLogits: logits must have shape [n, ${classes}] for weights [${weight.shape.join(", ")}], received [${logits.shape.join(", ")}]`,
    );
  }
  return tf.tidy(() => tf.mul(logits, factors("tauNormalizedLogits", weight, options, false)) as tf.Tensor2D);
}

/** ||w_k||^-tau for every class. */
function factors(
  caller: string,
  weight: tf.Tensor,
  { tau = 1, classAxis = 1 }: TauNormalizationOptions,
  keepDims: boolean,
): tf.Tensor {
  checkNumber(caller, "tau", tau, tau >= 0 && tau < Infinity, "a non-negative finite number");
  checkNumber(caller, "classAxis", classAxis, classAxis === 0 || classAxis === 1, "0 or 1");
  if (weight.rank !== 2) {
    throw new TypeError(`${caller}: weight must be a matrix, received shape [${weight.shape.join(", ")}]`);
  }
  const squares = tf.sum(tf.square(weight), 1 - classAxis, keepDims);
  // A class whose weights are all zero counts as of norm 1: 0 / 1 = 0.
  return tf.pow(tf.add(squares, tf.cast(tf.equal(squares, 0), "float32")), -tau / 2);
}
