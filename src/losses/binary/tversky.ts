import { z } from "zod";

import { defineLoss } from "../define";
import { onBatch } from "./batch";
import { metricLoss } from "./metricLoss";
import { truePrior } from "./options";
import { tversky as tverskyIndex, tverskyDistance } from "./scores";
import { uniform } from "./thresholdCdf";

/** Options that Dice and Tversky share. */
export const overlapOptions = {
  smooth: z.number().min(0).default(0).describe("s, samples added to numerator and denominator"),
  form: z.enum(["complement", "log"]).default("complement").describe("1 - index, or -log index"),
  prior: truePrior,
};

/**
 * Tversky loss: one minus Tversky's index of expected counts, false positives and negatives weighted; with a power, focal Tversky.
 *
 *     "complement"  (1 - I)^gamma     "log"  (-log I)^gamma     I = (TP + s) / (TP + fpWeight FP + fnWeight FN + s)
 *
 * fpWeight = fnWeight = 1/2 is Dice, 1 and 1 Jaccard, and 1 / (1 + beta^2) and beta^2 / (1 + beta^2) F-beta.
 *
 * @param options.fpWeight weight of false positives, >= 0; default 0.5.
 * @param options.fnWeight weight of false negatives, >= 0; default 0.5.
 * @param options.gamma > 0; default 1. In (0, 1) the last errors weigh more, above 1 less.
 * @param options.smooth s >= 0, in samples; default 0.
 * @param options.form `"complement"` (default) or `"log"`, whose gradient is the larger the smaller the index.
 * @param options.prior P(Y = 1) where the index is to hold, in (0, 1); default: the batch's share of positives.
 * @returns a loss (logits [n], labels [n]) => scalar. A batch without positives, or an empty one, has index 0 with gradient 0 (with
 *   smooth > 0: s / (fpWeight FP + s)), so "complement" gives 1; "log" gives 0, and 20.7 at most, below an index of 1e-9.
 * @throws RangeError when an option is out of range.
 * @see Salehi, Erdogmus, Gholipour: Tversky loss function for image segmentation, 2017; Abraham, Khan: focal Tversky, 2019, whose
 *   power is 1 / gamma here. Form as in segmentation_models.pytorch and MONAI.
 */
export const tversky = defineLoss(
  {
    name: "tversky",
    family: "binary",
    kind: "soft confusion",
    formula: String.raw`(1 - I)^\gamma \ \text{ or }\ (-\log I)^\gamma, \quad I = \frac{TP + s}{TP + a\, FP + b\, FN + s}, \quad TP = \sum_i y_i p_i,\ FP = \sum_i (1 - y_i) p_i,\ FN = \sum_i y_i (1 - p_i)`,
    source:
      "Salehi, Erdogmus, Gholipour: Tversky loss function for image segmentation, MLMI 2017; power as in Abraham, Khan: focal Tversky, ISBI 2019. Form as in segmentation_models.pytorch and MONAI; checked against float64 references.",
    options: {
      fpWeight: z.number().min(0).default(0.5).describe("a, weight of false positives"),
      fnWeight: z.number().min(0).default(0.5).describe("b, weight of false negatives"),
      gamma: z.number().positive().default(1).describe("gamma, power of the loss (focal Tversky)"),
      ...overlapOptions,
    },
    beware:
      "Libraries disagree on whether alpha weighs false positives or false negatives; the names here say it. smooth in the numerator rewards predicting nothing where positives are rare. gamma below 1 has an unbounded gradient at a perfect score.",
  },
  ({ fpWeight, fnWeight, gamma, smooth, form, prior }) => {
    const [score, distance] = [tverskyIndex, tverskyDistance].map((make) => make(fpWeight, fnWeight, smooth));
    const how = { cdf: uniform, score, distance, gamma, form, prior };
    return onBatch("tversky", ({ logits, labels }) => metricLoss(logits, labels, how));
  },
);
