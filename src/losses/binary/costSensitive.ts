import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { onSamples } from "./batch";
import { costWeight } from "./fixedPoint";
import { beta } from "./options";

/**
 * Cost-sensitive cross-entropy for F-beta: cross-entropy with the weight at which the threshold 0.5 is that of the best F-beta.
 *
 *     mean_i [ w y_i softplus(-z_i) + (1 - y_i) softplus(z_i) ]     w = (1 + beta^2 - F) / F
 *
 * F is the F-beta to be reached, which is not known beforehand: `costSensitiveRounds` finds it by a fixed point.
 *
 * @param options.fBeta F in (0, 1].
 * @param options.beta > 0; default 1.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`.
 * @returns a loss (logits [n], labels [n]) => scalar, or [n] without reduction. An empty batch gives 0.
 * @throws RangeError when an option is out of range.
 * @see After Parambath, Usunier, Grandvalet: Optimizing F-measures by cost-sensitive classification, NeurIPS 2014 (not read); the
 *   weight is derived from the threshold F / (1 + beta^2) on P(Y = 1 | x).
 */
export const costSensitive = definePerSampleLoss(
  {
    name: "costSensitive",
    family: "binary",
    kind: "cross-entropy",
    formula: String.raw`\frac1n \sum_i \bigl[ -w\, y_i \log p_i - (1 - y_i) \log (1 - p_i) \bigr], \quad w = \frac{1 + \beta^2 - F}{F}`,
    source:
      "After Parambath, Usunier, Grandvalet: Optimizing F-measures by cost-sensitive classification, NeurIPS 2014 (not read); the weight is derived from the threshold F/(1 + beta^2) on P(Y = 1 | x).",
    options: {
      fBeta: z.number().gt(0).max(1).describe("F, the F-beta to be reached; costSensitiveRounds finds it"),
      beta,
    },
    beware:
      "Exact where the model can express the log-odds, else a baseline like another. F must be that of the best classifier: too small an F gives too many positives. Measure it on validation data.",
  },
  ({ fBeta, beta: b }) => {
    const weight = costWeight(fBeta, b);
    return onSamples("costSensitive", ({ logits: z, labels: y }) =>
      tf.add(tf.mul(tf.mul(weight, y), tf.softplus(tf.neg(z))), tf.mul(tf.sub(1, y), tf.softplus(z))),
    );
  },
);
