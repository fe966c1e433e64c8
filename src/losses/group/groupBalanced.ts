import { tf } from "../../engine";
import { defineLoss } from "../define";
import { meanOfMeans } from "../multiclass/segments";
import { type GroupLoss } from "./batch";
import { groupMeans } from "./cells";
import { classesOption, groupsOption, sampleLossesOption } from "./options";

/**
 * The mean over groups of the groups' mean losses: every group counts alike, whatever its size.
 *
 *     (1 / |S|) sum_{g in S} L_g     L_g = mean of the losses of group g, S = groups of the batch
 *
 * @param options.groups G.
 * @param options.classes K: with it the groups are the K G cells (class, group), as in the balanced error of Waterbirds.
 * @param options.loss the losses of the samples: any loss made with `reduction: "none"`; default: cross-entropy. It is given logits and
 *   labels as they come, so that a binary loss works on logits [n].
 * @returns a loss (logits [n, K] or [n], labels [n], groups [n]) => scalar. A group without samples in the batch drops out; an empty
 *   batch gives 0.
 * @throws RangeError for an option out of range; TypeError, at the call, when the shapes do not fit.
 * @see Standard; the balanced form of the group objectives of AutoBalance (Li et al., NeurIPS 2021).
 */
export const groupBalanced = defineLoss(
  {
    name: "groupBalanced",
    family: "group",
    kind: "group average",
    formula: String.raw`\frac1{|S|} \sum_{g \in S} L_g, \quad L_g = \frac1{n_g} \sum_{i : g_i = g} \ell_i, \ S = \{g_1, \dots, g_n\}`,
    source: "Standard.",
    options: { groups: groupsOption, classes: classesOption, loss: sampleLossesOption },
    beware:
      "Groups absent from the batch drop out, so the mean over small batches is not the loss of the whole set: sample batches by group.",
  },
  (options): GroupLoss =>
    (logits, labels, groups) =>
      tf.tidy(() => meanOfMeans(groupMeans("groupBalanced", options, { logits, labels, groups }))),
);
