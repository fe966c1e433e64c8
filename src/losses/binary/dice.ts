import { defineLoss } from "../define";
import { onBatch } from "./batch";
import { metricLoss } from "./metricLoss";
import { tversky } from "./scores";
import { uniform } from "./thresholdCdf";
import { overlapOptions } from "./tversky";

/**
 * Dice loss: soft F1, with smoothing and a logarithmic form.
 *
 *     "complement"  1 - D     "log"  -log D     D = (2 TP + 2 s) / (2 TP + FP + FN + 2 s)
 *
 * @param options.smooth s >= 0, in samples; default 0.
 * @param options.form `"complement"` (default) or `"log"`, whose gradient is the larger the smaller D.
 * @param options.prior P(Y = 1) where D is to hold, in (0, 1); default: the batch's share of positives.
 * @returns a loss (logits [n], labels [n]) => scalar. A batch without positives, or an empty one, has D = 0 with gradient 0 (with
 *   smooth > 0: 2 s / (FP + 2 s)), so "complement" gives 1; "log" gives 0, and 20.7 at most, below D = 1e-9.
 * @throws RangeError when an option is out of range.
 * @see Milletari, Navab, Ahmadi: V-Net, 2016, whose denominator has squares. The form here is the plain one of
 *   segmentation_models.pytorch and MONAI.
 */
export const dice = defineLoss(
  {
    name: "dice",
    family: "binary",
    kind: "soft confusion",
    formula: String.raw`1 - D \ \text{ or }\ -\log D, \quad D = \frac{2\, TP + 2 s}{2\, TP + FP + FN + 2 s}, \quad TP = \sum_i y_i p_i,\ FP = \sum_i (1 - y_i) p_i,\ FN = \sum_i y_i (1 - p_i)`,
    source:
      "After Milletari, Navab, Ahmadi: V-Net, 3DV 2016, whose denominator has squares. The plain form is that of segmentation_models.pytorch and MONAI.",
    options: overlapOptions,
    beware:
      "Depends on the batch: fewer samples, another loss. smooth in the numerator rewards predicting nothing where positives are rare. Otherwise as softFBeta with beta = 1, which it equals at smooth = 0.",
  },
  ({ smooth, form, prior }) => {
    const how = { cdf: uniform, score: tversky(0.5, 0.5, smooth), form, prior };
    return onBatch("dice", ({ logits, labels }) => metricLoss(logits, labels, how));
  },
);
