import { defineLoss } from "../define";
import { onBatch } from "./batch";
import { metricLoss } from "./metricLoss";
import { beta, truePrior } from "./options";
import { fBeta } from "./scores";
import { uniform } from "./thresholdCdf";

/**
 * Soft F-beta: one minus F-beta of expected counts, with each sample called positive with probability p.
 *
 *     1 - (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP)     TP = sum y p, FP = sum (1 - y) p, FN = sum y (1 - p)
 *
 * @param options.beta > 0; default 1.
 * @param options.prior P(Y = 1) where the score is to hold, in (0, 1); default: the batch's share of positives.
 * @returns a loss (logits [n], labels [n]) => scalar in [0, 1]. A batch without positives, or an empty one, gives 1 with gradient 0.
 * @throws RangeError when an option is out of range.
 * @see Folklore; in segmentation known as Dice (beta = 1). Form as in pytorch-toolbelt, without its epsilon.
 */
export const softFBeta = defineLoss(
  {
    name: "softFBeta",
    family: "binary",
    kind: "soft confusion",
    formula: String.raw`1 - \frac{(1 + \beta^2)\, TP}{(1 + \beta^2)\, TP + \beta^2 FN + FP}, \quad TP = \sum_i y_i p_i,\ FP = \sum_i (1 - y_i) p_i,\ FN = \sum_i y_i (1 - p_i)`,
    source: "Folklore (soft F1, Dice). Form as in public code, without epsilon; checked against float64 references.",
    options: { beta, prior: truePrior },
    beware:
      "Not the mean of per-sample terms: batches should hold ten positives or more. The gradient has a factor p (1 - p): saturated outputs do not learn, so start from a bias of logit(pi) or warm up with cross-entropy. A constant score is driven to all positive.",
  },
  ({ beta: b, prior }) =>
    onBatch("softFBeta", ({ logits, labels }) => metricLoss(logits, labels, { cdf: uniform, score: fBeta(b), prior })),
);
