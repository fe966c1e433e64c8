import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perClass } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { logPriors } from "./classCounts";
import { countsOption } from "./options";

/**
 * Logit-adjusted cross-entropy: the priors are added in training, so that the raw logits fit equal priors.
 *
 *     mean_i -log softmax(f_i + tau log pi)_{y_i}     pi_k = n_k / sum_j n_j
 *
 * Predict with the raw logits. `postHocLogitAdjustment` is the same idea after training.
 *
 * @param options.counts training samples per class, n_k > 0, [K].
 * @param options.tau any finite number; default 1, the one that is Fisher consistent for balanced error; 0 gives cross-entropy.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar. An empty batch gives 0.
 * @throws RangeError for counts that are not positive or a tau that is not finite; TypeError, at the call, when there are not K counts.
 * @see Menon, Jayasumana, Rawat, Jain, Veit, Kumar: Long-tail learning via logit adjustment, ICLR 2021. Formula read in the public code
 *   of VS-loss and of a third-party implementation; the consistency is a standard result that was not looked up.
 */
export const logitAdjusted = definePerSampleLoss(
  {
    name: "logitAdjusted",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i \log \operatorname{softmax}(f_i + \tau \log \pi)_{y_i}, \quad \pi_k = \frac{n_k}{\sum_j n_j}`,
    source:
      "Menon et al., Long-tail learning via logit adjustment, ICLR 2021; formula as in the public code of VS-loss and of a third-party implementation; checked against float64 references.",
    options: {
      counts: countsOption,
      tau: z.number().default(1).describe("strength of the adjustment: 0 is cross-entropy, 1 fits equal priors"),
    },
    beware:
      "Predict with the raw logits: adding or subtracting log priors at test time as well counts them twice. Another tau than 1 is a hyper-parameter: tune it on validation data.",
  },
  ({ counts, tau }) => {
    const shift = Float32Array.from(logPriors(counts), (logPrior) => tau * logPrior);
    return (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("logitAdjusted", logits, labels);
      return adjustedCrossEntropy(batch, { shift: perClass("logitAdjusted", "counts", shift, batch) as tf.Tensor });
    };
  },
);
