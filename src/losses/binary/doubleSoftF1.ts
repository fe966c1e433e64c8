import { defineLoss } from "../define";
import { onBatch } from "./batch";
import { metricLoss } from "./metricLoss";
import { truePrior } from "./options";
import { doubleF1 } from "./scores";
import { uniform } from "./thresholdCdf";

/**
 * Double soft F1: one minus the mean of soft F1 of the positive and of the negative class.
 *
 *     1 - TP / (2 TP + FP + FN) - TN / (2 TN + FP + FN)
 *
 * @param options.prior P(Y = 1) where the score is to hold, in (0, 1); default: the batch's share of positives.
 * @returns a loss (logits [n], labels [n]) => scalar in [0, 1]. The F1 of an absent class counts as 0, with gradient 0.
 * @throws RangeError when `prior` is out of range.
 * @see Maiza: The unknown benefits of using a soft-F1 loss in classification systems, 2019 (macro double soft F1); form as in public code.
 */
export const doubleSoftF1 = defineLoss(
  {
    name: "doubleSoftF1",
    family: "binary",
    kind: "soft confusion",
    formula: String.raw`1 - \frac12 \left( \frac{2\, TP}{2\, TP + FP + FN} + \frac{2\, TN}{2\, TN + FP + FN} \right), \quad TP = \sum_i y_i p_i,\ \ldots,\ TN = \sum_i (1 - y_i) (1 - p_i)`,
    source: "Folklore (macro double soft F1). Form as in public code.",
    options: { prior: truePrior },
    beware:
      "Cures the drift of a constant score to all positive, at the price of a score that is no longer F1: with rare positives the F1 of the negatives is near 1 and hardly moves.",
  },
  ({ prior }) =>
    onBatch("doubleSoftF1", ({ logits, labels }) =>
      metricLoss(logits, labels, { cdf: uniform, score: doubleF1, prior }),
    ),
);
