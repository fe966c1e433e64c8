import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { onSamples } from "./batch";
import { hingeOptions, shortfall, weighPositives } from "./hinge";

/**
 * Squared hinge loss: the square of the hinge.
 *
 *     mean_i w_i max(0, m - (2 y_i - 1) z_i)^2     w = positiveWeight on positives, 1 on negatives
 *
 * @param options.margin m > 0; default 1.
 * @param options.positiveWeight w > 0; default 1.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`.
 * @returns a loss (logits [n], labels [n]) => scalar, or [n] without reduction. An empty batch gives 0.
 * @throws RangeError when an option is out of range.
 * @see Standard (L2-SVM); public libraries agree on the form.
 */
export const squaredHinge = definePerSampleLoss(
  {
    name: "squaredHinge",
    family: "binary",
    kind: "margin",
    formula: String.raw`\frac1n \sum_i w_{y_i} \max\bigl(0,\; m - (2 y_i - 1) z_i\bigr)^2, \quad w_1 = w,\ w_0 = 1`,
    source: "Standard (L2-SVM).",
    options: hingeOptions,
    beware: "Grows with the square of a wrong logit: outliers and mislabelled samples dominate. The threshold is 0.",
  },
  ({ margin, positiveWeight: weight }) =>
    onSamples("squaredHinge", (batch) => weighPositives(tf.square(tf.relu(shortfall(batch, margin))), batch, weight)),
);
