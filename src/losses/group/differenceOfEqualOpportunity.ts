import { tf } from "../../engine";
import { defineLoss } from "../define";
import { type GroupLoss } from "./batch";
import { groupMeans } from "./cells";
import { groupsOption, sampleLossesOption } from "./options";

/**
 * The DEO surrogate: how far the loss of each class differs between the groups.
 *
 *     sum_k sum_{g in S_k} |L_kg - mean_{h in S_k} L_kh|
 *
 * L_kg is the mean of the losses of the samples of class k and group g, S_k the set of groups with samples of class k in the batch. For
 * two classes and two groups this is |L_{+,1} - L_{+,2}| + |L_{-,1} - L_{-,2}|.
 *
 * It says nothing of how good the classifier is: a constant one has the value 0. Use it in a `blend` with a loss that does.
 *
 * @param options.groups G.
 * @param options.loss the losses of the samples: any loss made with `reduction: "none"`; default: cross-entropy. It is given logits and
 *   labels as they come, so that a binary loss works on logits [n].
 * @returns a loss (logits [n, K] or [n], labels [n], groups [n]) => scalar >= 0. A cell without samples in the batch drops out; a class
 *   that fewer than two groups have adds 0; an empty batch gives 0. Where groups are equal its derivative is taken as 0.
 * @throws RangeError for an option out of range; TypeError, at the call, when the shapes do not fit.
 * @see Li, Zhang, Thrampoulidis, Chen, Oymak: AutoBalance, NeurIPS 2021, equation 4.1, for two classes and two groups, as given by a
 *   third-party digest of the paper. The form for more groups is ours, after a design note in the authors' development repository.
 */
export const differenceOfEqualOpportunity = defineLoss(
  {
    name: "differenceOfEqualOpportunity",
    family: "group",
    kind: "group difference",
    formula: String.raw`\sum_k \sum_{g \in S_k} \bigl| L_{kg} - \overline{L}_k \bigr|, \quad \overline{L}_k = \frac1{|S_k|} \sum_{h \in S_k} L_{kh}`,
    source:
      "Li et al., AutoBalance: Optimized loss functions for imbalanced data, NeurIPS 2021, eq. 4.1 (two classes, two groups) as given by a third-party digest; for more groups our extension.",
    options: { groups: groupsOption, loss: sampleLossesOption },
    beware:
      "0 for every constant classifier: blend it with a loss of quality. It compares losses, not error rates: equal cross-entropies do not mean equal opportunity. Noisy where a cell has few samples in the batch; absent cells drop out.",
  },
  (options): GroupLoss =>
    (logits, labels, groups) =>
      tf.tidy(() => {
        const classes = logits.rank === 1 ? 2 : (logits.shape[1] as number);
        const cells = groupMeans("differenceOfEqualOpportunity", { ...options, classes }, { logits, labels, groups });
        const [means, present] = [cells.means, cells.present].map((x) => tf.reshape(x, [classes, options.groups]));
        const average = tf.div(tf.sum(means, 1, true), tf.maximum(tf.sum(present, 1, true), 1));
        return tf.sum(tf.mul(present, tf.abs(tf.sub(means, average)))) as tf.Scalar;
      }),
);
