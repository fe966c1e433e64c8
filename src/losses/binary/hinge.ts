import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { onSamples, type BinaryBatch } from "./batch";
import { positiveWeight } from "./options";

/** Options of the hinge losses. */
export const hingeOptions = {
  margin: z.number().positive().default(1).describe("m, distance from 0 that a logit must keep on its side"),
  positiveWeight,
};

/**
 * Hinge loss: zero once the logit is on its side of 0 by the margin.
 *
 *     mean_i w_i max(0, m - (2 y_i - 1) z_i)     w = positiveWeight on positives, 1 on negatives
 *
 * @param options.margin m > 0; default 1.
 * @param options.positiveWeight w > 0; default 1.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`.
 * @returns a loss (logits [n], labels [n]) => scalar, or [n] without reduction. An empty batch gives 0. Its Hessian is 0.
 * @throws RangeError when an option is out of range.
 * @see Cortes, Vapnik: Support-vector networks, Machine Learning 1995. Standard form.
 */
export const hinge = definePerSampleLoss(
  {
    name: "hinge",
    family: "binary",
    kind: "margin",
    formula: String.raw`\frac1n \sum_i w_{y_i} \max\bigl(0,\; m - (2 y_i - 1) z_i\bigr), \quad w_1 = w,\ w_0 = 1`,
    source: "Cortes, Vapnik: Support-vector networks, Machine Learning 1995. Standard form.",
    options: hingeOptions,
    beware:
      "The Hessian is 0, so methods that need curvature (implicit hypergradients) do not apply. The logits are no log-odds; the threshold is 0.",
  },
  ({ margin, positiveWeight: weight }) =>
    onSamples("hinge", (batch) => weighPositives(tf.relu(shortfall(batch, margin)), batch, weight)),
);

/** m - (2y - 1) z, [n]. */
export const shortfall = ({ logits, labels }: BinaryBatch, margin: number): tf.Tensor =>
  tf.sub(margin, tf.mul(tf.sub(tf.mul(2, labels), 1), logits));

/** The terms, those of positives times the weight. */
export const weighPositives = (terms: tf.Tensor, { labels }: BinaryBatch, weight: number): tf.Tensor =>
  weight === 1 ? terms : tf.mul(terms, tf.add(1, tf.mul(weight - 1, labels)));
