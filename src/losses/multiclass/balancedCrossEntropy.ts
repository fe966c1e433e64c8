import { tf } from "../../engine";
import { defineLoss } from "../define";
import { adjustedCrossEntropy } from "./adjusted";
import { multiclassBatch, type MulticlassLoss } from "./batch";
import { meanOfMeans, segmentMeans } from "./segments";

/**
 * Balanced cross-entropy: the mean over classes of the class means.
 *
 *     (1 / |C|) sum_{k in C} mean_{i: y_i = k} -log softmax(f_i)_k     C = classes of the batch
 *
 * The smooth stand-in for balanced error, and the usual outer objective on an imbalanced validation set. A class without samples in
 * the batch drops out, so that on small batches it is no unbiased estimate of its value on the whole set: there take
 * `weightedCrossEntropy` with `inverseFrequencyWeights`.
 *
 * @returns a loss (logits [n, K], labels [n]) => scalar. An empty batch gives 0.
 * @throws RangeError for an unknown option.
 * @see AutoBalance (Li et al., NeurIPS 2021) uses the weighted form as its validation loss; this one is a standard one.
 */
export const balancedCrossEntropy = defineLoss(
  {
    name: "balancedCrossEntropy",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1{|C|} \sum_{k \in C} \frac1{n_k} \sum_{i : y_i = k} \log p_{ik}, \quad C = \{y_1, \dots, y_n\}`,
    source: "Standard; AutoBalance (Li et al., NeurIPS 2021) validates with its weighted form.",
    options: {},
    beware:
      "Classes absent from the batch drop out, so the mean over small batches is not the loss of the whole set: for mini-batches, weightedCrossEntropy with inverseFrequencyWeights. One sample of a rare class weighs as much as a whole frequent class.",
  },
  (): MulticlassLoss => (logits, labels) =>
    tf.tidy(() => {
      const batch = multiclassBatch("balancedCrossEntropy", logits, labels);
      return meanOfMeans(segmentMeans(adjustedCrossEntropy(batch, {}), batch.labels, batch.logits.shape[1]));
    }),
);
