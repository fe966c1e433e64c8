import { z } from "zod";

import { tf } from "../../engine";
import { adjustedCrossEntropy } from "../multiclass/adjusted";
import { type Labels } from "../multiclass/batch";
import { definePerSampleLoss } from "../reduction";
import { groupBatch } from "./batch";
import { groupLogPriors, groupTemperatures } from "./cellCounts";
import { entriesOfCells, rowsOfGroups } from "./cells";
import { cellCountsOption, cellParameterOption, plainCells } from "./options";

/**
 * The VS-loss with factors and shifts per class and group, acting on logit k by the sample's group.
 *
 *     mean_i -w_{y_i g_i} log softmax(Delta_{., g_i} f_i + tau log pi_{., g_i})_{y_i}
 *     Delta_kg = (n_kg / n_max)^gamma     pi_kg = n_kg / sum_j n_jg     n_max the largest cell
 *
 * The public VS-loss code takes both from the sample's own cell (y_i, g_i) for all logits alike: there the shift cancels in the
 * softmax and the factor is a temperature of the cell. This is the form in which both act. gamma = 0 gives `groupLogitAdjusted`; with
 * one group it is `vectorScaling`. Predict with the raw logits.
 *
 * Logits [n] of a binary classifier stand for (-z/2, z/2): the adjusted margin is z (Delta_0g + Delta_1g) / 2 + tau log(n_1g / n_0g).
 *
 * @param options.counts training samples per class and group, n_kg > 0, [K][G] or a tensor [K, G].
 * @param options.gamma >= 0; default 0.3.
 * @param options.tau any finite number; default 1.
 * @param options.weight w >= 0: a number, [K][G], or a tensor or variable [K, G], used as it stands at each call; default 1.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K] or [n], labels [n], groups [n]) => scalar, divided by the number of samples. An empty batch gives 0.
 * @throws RangeError for an option out of range; TypeError, at the call, when the shapes do not fit.
 * @see Kini, Paraskevas, Oymak, Thrampoulidis: Label-imbalanced and group-sensitive classification under overparameterization, NeurIPS
 *   2021: factors and the default gamma read in its public code; indexing by the logit's class as in AutoBalance, equation 4.2.
 */
export const groupVectorScaling = definePerSampleLoss(
  {
    name: "groupVectorScaling",
    family: "group",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i w_{y_i g_i} \log \operatorname{softmax}(\Delta_{\cdot, g_i} \odot f_i + \tau \log \pi_{\cdot, g_i})_{y_i}, \quad \Delta_{kg} = \Bigl(\frac{n_{kg}}{n_{\max}}\Bigr)^{\gamma},\ \pi_{kg} = \frac{n_{kg}}{\sum_j n_{jg}}`,
    source:
      "Factors and default gamma as in the public code of VS-loss (Kini et al., NeurIPS 2021), whose indexing by the sample's own cell makes the shift cancel; here indexed by the logit's class, as in AutoBalance (Li et al., NeurIPS 2021), eq. 4.2 as given by a third-party digest.",
    options: {
      counts: cellCountsOption,
      gamma: z.number().nonnegative().default(0.3).describe("exponent of the factors: 0 is groupLogitAdjusted"),
      tau: z.number().default(1).describe("strength of the shifts"),
      weight: cellParameterOption("nonNegative").default(1).describe("w, weight of the samples of each cell, [K, G]"),
    },
    beware:
      "Not the loss of the VS-loss paper's group experiments, see the source. Predict with the raw logits: no group is needed then. Tune gamma and tau on validation data. A cell without training samples has no prior: add a pseudo-count.",
  },
  ({ counts, gamma, tau, weight }) => {
    const name = "groupVectorScaling";
    const factors = plainCells(groupTemperatures(counts, gamma));
    const shifts = plainCells(groupLogPriors(counts).map((row) => row.map((logPrior) => tau * logPrior)));
    return (logits: tf.Tensor, labels: Labels, groups: Labels) => {
      const batch = groupBatch(name, { logits, labels, groups }, counts[0].length);
      return adjustedCrossEntropy(batch, {
        scale: rowsOfGroups(name, "counts", factors, batch),
        shift: rowsOfGroups(name, "counts", shifts, batch) as tf.Tensor,
        weight: entriesOfCells(name, "weight", weight, batch),
      });
    };
  },
);
