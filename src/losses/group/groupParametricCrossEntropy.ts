import { tf } from "../../engine";
import { adjustedCrossEntropy } from "../multiclass/adjusted";
import { type Labels } from "../multiclass/batch";
import { definePerSampleLoss } from "../reduction";
import { groupBatch } from "./batch";
import { entriesOfCells, groupCountOf, rowsOfGroups } from "./cells";
import { cellParameterOption } from "./options";

/**
 * Parametric cross-entropy with parameters per class and group.
 *
 *     z_ik = scale_{k, g_i} f_ik + shift_{k, g_i}     loss = mean_i -weight_{y_i, g_i} log softmax(z_i)_{y_i}
 *
 * Each logit k is adjusted by the parameters of its own class k in the sample's group. Were both indexed by the sample's cell
 * (y_i, g_i) for all logits alike, as in the group losses of the public VS-loss code, the shift would cancel in the softmax and the
 * scale be a mere temperature.
 *
 * Logits [n] of a binary classifier stand for (-z/2, z/2): the adjusted margin is z (scale_0g + scale_1g) / 2 + shift_1g - shift_0g,
 * so that only the mean of the two scales of a group counts.
 *
 * @param options.weight w >= 0; default 1.
 * @param options.scale s; default 1.
 * @param options.shift l; default 0; only its differences between the classes of a group count.
 *   Each is a number, a matrix [K][G], or a tensor or variable [K, G], which is used as it stands at each call, is not checked for
 *   range, and is differentiated through. At least one must have a column per group.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K] or [n], labels [n], groups [n]) => scalar, divided by the number of samples. An empty batch gives 0;
 *   absent classes and groups are no special case.
 * @throws RangeError for plain numbers that are not finite, negative weights, or different numbers of groups; TypeError, at the call,
 *   when the shapes do not fit.
 * @see Li, Zhang, Thrampoulidis, Chen, Oymak: AutoBalance, NeurIPS 2021, equation 4.2 as given by a third-party digest of the paper; the
 *   public code has no group losses.
 */
export const groupParametricCrossEntropy = definePerSampleLoss(
  {
    name: "groupParametricCrossEntropy",
    family: "group",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i w_{y_i g_i} \log \operatorname{softmax}(z_i)_{y_i}, \quad z_{ik} = s_{k g_i} f_{ik} + l_{k g_i}`,
    source:
      "Li et al., AutoBalance: Optimized loss functions for imbalanced data, NeurIPS 2021, eq. 4.2 as given by a third-party digest of the paper; the authors' public code has no group losses; derivatives checked in float64.",
    options: {
      weight: cellParameterOption("nonNegative").default(1).describe("w, weight of the samples of each cell, [K, G]"),
      scale: cellParameterOption("finite").default(1).describe("s, factor of logit k for samples of group g, [K, G]"),
      shift: cellParameterOption("finite").default(0).describe("l, added to logit k for samples of group g, [K, G]"),
    },
    beware:
      "Predict with the raw logits: no group is needed then. The shift of a group is identified up to a constant. The scale's sigmoid is outside: pass tf.sigmoid(delta), formed inside the function that is differentiated. A tensor must outlive the loss.",
  },
  ({ weight, scale, shift }) => {
    const name = "groupParametricCrossEntropy";
    const counts = new Set([weight, scale, shift].map(groupCountOf).filter((count) => count !== undefined));
    if (counts.size > 1) {
      throw new RangeError(
        `${name}: weight, scale and shift must have the same number of groups, received ${[...counts].join(" and ")}`,
      );
    }
    // Without a parameter that has groups, all samples are treated alike, whatever their group.
    const groupCount = [...counts][0] ?? Infinity;
    return (logits: tf.Tensor, labels: Labels, groups: Labels) => {
      const batch = groupBatch(name, { logits, labels, groups }, groupCount);
      const shifts = rowsOfGroups(name, "shift", shift, batch);
      return adjustedCrossEntropy(batch, {
        scale: rowsOfGroups(name, "scale", scale, batch),
        // The same number for all classes changes nothing.
        shift: typeof shifts === "number" ? undefined : shifts,
        weight: entriesOfCells(name, "weight", weight, batch),
      });
    };
  },
);
