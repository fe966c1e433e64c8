import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";

/**
 * Softmax cross-entropy.
 *
 *     mean_i -log softmax(f_i)_{y_i}
 *
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar. An empty batch gives 0; a class without samples in it is no special case.
 * @throws RangeError for an unknown option.
 */
export const crossEntropy = definePerSampleLoss(
  {
    name: "crossEntropy",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i \log p_{i, y_i}, \quad p_i = \operatorname{softmax}(f_i)`,
    source: "Standard; checked against float64 references.",
    options: {},
    beware: "Its minimiser gives the posterior under the training prior: argmax of it favours frequent classes.",
  },
  () => (logits: tf.Tensor, labels: Labels) =>
    adjustedCrossEntropy(multiclassBatch("crossEntropy", logits, labels), {}),
);
