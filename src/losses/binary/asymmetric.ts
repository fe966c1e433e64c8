import { z } from "zod";

import { stopGradient, tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { onSamples, type BinaryBatch } from "./batch";
import { power, SMALLEST } from "./scores";

/**
 * Asymmetric loss: focal weights of their own for positives and negatives, and easy negatives left out.
 *
 *     mean_i [ y_i (1 - p_i)^gammaPositive (-log p_i) + (1 - y_i) m_i^gammaNegative (-log(1 - m_i)) ]
 *     m = max(p - clip, 0)
 *
 * @param options.gammaPositive >= 0; default 1.
 * @param options.gammaNegative >= 0; default 4.
 * @param options.clip in [0, 1): negatives with p <= clip cost nothing; default 0.05.
 * @param options.detach takes the focal weights as constants in the gradient; default false, the true gradient.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`.
 * @returns a loss (logits [n], labels [n]) => scalar, or [n] without reduction. An empty batch gives 0.
 * @throws RangeError when an option is out of range.
 * @see Ridnik, Ben-Baruch, Zamir, Noy, Friedman, Protter, Zelnik-Manor: Asymmetric loss for multi-label classification, ICCV 2021.
 *   Defaults as in its public code, which detaches the weights and adds 1e-8 inside the logarithms; here there is no such constant.
 */
export const asymmetric = definePerSampleLoss(
  {
    name: "asymmetric",
    family: "binary",
    kind: "cross-entropy",
    formula: String.raw`\frac1n \sum_i \bigl[ -y_i (1 - p_i)^{\gamma_+} \log p_i - (1 - y_i)\, m_i^{\gamma_-} \log (1 - m_i) \bigr], \quad m_i = \max(p_i - \kappa, 0)`,
    source:
      "Ridnik et al.: Asymmetric loss for multi-label classification, ICCV 2021. Formula and defaults as in its public code; checked against float64 references.",
    options: {
      gammaPositive: z.number().min(0).default(1).describe("gamma+, fading of easy positives"),
      gammaNegative: z.number().min(0).default(4).describe("gamma-, fading of easy negatives"),
      clip: z.number().min(0).lt(1).default(0.05).describe("kappa, probability up to which a negative costs nothing"),
      detach: z.boolean().default(false).describe("take the focal weights as constants in the gradient"),
    },
    beware:
      "The public code detaches the focal weights (`detach: true`) and was run with gamma+ = 0 as well. Negatives with p <= clip have no gradient. For 0 < gamma- < 1 the curvature of a negative is unbounded as p falls to clip.",
  },
  ({ gammaPositive, gammaNegative, clip, detach }) => {
    const held = detach ? stopGradient : <T extends tf.Tensor>(value: T) => value;
    return onSamples("asymmetric", ({ logits: z, labels: y }: BinaryBatch) => {
      // (1 - p)^gamma = exp(-gamma softplus(z)): no power of a vanishing number.
      const minusLogP = tf.softplus(tf.neg(z));
      const positive = tf.mul(held(tf.exp(tf.mul(-gammaPositive, tf.softplus(z)))), minusLogP);

      const margin = tf.sub(tf.sigmoid(z), clip);
      const active = tf.mul(tf.sub(1, y), tf.cast(tf.greater(margin, SMALLEST), "float32"));
      const weight = held(power(margin, gammaNegative));
      // 1 - m = 1 - p + clip, by sigmoid(-z), which keeps the digits of 1 - p.
      const minusLog = clip === 0 ? tf.softplus(z) : tf.neg(tf.log(tf.minimum(tf.add(clip, tf.sigmoid(tf.neg(z))), 1)));
      return tf.add(tf.mul(y, positive), tf.mul(active, tf.mul(weight, minusLog)));
    });
  },
);
