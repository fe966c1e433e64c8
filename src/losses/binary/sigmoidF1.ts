import { z } from "zod";

import { defineLoss } from "../define";
import { onBatch } from "./batch";
import { metricLoss } from "./metricLoss";
import { truePrior } from "./options";
import { fBeta } from "./scores";
import { logisticOnLogits } from "./thresholdCdf";

/**
 * sigmoidF1: soft F1 of a sigmoid of the logits with its own slope and offset.
 *
 *     1 - 2 TP / (2 TP + FN + FP)     TP = sum y S, FP = sum (1 - y) S, FN = sum y (1 - S),  S = sigmoid(slope (z + offset))
 *
 * @param options.slope > 0; default 1. The paper's b is minus this.
 * @param options.offset real; default 0. Moves the threshold on the logit to -offset.
 * @param options.prior P(Y = 1) where the score is to hold, in (0, 1); default: the batch's share of positives.
 * @returns a loss (logits [n], labels [n]) => scalar in [0, 1]. A batch without positives, or an empty one, gives 1 with gradient 0.
 * @throws RangeError when an option is out of range.
 * @see Benedict, Koops, Odijk, de Rijke: sigmoidF1, TMLR 2022 (arXiv 2108.10566). Formula as in the README of the authors' code.
 */
export const sigmoidF1 = defineLoss(
  {
    name: "sigmoidF1",
    family: "binary",
    kind: "soft confusion",
    formula: String.raw`1 - \frac{2\, TP}{2\, TP + FN + FP}, \quad TP = \sum_i y_i S_i,\ FP = \sum_i (1 - y_i) S_i,\ FN = \sum_i y_i (1 - S_i), \quad S_i = \sigma\bigl(b (z_i + \eta)\bigr)`,
    source:
      "Benedict, Koops, Odijk, de Rijke: sigmoidF1, TMLR 2022 (arXiv 2108.10566). On logits, as in the README of the authors' code; checked against float64 references.",
    options: {
      slope: z.number().positive().default(1).describe("b, steepness of the sigmoid on the logit"),
      offset: z.number().default(0).describe("eta, minus the threshold on the logit"),
      prior: truePrior,
    },
    beware:
      "Both public code bases apply S to sigmoid(z) instead of z, so their tuned values (slope 9 or 10, offset -1 in this sign) do not carry over. A large slope leaves a gradient only near z = -offset.",
  },
  ({ slope, offset, prior }) => {
    const how = { cdf: logisticOnLogits(slope, offset), score: fBeta(1), prior };
    return onBatch("sigmoidF1", ({ logits, labels }) => metricLoss(logits, labels, how));
  },
);
