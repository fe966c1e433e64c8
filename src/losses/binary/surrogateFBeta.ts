import { stopGradient, tf } from "../../engine";
import { binaryBatch, checkOptions, maskedMean, type BinaryLoss } from "./batch";

export interface SurrogateFBetaOptions {
  /** beta > 0: recall counts beta times as much as precision; default 1. */
  readonly beta?: number;
  /** P(Y = 1) of the training set, in (0, 1): a constant, not estimated from the batch. */
  readonly prior: number;
  /** How the two classes are averaged; default `"class"`. */
  readonly normalization?: "class" | "sample" | "set";
  /** Total over sampled negatives, >= 1 where the training set holds a sample of them only; default 1. Divides c. */
  readonly alpha?: number;
}

const NORMALIZATIONS = ["class", "sample", "set"] as const;

/**
 * The surrogate F-beta loss: a sum of per-sample terms whose gradient paths follow those of the large-sample F-beta.
 *
 * With p = sigmoid(z), c = beta^2 prior / ((1 - prior) alpha), E1 and E0 the means over positives and negatives:
 *
 *     "class"   E1[-log p] + E0[log(c + p)]
 *     "sample"  mean_i [ -y_i log p_i + (1 - y_i) log(c + p_i) ]
 *     "set"     log(c + E0[p]) - log E1[p]
 *
 * F-beta rises with T / (c + Q) alone (T true-positive rate, Q false-positive rate), so ascent on F follows
 * log T - log(c + Q); "set" is its soft form with the true prior (the very same paths), "class" moves the logarithm inside
 * both means, and "sample" averages the same terms over the batch, which weighs the classes by their share.
 *
 * Beware: the outputs are no calibrated probabilities and 0.5 is not the best threshold: tune it on validation data. Values
 * may be negative (log c < 0). A constant score is driven to "all positive" by "class" and "set".
 *
 * @param options.beta > 0; default 1.
 * @param options.prior P(Y = 1) of the training set, in (0, 1).
 * @param options.normalization `"class"` (default), `"sample"` (the form of the public third-party code) or `"set"`.
 * @param options.alpha total negatives divided by sampled negatives, >= 1 where negatives were subsampled; default 1.
 * @returns a loss (logits [n], labels [n]) => scalar. A class that is absent from the batch drops its term.
 * @throws RangeError when an option is out of range.
 * @see Lee, Yang, Yoo: A surrogate loss function for optimization of F_beta score in binary classification with imbalanced
 *   data, arXiv 2104.01459. The formula is that of a third-party implementation citing it; "class" and "set" are derived.
 */
export function surrogateFBeta({
  beta = 1,
  prior,
  normalization = "class",
  alpha = 1,
}: SurrogateFBetaOptions): BinaryLoss {
  checkOptions("surrogateFBeta", {
    beta: [beta, beta > 0 && beta < Infinity, "a positive finite number"],
    prior: [prior, prior > 0 && prior < 1, "a number in (0, 1), the share of positives in the training set"],
    alpha: [alpha, alpha > 0 && alpha < Infinity, "a positive finite number"],
  });
  if (!NORMALIZATIONS.includes(normalization)) {
    throw new RangeError(
      `surrogateFBeta: normalization must be one of ${NORMALIZATIONS.join(", ")}, received ${JSON.stringify(normalization)}`,
    );
  }
  const c = (beta ** 2 * prior) / ((1 - prior) * alpha);
  const logC = Math.log(c);

  return (logits, labels) =>
    tf.tidy(() => {
      const { logits: z, labels: positives } = binaryBatch("surrogateFBeta", logits, labels);
      const negatives = tf.sub(1, positives);
      const minusLogP = tf.softplus(tf.neg(z));
      // log(c + p) = log c + softplus(log p - log c): no probability is formed and nothing cancels.
      const logCPlusP = tf.add(logC, tf.softplus(tf.sub(tf.neg(minusLogP), logC)));

      if (normalization === "sample") {
        const total = tf.sum(tf.add(tf.mul(positives, minusLogP), tf.mul(negatives, logCPlusP)));
        return tf.div(total, Math.max(z.size, 1)) as tf.Scalar;
      }
      if (normalization === "class") {
        return tf.add(maskedMean(minusLogP, positives), maskedMean(logCPlusP, negatives)) as tf.Scalar;
      }
      const logQ = tf.log(tf.add(c, maskedMean(tf.sigmoid(z), negatives)));
      return tf.sub(logQ, logMeanExp(tf.neg(minusLogP), positives)) as tf.Scalar;
    });
}

/** log of the mean of exp(values) over the masked samples, shifted by their largest value; 0 where the mask is empty. */
function logMeanExp(values: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  const empty = tf.sub(1, tf.minimum(tf.sum(mask), 1));
  // The shift only keeps exp() in range: the result does not depend on it, so no gradient needs to pass through it.
  const shift = stopGradient(tf.max(tf.where(tf.cast(mask, "bool"), values, tf.fill(values.shape, -1e30))));
  const shifted = tf.mul(mask, tf.minimum(tf.sub(values, shift), 0));
  const meanExp = tf.div(tf.sum(tf.mul(mask, tf.exp(shifted))), tf.maximum(tf.sum(mask), 1));
  const result = tf.add(tf.log(tf.add(meanExp, empty)), tf.mul(shift, tf.sub(1, empty)));
  return result as tf.Scalar;
}
