import { z } from "zod";

import { stopGradient, tf } from "../../engine";
import { defineLoss } from "../define";
import { maskedMean, onBatch } from "./batch";
import { beta } from "./options";

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
 * iEDeaL's SaSu loss is this one trained on sampled negatives: `prior` is then that of the training set as sampled, and alpha, the
 * number of all negatives divided by that of the sampled ones, brings c back to beta^2 n+ / n-. It may multiply the terms by
 * focal weights, (1 - p)^gammaPositive and p^gammaNegative, that count as constants in the gradient; they are off by default.
 *
 * Beware: the outputs are no calibrated probabilities and 0.5 is not the best threshold: tune it on validation data. Values
 * may be negative (log c < 0). A constant score is driven to "all positive" by "class" and "set".
 *
 * @param options.beta > 0; default 1.
 * @param options.prior P(Y = 1) of the training set, in (0, 1).
 * @param options.normalization `"class"` (default), `"sample"` (the form of the public third-party code) or `"set"`.
 * @param options.alpha total negatives divided by sampled negatives, >= 1 where negatives were subsampled; default 1.
 * @param options.gammaPositive of SaSu's focal weights, >= 0; default 0, iEDeaL takes 0.5. Not with `"set"`.
 * @param options.gammaNegative of SaSu's focal weights, >= 0; default 0, iEDeaL takes 0.5. Not with `"set"`.
 * @returns a loss (logits [n], labels [n]) => scalar. A class that is absent from the batch drops its term.
 * @throws RangeError when an option is out of range.
 * @see Lee, Yang, Yoo: A surrogate loss function for optimization of F_beta score in binary classification with imbalanced
 *   data, arXiv 2104.01459. The formula is that of a third-party implementation citing it (iEDeaL, Wang et al., PVLDB 16), and so
 *   are alpha and the focal weights; "class" and "set" are derived.
 */
export const surrogateFBeta = defineLoss(
  {
    name: "surrogateFBeta",
    family: "binary",
    kind: "surrogate of F-beta",
    formula: String.raw`\begin{aligned}
\text{class:}\quad & \mathbb E_1[-\log p] + \mathbb E_0[\log(c + p)] \\
\text{sample:}\quad & \tfrac1n \textstyle\sum_i \bigl[ -y_i \log p_i + (1 - y_i) \log(c + p_i) \bigr] \\
\text{set:}\quad & \log(c + \mathbb E_0[p]) - \log \mathbb E_1[p]
\end{aligned}
\qquad c = \frac{\beta^2 \pi}{(1 - \pi)\,\alpha}`,
    source:
      "Lee, Yang, Yoo: A surrogate loss function for optimization of F-beta score in binary classification with imbalanced data, arXiv 2104.01459. Only its abstract was read: the sample form, alpha and the focal weights (SaSu) are those of the public code of iEDeaL (Wang et al., PVLDB 16), which cites it; class and set are derived.",
    options: {
      beta,
      prior: z
        .number()
        .gt(0)
        .lt(1)
        .describe("pi, P(Y = 1) of the training set: a constant, not estimated from the batch"),
      normalization: z
        .enum(["class", "sample", "set"])
        .default("class")
        .describe("average per class, over the batch, or inside the logarithm"),
      alpha: z
        .number()
        .positive()
        .default(1)
        .describe("all negatives divided by the sampled ones, where the training set holds a sample of them"),
      gammaPositive: z
        .number()
        .min(0)
        .default(0)
        .describe("power of SaSu's detached focal weight (1 - p)^gamma on positives; 0 is off, iEDeaL takes 0.5"),
      gammaNegative: z
        .number()
        .min(0)
        .default(0)
        .describe("power of SaSu's detached focal weight p^gamma on negatives; 0 is off, iEDeaL takes 0.5"),
    },
    beware:
      "Outputs are no calibrated probabilities and 0.5 is not the best threshold: tune it on validation data. Values may be negative. A confident false positive has almost no gradient. class and set drive a constant score to all positive.",
  },
  ({ beta: b, prior, normalization, alpha, gammaPositive, gammaNegative }) => {
    if (normalization === "set" && (gammaPositive > 0 || gammaNegative > 0)) {
      throw new RangeError(
        `surrogateFBeta: gammaPositive and gammaNegative must be 0 with normalization "set", which has no terms to weigh; received ${gammaPositive} and ${gammaNegative}`,
      );
    }
    const c = (b ** 2 * prior) / ((1 - prior) * alpha);
    const logC = Math.log(c);
    const focal = (gamma: number, minusLog: () => tf.Tensor, terms: tf.Tensor) =>
      gamma === 0 ? terms : tf.mul(stopGradient(tf.exp(tf.mul(-gamma, minusLog()))), terms);

    return onBatch("surrogateFBeta", ({ logits: z, labels: positives }) => {
      const negatives = tf.sub(1, positives);
      const minusLogP = tf.softplus(tf.neg(z));
      if (normalization === "set") {
        const logQ = tf.log(tf.add(c, maskedMean(tf.sigmoid(z), negatives)));
        return tf.sub(logQ, logMeanExp(tf.neg(minusLogP), positives));
      }
      // log(c + p) = log c + softplus(log p - log c): no probability is formed and nothing cancels.
      const logCPlusP = tf.add(logC, tf.softplus(tf.sub(tf.neg(minusLogP), logC)));
      const positive = focal(gammaPositive, () => tf.softplus(z), minusLogP);
      const negative = focal(gammaNegative, () => minusLogP, logCPlusP);
      if (normalization === "class") return tf.add(maskedMean(positive, positives), maskedMean(negative, negatives));
      const total = tf.sum(tf.add(tf.mul(positives, positive), tf.mul(negatives, negative)));
      return tf.div(total, Math.max(z.size, 1));
    });
  },
);

export type SurrogateFBetaOptions = NonNullable<Parameters<typeof surrogateFBeta>[0]>;

/** log of the mean of exp(values) over the masked samples, shifted by their largest value; 0 where the mask is empty. */
function logMeanExp(values: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  if (values.size === 0) return tf.scalar(0);
  const empty = tf.sub(1, tf.minimum(tf.sum(mask), 1));
  // The shift only keeps exp() in range: the result does not depend on it, so no gradient needs to pass through it.
  const shift = stopGradient(tf.max(tf.where(tf.cast(mask, "bool"), values, tf.fill(values.shape, -1e30))));
  const shifted = tf.mul(mask, tf.minimum(tf.sub(values, shift), 0));
  const meanExp = tf.div(tf.sum(tf.mul(mask, tf.exp(shifted))), tf.maximum(tf.sum(mask), 1));
  const result = tf.add(tf.log(tf.add(meanExp, empty)), tf.mul(shift, tf.sub(1, empty)));
  return result as tf.Scalar;
}
