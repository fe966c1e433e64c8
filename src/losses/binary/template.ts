/*
 * A template for a loss of one's own, here the Brier score. Copy this file and test/losses/binary/template.test.ts, rename, write the
 * card and the terms, and add a line to index.ts. A loss that is no sum of terms per sample takes `defineLoss` and `onBatch` instead of
 * `definePerSampleLoss` and `onSamples`; see softFBeta.ts.
 */
import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { onSamples } from "./batch";
import { positiveWeight } from "./options";

/**
 * Brier score: the squared distance of the probability from the label.
 *
 *     mean_i w_i (p_i - y_i)^2     w = positiveWeight on positives, 1 on negatives
 *
 * @param options.positiveWeight w > 0; default 1.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`.
 * @returns a loss (logits [n], labels [n]) => scalar, or [n] without reduction. An empty batch gives 0.
 * @throws RangeError when `positiveWeight` is not a positive finite number.
 * @see Brier: Verification of forecasts expressed in terms of probability, Monthly Weather Review 1950. Standard form.
 */
export const brier = definePerSampleLoss(
  {
    name: "brier",
    family: "binary",
    kind: "squared error",
    // TeX without dollar signs; p_i is sigmoid(z_i), E_1 and E_0 are means over positives and negatives throughout the page.
    formula: String.raw`\frac1n \sum_i w_{y_i} (p_i - y_i)^2, \quad w_1 = w,\ w_0 = 1`,
    // The paper and its equation; what was read, what was checked against what.
    source:
      "Brier: Verification of forecasts expressed in terms of probability, Monthly Weather Review 1950. Standard form.",
    // A zod schema per option, with a default where it may be left out; errors and the docs page are made of it.
    options: { positiveWeight },
    beware: "Saturated outputs have no gradient, also where they are wrong.",
  },
  // Called once, with checked options: work that does not depend on the batch belongs here.
  ({ positiveWeight: weight }) =>
    // Called per batch, inside tf.tidy, with float32 logits and labels [n]; returns the terms [n].
    onSamples("brier", ({ logits, labels }) => {
      const terms = tf.square(tf.sub(tf.sigmoid(logits), labels));
      return tf.mul(terms, tf.add(1, tf.mul(weight - 1, labels)));
    }),
);
