import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perSample } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { classParameterOption } from "./options";

/**
 * Cross-entropy with a weight per class.
 *
 *     mean_i -w_{y_i} log softmax(f_i)_{y_i}
 *
 * The mean divides by the number of samples, so that the loss of a batch is an unbiased estimate of that of the data set; PyTorch's
 * weighted cross-entropy divides by the sum of the batch's weights, which is not.
 *
 * @param options.weight w >= 0: a number, [K], or a tensor or variable [K], which is used as it stands at each call and through which
 *   the loss is differentiable; default 1. `inverseFrequencyWeights` and `classBalancedWeights` make it of class counts.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar. An empty batch gives 0.
 * @throws RangeError for weights that are negative or not finite; TypeError, at the call, when there are not K.
 */
export const weightedCrossEntropy = definePerSampleLoss(
  {
    name: "weightedCrossEntropy",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i w_{y_i} \log p_{i, y_i}`,
    source:
      "Standard. Divided by n, unlike PyTorch's, which divides by the sum of the batch's weights; checked against float64 references.",
    options: {
      weight: classParameterOption("nonNegative").default(1).describe("w, weight of the samples of each class, [K]"),
    },
    beware:
      "On separable data, trained far beyond zero training error, weights do not change the limiting classifier. Large weights on rare classes make gradients noisy: a lower learning rate, or weights deferred to the last epochs.",
  },
  ({ weight }) =>
    (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("weightedCrossEntropy", logits, labels);
      return adjustedCrossEntropy(batch, { weight: perSample("weightedCrossEntropy", "weight", weight, batch) });
    },
);
