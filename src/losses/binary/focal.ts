import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { onSamples } from "./batch";

/**
 * Focal loss: cross-entropy that fades where the prediction is right.
 *
 *     mean_i a_i (1 - q_i)^gamma (-log q_i)     q = p, a = alpha on positives; q = 1 - p, a = 1 - alpha on negatives
 *
 * With u = (2y - 1) z both factors are functions of softplus: -log q = softplus(-u) and (1 - q)^gamma = exp(-gamma softplus(u)), so
 * that no power of a vanishing number is taken. gamma = 0 and alpha = 1/2 give half the cross-entropy.
 *
 * @param options.gamma >= 0; default 2.
 * @param options.alpha weight of positives, in [0, 1]; default 0.25. Negatives weigh 1 - alpha.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`.
 * @returns a loss (logits [n], labels [n]) => scalar, or [n] without reduction. An empty batch gives 0.
 * @throws RangeError when an option is out of range.
 * @see Lin, Goyal, Girshick, He, Dollar: Focal loss for dense object detection, ICCV 2017. Defaults and form as in public code.
 */
export const focal = definePerSampleLoss(
  {
    name: "focal",
    family: "binary",
    kind: "cross-entropy",
    formula: String.raw`\frac1n \sum_i \alpha_{y_i} (1 - q_i)^\gamma (-\log q_i), \quad q_i = p_i^{y_i} (1 - p_i)^{1 - y_i}, \quad \alpha_1 = \alpha,\ \alpha_0 = 1 - \alpha`,
    source:
      "Lin, Goyal, Girshick, He, Dollar: Focal loss for dense object detection, ICCV 2017. Form and defaults as in public code; checked against float64 references.",
    options: {
      gamma: z.number().min(0).default(2).describe("gamma, how fast the loss of easy samples fades"),
      alpha: z.number().min(0).max(1).default(0.25).describe("alpha, weight of positives; negatives weigh 1 - alpha"),
    },
    beware:
      "alpha = 0.25 weighs positives down, which suits gamma = 2 on the detection task it comes from; for rare positives elsewhere tune it. Outputs are no calibrated probabilities for gamma > 0. The weights are part of the gradient; some public code detaches them.",
  },
  ({ gamma, alpha }) =>
    onSamples("focal", ({ logits, labels }) => {
      const u = tf.mul(tf.sub(tf.mul(2, labels), 1), logits);
      const weight = tf.add(1 - alpha, tf.mul(2 * alpha - 1, labels));
      const fade = tf.exp(tf.mul(-gamma, tf.softplus(u)));
      return tf.mul(tf.mul(weight, fade), tf.softplus(tf.neg(u)));
    }),
);
