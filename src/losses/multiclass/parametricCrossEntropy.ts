import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perClass, perSample } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { classParameterOption } from "./options";

/**
 * Parametric cross-entropy: the family that AutoBalance searches.
 *
 *     z_ik = scale_k f_ik + shift_k     loss = mean_i -weight_{y_i} log softmax(z_i)_{y_i}
 *
 * With variables for the parameters the loss is differentiable in them, in the logits, and twice and mixed in all of these:
 *
 *     dl/df_k = w_y s_k (q_k - 1{k=y})   dl/dshift_k = w_y (q_k - 1{k=y})   dl/dscale_k = w_y f_k (q_k - 1{k=y})   q = softmax(z)
 *
 * The sigmoid by which AutoBalance keeps the scale in (0, 1) belongs to the caller, in the loss function that is differentiated:
 * `() => parametricCrossEntropy({ scale: tf.sigmoid(delta), shift })(logits(), labels)`. A tensor made outside of that function is
 * a constant to its derivatives. Predict with the raw logits f.
 *
 * @param options.weight w >= 0; default 1.
 * @param options.scale s; default 1.
 * @param options.shift l; default 0; only its differences between classes count.
 *   Each is a number, [K], or a tensor or variable [K], which is used as it stands at each call and not checked for range.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar, divided by the number of samples. An empty batch gives 0.
 * @throws RangeError for plain numbers that are not finite, or negative weights; TypeError, at the call, when there are not K.
 * @see Li, Zhang, Thrampoulidis, Chen, Oymak: AutoBalance: Optimized loss functions for imbalanced data, NeurIPS 2021, equations 2.1 and
 *   2.2 as given by a third-party digest of the paper, and as in the public code. The derivatives are derived here.
 */
export const parametricCrossEntropy = definePerSampleLoss(
  {
    name: "parametricCrossEntropy",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i w_{y_i} \log \operatorname{softmax}(s \odot f_i + l)_{y_i}`,
    source:
      "Li et al., AutoBalance: Optimized loss functions for imbalanced data, NeurIPS 2021, eq. 2.1 and 2.2 as given by a third-party digest of the paper, and as in the authors' public code (which never optimises w); checked against float64 references.",
    options: {
      weight: classParameterOption("nonNegative").default(1).describe("w, weight of the samples of each class, [K]"),
      scale: classParameterOption("finite").default(1).describe("s, factor of each class's logit, [K]"),
      shift: classParameterOption("finite").default(0).describe("l, added to each class's logit, [K]"),
    },
    beware:
      "Predict with the raw logits. The shift is identified only up to a constant; scales that differ between classes make the loss inconsistent for balanced error. The scale's sigmoid is outside: pass tf.sigmoid(delta), formed inside the function that is differentiated. A tensor must outlive the loss.",
  },
  ({ weight, scale, shift }) =>
    (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("parametricCrossEntropy", logits, labels);
      const shifts = perClass("parametricCrossEntropy", "shift", shift, batch);
      return adjustedCrossEntropy(batch, {
        scale: perClass("parametricCrossEntropy", "scale", scale, batch),
        // The same number for all classes changes nothing.
        shift: typeof shifts === "number" ? undefined : shifts,
        weight: perSample("parametricCrossEntropy", "weight", weight, batch),
      });
    },
);
