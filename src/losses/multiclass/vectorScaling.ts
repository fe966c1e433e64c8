import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perClass, perSample } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { classDependentTemperatures, logPriors } from "./classCounts";
import { classParameterOption, countsOption } from "./options";

/**
 * The VS-loss: multiplicative and additive adjustment of the logits together.
 *
 *     mean_i -w_{y_i} log softmax(Delta f_i + tau log pi)_{y_i}     Delta_k = (n_k / n_max)^gamma, pi_k = n_k / sum_j n_j
 *
 * The factors shape the limit of training far beyond zero training error, the shifts the way to it. gamma = 0 gives `logitAdjusted`,
 * tau = 0 `classDependentTemperature`, both 0 cross-entropy. Predict with the raw logits.
 *
 * @param options.counts training samples per class, n_k > 0, [K].
 * @param options.gamma >= 0; default 0.2.
 * @param options.tau any finite number; default 1.2.
 * @param options.weight w >= 0: a number, [K], or a tensor or variable [K], used as it stands at each call; default 1.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar, divided by the number of samples. An empty batch gives 0.
 * @throws RangeError for an option out of range; TypeError, at the call, when there are not K counts or weights.
 * @see Kini, Paraskevas, Oymak, Thrampoulidis: Label-imbalanced and group-sensitive classification under overparameterization, NeurIPS
 *   2021. Formula, and gamma and tau of a sample command for long-tailed CIFAR-10, read in its public code.
 */
export const vectorScaling = definePerSampleLoss(
  {
    name: "vectorScaling",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i w_{y_i} \log \operatorname{softmax}(\Delta \odot f_i + \tau \log \pi)_{y_i}, \quad \Delta_k = \Bigl(\frac{n_k}{n_{\max}}\Bigr)^{\gamma},\ \pi_k = \frac{n_k}{\sum_j n_j}`,
    source:
      "Kini et al., Label-imbalanced and group-sensitive classification under overparameterization, NeurIPS 2021; formula and defaults (a sample command for long-tailed CIFAR-10) as in the authors' public code; checked against float64 references.",
    options: {
      counts: countsOption,
      gamma: z.number().nonnegative().default(0.2).describe("exponent of the factors: 0 is logitAdjusted"),
      tau: z.number().default(1.2).describe("strength of the shifts: 0 is classDependentTemperature"),
      weight: classParameterOption("nonNegative").default(1).describe("w, weight of the samples of each class, [K]"),
    },
    beware:
      "The best gamma and tau depend on the data set (the public commands differ between CIFAR-10 and CIFAR-100): tune both on validation data. Not invariant to a constant added to all logits.",
  },
  ({ counts, gamma, tau, weight }) => {
    const factors = Float32Array.from(classDependentTemperatures(counts, gamma));
    const shifts = Float32Array.from(logPriors(counts), (logPrior) => tau * logPrior);
    return (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("vectorScaling", logits, labels);
      return adjustedCrossEntropy(batch, {
        scale: perClass("vectorScaling", "counts", factors, batch),
        shift: perClass("vectorScaling", "counts", shifts, batch) as tf.Tensor,
        weight: perSample("vectorScaling", "weight", weight, batch),
      });
    };
  },
);
