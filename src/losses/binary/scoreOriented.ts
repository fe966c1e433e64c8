import { z } from "zod";

import { tf } from "../../engine";
import { defineLoss } from "../define";
import { onBatch } from "./batch";
import { metricLoss } from "./metricLoss";
import { beta, truePrior } from "./options";
import * as scores from "./scores";
import * as threshold from "./thresholdCdf";

const DISTRIBUTIONS = ["uniform", "raisedCosine", "logistic", "piecewiseLinear"] as const;
type Distribution = (typeof DISTRIBUTIONS)[number];

/** Width of the threshold's distribution where none is given: SOL's, ours, Bridging the Gap's. */
const WIDTHS: Record<Distribution, number> = { uniform: 1, raisedCosine: 0.1, logistic: 0.1, piecewiseLinear: 0.2 };

const SCORES = [
  "f1",
  "fBeta",
  "accuracy",
  "balancedAccuracy",
  "gMean",
  "precision",
  "recall",
  "specificity",
  "tss",
  "csi",
  "hss",
  "doubleF1",
  "matthews",
] as const;

const location = z.number().gt(0).lt(1);

/**
 * Score-oriented loss: one minus a score of the confusion counts expected under a random decision threshold.
 *
 *     1 - score(TP, FP, FN, TN)     TP = sum y G(p), FP = sum (1 - y) G(p), FN = sum y (1 - G(p)), TN = sum (1 - y) (1 - G(p))
 *
 * G is the distribution function of the threshold:
 *
 *     "uniform"          p: every threshold alike
 *     "raisedCosine"     (1 + t + sin(pi t) / pi) / 2,  t = (p - mu) / delta in [-1, 1]; 0 or 1 outside
 *     "logistic"         sigmoid((p - mu) / delta)
 *     "piecewiseLinear"  slope (1 - 2 delta) / m on [a, b] = mu -+ m/2, m = min(mu, 1 - mu), 1/2 at mu;
 *                        slope delta / a below, delta / (1 - b) above
 *
 * Scores: "f1", "fBeta", "accuracy", "balancedAccuracy", "gMean", "precision", "recall", "specificity", "tss" (true skill, recall
 * + specificity - 1), "csi" (critical success, Jaccard), "hss" (Heidke's skill, Cohen's kappa; HSS2 in SOL), "doubleF1", "matthews".
 *
 * @param options.score default `"f1"`.
 * @param options.distribution default `"uniform"`.
 * @param options.mu location of the threshold, in (0, 1); default 0.5. A list averages the loss over its locations, as Bridging
 *   the Gap does over 0.1, 0.2, ..., 0.9. Not used by "uniform".
 * @param options.delta width, > 0, for "piecewiseLinear" below 0.5; default 0.1, for "piecewiseLinear" 0.2. Not used by "uniform".
 * @param options.beta of F-beta, > 0; default 1.
 * @param options.prior P(Y = 1) where the score is to hold, in (0, 1); default: the batch's share of positives.
 * @returns a loss (logits [n], labels [n]) => scalar. A ratio 0/0 in the score counts as 0, with gradient 0.
 * @throws RangeError when an option is out of range.
 * @see Marchetti, Guastavino, Piana, Campi: Score-oriented loss (SOL) functions, Pattern Recognition 132, 2022, and its public
 *   code; Tsoi et al.: Bridging the gap, NeurIPS 2022, and its public code (torch-btg) for "piecewiseLinear".
 */
export const scoreOriented = defineLoss(
  {
    name: "scoreOriented",
    family: "binary",
    kind: "soft confusion",
    formula: String.raw`\begin{gathered}
1 - \operatorname{score}(TP, FP, FN, TN), \quad TP = \sum_i y_i G(p_i),\ \ldots,\ TN = \sum_i (1 - y_i) \bigl(1 - G(p_i)\bigr) \\
\text{uniform: } G = p \qquad \text{logistic: } G = \sigma\bigl(\tfrac{p - \mu}{\delta}\bigr) \\
\text{raisedCosine: } G = \tfrac12 \bigl(1 + t + \tfrac1\pi \sin \pi t\bigr), \quad t = \operatorname{clip}\bigl(\tfrac{p - \mu}{\delta}, -1, 1\bigr) \\
\text{piecewiseLinear: } G = \begin{cases} \delta\, p / a & p < a \\ \tfrac12 + (1 - 2 \delta)(p - \mu)/m & a \le p \le b \\ 1 - \delta (1 - p)/(1 - b) & p > b \end{cases} \quad m = \min(\mu, 1 - \mu),\ a = \mu - \tfrac m2,\ b = \mu + \tfrac m2
\end{gathered}`,
    source:
      "Marchetti, Guastavino, Piana, Campi: Score-oriented loss (SOL) functions, Pattern Recognition 132, 2022; Tsoi et al.: Bridging the gap, NeurIPS 2022 (piecewiseLinear). Formulas as in the public code of both; raisedCosine with F1 checked against a float64 reference.",
    options: {
      score: z.enum(SCORES).default("f1").describe("the score to be raised"),
      distribution: z.enum(DISTRIBUTIONS).default("uniform").describe("of the decision threshold"),
      mu: z
        .union([location, z.array(location).min(1)])
        .default(0.5)
        .describe("location of the threshold; a list averages over its locations"),
      delta: z
        .number()
        .positive()
        .optional()
        .describe("width of the distribution; 0.1 when left out, 0.2 for piecewiseLinear, where it must be below 0.5"),
      beta,
      prior: truePrior,
    },
    beware:
      "raisedCosine has gradient 0 exactly where p is further than delta from mu, logistic with a small delta in effect. recall, specificity and precision alone are reached by calling everything, nothing or one sample positive. As for softFBeta: batches with ten positives or more, and saturated outputs do not learn.",
  },
  ({ score, distribution, mu, delta = WIDTHS[distribution], beta: b, prior }) => {
    if (distribution === "piecewiseLinear" && delta >= 0.5) {
      throw new RangeError(`scoreOriented: delta must be below 0.5 for piecewiseLinear, received ${delta}`);
    }
    const how = { cdf: cdfOf(distribution, mu, delta), score: scoreOf(score, b), prior };
    return onBatch("scoreOriented", ({ logits, labels }) => {
      if (typeof mu === "number" || distribution === "uniform") return metricLoss(logits, labels, how);
      // One column per location of the threshold.
      return tf.mean(metricLoss(tf.expandDims(logits, 1), tf.expandDims(labels, 1), how));
    });
  },
);

function cdfOf(distribution: Distribution, mu: threshold.Locations, delta: number): threshold.ThresholdCdf {
  switch (distribution) {
    case "uniform":
      return threshold.uniform;
    case "raisedCosine":
      return threshold.raisedCosine(mu, delta);
    case "logistic":
      return threshold.logisticOnProbabilities(1 / delta, mu);
    case "piecewiseLinear":
      return threshold.piecewiseLinear(mu, delta);
  }
}

function scoreOf(name: (typeof SCORES)[number], b: number): scores.Score {
  const named: Record<(typeof SCORES)[number], scores.Score> = {
    f1: scores.fBeta(1),
    fBeta: scores.fBeta(b),
    accuracy: scores.accuracy,
    balancedAccuracy: scores.balancedAccuracy,
    gMean: scores.gMean,
    precision: scores.precision,
    recall: scores.recall,
    specificity: scores.specificity,
    tss: scores.trueSkill,
    csi: scores.jaccard,
    hss: scores.kappa,
    doubleF1: scores.doubleF1,
    matthews: scores.matthews,
  };
  return named[name];
}
