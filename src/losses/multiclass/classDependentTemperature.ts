import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perClass } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { classDependentTemperatures } from "./classCounts";
import { countsOption } from "./options";

/**
 * CDT: cross-entropy on logits that are scaled down for rare classes in training.
 *
 *     mean_i -log softmax(Delta f_i)_{y_i}     Delta_k = (n_k / n_max)^gamma
 *
 * To win with a smaller factor, the raw logit of a rare class must grow larger. Predict with the raw logits.
 *
 * @param options.counts training samples per class, n_k > 0, [K].
 * @param options.gamma >= 0; default 0.2; 0 gives cross-entropy.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar. An empty batch gives 0.
 * @throws RangeError for counts that are not positive or a negative gamma; TypeError, at the call, when there are not K counts.
 * @see Ye, Chen, Zhan, Chao: Identifying and compensating for feature deviation in imbalanced deep learning, 2020. Formula read in the
 *   public code of AutoBalance and of VS-loss; the published values of gamma were not.
 */
export const classDependentTemperature = definePerSampleLoss(
  {
    name: "classDependentTemperature",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i \log \operatorname{softmax}(\Delta \odot f_i)_{y_i}, \quad \Delta_k = \Bigl(\frac{n_k}{n_{\max}}\Bigr)^{\gamma}`,
    source:
      "Ye et al., Identifying and compensating for feature deviation in imbalanced deep learning, 2020; as in the public code of AutoBalance and VS-loss; checked against float64 references.",
    options: {
      counts: countsOption,
      gamma: z.number().nonnegative().default(0.2).describe("exponent of the frequencies: 0 is cross-entropy"),
    },
    beware:
      "Factors that differ between classes make the loss inconsistent for balanced error with unlimited data, and harm rare classes in the first steps. Not invariant to a constant added to all logits. Tune gamma on validation data.",
  },
  ({ counts, gamma }) => {
    const scale = Float32Array.from(classDependentTemperatures(counts, gamma));
    return (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("classDependentTemperature", logits, labels);
      return adjustedCrossEntropy(batch, { scale: perClass("classDependentTemperature", "counts", scale, batch) });
    };
  },
);
