import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perClass, perSample } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { labelDistributionAwareMargins } from "./classCounts";
import { classParameterOption, countsOption } from "./options";

/**
 * LDAM: cross-entropy that asks for a margin, larger for rarer classes.
 *
 *     mean_i -w_{y_i} log softmax(s (f_i - m_{y_i} e_{y_i}))_{y_i}     m_k = maxMargin (n_min / n_k)^(1/4)
 *
 * e_y is the unit vector of the sample's own class: only its logit is lowered.
 *
 * It is made for a normalised head, f_k = <w_k, x> / (||w_k|| ||x||) in [-1, 1]: there a margin of 0.5 is large and s = 30 lets the
 * softmax saturate. On an unbounded head the margin means little and s multiplies the learning rate.
 *
 * @param options.counts training samples per class, n_k > 0, [K].
 * @param options.maxMargin margin of the rarest class, >= 0; default 0.5.
 * @param options.scale s > 0; default 30.
 * @param options.weight w >= 0: a number, [K], or a tensor or variable [K], used as it stands at each call; default 1. See
 *   `deferredReweighting` for the schedule the paper uses.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar, divided by the number of samples. An empty batch gives 0.
 * @throws RangeError for an option out of range; TypeError, at the call, when there are not K counts or weights.
 * @see Cao, Wei, Gaidon, Arechiga, Ma: Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019. Read in
 *   its public code, which divides a weighted batch by its weights.
 */
export const labelDistributionAwareMargin = definePerSampleLoss(
  {
    name: "labelDistributionAwareMargin",
    family: "multiclass",
    kind: "margin",
    formula: String.raw`-\frac1n \sum_i w_{y_i} \log \operatorname{softmax}\bigl(s (f_i - m_{y_i} e_{y_i})\bigr)_{y_i}, \quad m_k = m_{\max} \Bigl(\frac{n_{\min}}{n_k}\Bigr)^{1/4}`,
    source:
      "Cao et al., Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019; as in the authors' public code; checked against float64 references.",
    options: {
      counts: countsOption,
      maxMargin: z.number().nonnegative().default(0.5).describe("margin of the rarest class"),
      scale: z.number().positive().default(30).describe("s, factor of logits and margins"),
      weight: classParameterOption("nonNegative").default(1).describe("w, weight of the samples of each class, [K]"),
    },
    beware:
      "Made for a normalised head, whose logits are cosines in [-1, 1]; with a plain linear head, scale 30 multiplies gradients by 30 and the margins are negligible. The published results use it with deferredReweighting.",
  },
  ({ counts, maxMargin, scale, weight }) => {
    const margins = Float32Array.from(labelDistributionAwareMargins(counts, maxMargin), (margin) => -scale * margin);
    return (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("labelDistributionAwareMargin", logits, labels);
      const lowered = perClass("labelDistributionAwareMargin", "counts", margins, batch);
      const own = tf.oneHot(batch.labels, batch.logits.shape[1], 1, 0, "float32");
      return adjustedCrossEntropy(batch, {
        scale,
        shift: tf.mul(own, lowered),
        weight: perSample("labelDistributionAwareMargin", "weight", weight, batch),
      });
    };
  },
);
