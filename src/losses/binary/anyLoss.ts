import { z } from "zod";

import { defineLoss } from "../define";
import { onBatch } from "./batch";
import { metricLoss } from "./metricLoss";
import { beta, truePrior } from "./options";
import { accuracy, balancedAccuracy, fBeta, gMean, type Score } from "./scores";
import { logisticOnProbabilities } from "./thresholdCdf";

/** Above this amplification the sigmoid of float32 reaches 1 for some p < 1, and its gradient there is 0. */
const LARGEST_AMPLIFICATION = 33;

const METRICS = ["accuracy", "fBeta", "gMean", "balancedAccuracy"] as const;

/**
 * AnyLoss: one minus a metric of counts made with a steep sigmoid around p = 1/2.
 *
 *     1 - metric(TP, FP, FN, TN)     with A = sigmoid(L (p - 1/2)) in place of the decision
 *     accuracy (TP + TN) / n,  F-beta,  G-mean sqrt(T S),  balanced accuracy (T + S) / 2,  T = TP / n+, S = TN / n-
 *
 * The paper's L = 73 keeps A below 1 in float64. In float32, which this library computes in, the largest such L is 33: with
 * L = 73 every p above 0.73 has gradient 0 exactly. More than 33 is accepted with a warning.
 *
 * @param options.metric `"fBeta"` (default), `"accuracy"`, `"gMean"` or `"balancedAccuracy"`.
 * @param options.amplification L > 0; default 33.
 * @param options.beta of F-beta, > 0; default 1.
 * @param options.prior P(Y = 1) where accuracy or F-beta is to hold, in (0, 1); default: the batch's share of positives.
 * @returns a loss (logits [n], labels [n]) => scalar in [0, 1]. The rate of an absent class counts as 0, with gradient 0.
 * @throws RangeError when an option is out of range.
 * @see Han, Moniz, Chawla: AnyLoss, arXiv 2405.14745. Formulas as in the paper's public code.
 */
export const anyLoss = defineLoss(
  {
    name: "anyLoss",
    family: "binary",
    kind: "soft confusion",
    formula: String.raw`1 - \operatorname{metric}(TP, FP, FN, TN), \quad TP = \sum_i y_i A_i, \ldots, \quad A_i = \sigma\bigl(L (p_i - \tfrac12)\bigr)`,
    source:
      "Han, Moniz, Chawla: AnyLoss, arXiv 2405.14745. Formulas as in its public code; checked against float64 references.",
    options: {
      metric: z.enum(METRICS).default("fBeta").describe("the metric to be raised"),
      amplification: z
        .number()
        .positive()
        .default(LARGEST_AMPLIFICATION)
        .describe("L, steepness of A; above 33 float32 has a dead zone, the paper takes 73 in float64"),
      beta,
      prior: truePrior,
    },
    beware:
      "Only samples with p near 1/2 learn; a start with all p far from it is dead. Above L = 33 confident samples have gradient 0 exactly in float32. The threshold 1/2 is built in. A batch without one of the classes says nothing about G-mean.",
  },
  ({ metric, amplification, beta: b, prior }) => {
    if (amplification > LARGEST_AMPLIFICATION) warnOfDeadZone(amplification);
    const scores: Record<(typeof METRICS)[number], Score> = { accuracy, fBeta: fBeta(b), gMean, balancedAccuracy };
    const how = { cdf: logisticOnProbabilities(amplification, 0.5), score: scores[metric], prior };
    return onBatch("anyLoss", ({ logits, labels }) => metricLoss(logits, labels, how));
  },
);

function warnOfDeadZone(amplification: number): void {
  // The float32 sigmoid is 1 from x = 24 log 2 on in TensorFlow, from 25 log 2 on in JavaScript.
  const dead = 0.5 + (24 * Math.LN2) / amplification;
  process.emitWarning(
    `anyLoss: with amplification ${amplification} samples with p above ${dead.toFixed(2)} have gradient 0 in float32; ` +
      `${LARGEST_AMPLIFICATION} is the largest without such a dead zone`,
    { code: "COUNTERWEIGHT_DEAD_ZONE" },
  );
}
