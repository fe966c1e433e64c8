import { z } from "zod";

import { tf } from "../../engine";
import { adjustedCrossEntropy } from "../multiclass/adjusted";
import { type Labels } from "../multiclass/batch";
import { definePerSampleLoss } from "../reduction";
import { groupBatch } from "./batch";
import { groupLogPriors } from "./cellCounts";
import { rowsOfGroups } from "./cells";
import { cellCountsOption, plainCells } from "./options";

/**
 * Logit-adjusted cross-entropy with the priors of the sample's group.
 *
 *     mean_i -log softmax(f_i + tau log pi_{., g_i})_{y_i}     pi_kg = n_kg / sum_j n_jg
 *
 * The raw logits then fit equal class priors within every group. Joint frequencies n_kg / N would give the same loss: they differ by
 * a constant in each group, which the softmax does not see. With one group it is `logitAdjusted`.
 *
 * @param options.counts training samples per class and group, n_kg > 0, [K][G] or a tensor [K, G].
 * @param options.tau any finite number; default 1; 0 gives cross-entropy.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K] or [n], labels [n], groups [n]) => scalar; logits [n] stand for (-z/2, z/2), so that z gains
 *   tau log(n_1g / n_0g). An empty batch gives 0; absent classes and groups are no special case.
 * @throws RangeError for counts that are not positive or a tau that is not finite; TypeError, at the call, when the shapes do not fit.
 * @see A baseline of AutoBalance (Li et al., NeurIPS 2021), whose definition was not found: this is the group form of Menon et al.,
 *   Long-tail learning via logit adjustment, ICLR 2021, derived here.
 */
export const groupLogitAdjusted = definePerSampleLoss(
  {
    name: "groupLogitAdjusted",
    family: "group",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i \log \operatorname{softmax}(f_i + \tau \log \pi_{\cdot, g_i})_{y_i}, \quad \pi_{kg} = \frac{n_{kg}}{\sum_j n_{jg}}`,
    source:
      "A baseline of AutoBalance (Li et al., NeurIPS 2021), whose definition was not found; derived from Menon et al., Long-tail learning via logit adjustment, ICLR 2021.",
    options: {
      counts: cellCountsOption,
      tau: z.number().default(1).describe("strength of the adjustment: 0 is cross-entropy"),
    },
    beware:
      "Predict with the raw logits: no group is needed then. It balances the classes within each group, not the sizes of the groups: for these weigh or sample the groups. A cell without training samples has no prior: add a pseudo-count.",
  },
  ({ counts, tau }) => {
    const shift = plainCells(groupLogPriors(counts).map((row) => row.map((logPrior) => tau * logPrior)));
    return (logits: tf.Tensor, labels: Labels, groups: Labels) => {
      const batch = groupBatch("groupLogitAdjusted", { logits, labels, groups }, counts[0].length);
      return adjustedCrossEntropy(batch, {
        shift: rowsOfGroups("groupLogitAdjusted", "counts", shift, batch) as tf.Tensor,
      });
    };
  },
);
