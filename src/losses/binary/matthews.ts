import { defineLoss } from "../define";
import { onBatch } from "./batch";
import { metricLoss } from "./metricLoss";
import { truePrior } from "./options";
import { matthews as correlation } from "./scores";
import { uniform } from "./thresholdCdf";

/**
 * Matthews loss: one minus Matthews' correlation of expected counts.
 *
 *     1 - (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))
 *
 * Computed from rates and shares: the product of four counts would lose the digits of float32.
 *
 * @param options.prior P(Y = 1) where the correlation is to hold, in (0, 1); default: the batch's share of positives.
 * @returns a loss (logits [n], labels [n]) => scalar in [0, 2]. A batch without one of the classes, or an empty one, has correlation
 *   0 with gradient 0.
 * @throws RangeError when `prior` is out of range.
 * @see Form as in segmentation_models.pytorch (MCCLoss), without its epsilon. Seber (arXiv 2402.17131) trains with a weighted focal
 *   extension whose formula was not found; this is not it.
 */
export const matthews = defineLoss(
  {
    name: "matthews",
    family: "binary",
    kind: "soft confusion",
    formula: String.raw`1 - \frac{TP \cdot TN - FP \cdot FN}{\sqrt{(TP + FP)(TP + FN)(TN + FP)(TN + FN)}}, \quad TP = \sum_i y_i p_i,\ \ldots,\ TN = \sum_i (1 - y_i) (1 - p_i)`,
    source:
      "Form as in segmentation_models.pytorch (MCCLoss), without epsilon; checked against float64 references. Seber (arXiv 2402.17131) trains with a weighted focal extension whose formula was not found; this is not it.",
    options: { prior: truePrior },
    beware:
      "0 correlation for every constant score, so that the bias, and with it the threshold, is learnt late. Where all samples are called alike the value hangs on the last digits.",
  },
  ({ prior }) =>
    onBatch("matthews", ({ logits, labels }) =>
      metricLoss(logits, labels, { cdf: uniform, score: correlation, prior }),
    ),
);
