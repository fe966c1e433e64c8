import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perSample } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { classBalancedWeights } from "./classCounts";
import { countsOption } from "./options";

/**
 * Cross-entropy weighted by the inverse effective number of samples.
 *
 *     mean_i -w_{y_i} log softmax(f_i)_{y_i}     w_k proportional to (1 - beta) / (1 - beta^n_k), sum_k w_k = K
 *
 * @param options.counts training samples per class, n_k > 0, [K].
 * @param options.beta in [0, 1): 0 weighs all classes alike, towards 1 by inverse frequency; default 0.9999.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar, divided by the number of samples. An empty batch gives 0.
 * @throws RangeError for counts that are not positive or beta out of range; TypeError, at the call, when there are not K counts.
 * @see Cui, Jia, Lin, Song, Belongie: Class-balanced loss based on effective number of samples, CVPR 2019. Weights read in its public
 *   code; they are computed in double precision.
 */
export const classBalanced = definePerSampleLoss(
  {
    name: "classBalanced",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i w_{y_i} \log p_{i, y_i}, \quad w_k \propto \frac{1 - \beta}{1 - \beta^{n_k}}, \ \sum_k w_k = K`,
    source:
      "Cui et al., Class-balanced loss based on effective number of samples, CVPR 2019; weights as in the authors' public code, softmax form; checked against float64 references.",
    options: {
      counts: countsOption,
      beta: z.number().gte(0).lt(1).default(0.9999).describe("0: equal weights; towards 1: inverse frequency"),
    },
    beware:
      "The authors' default head is a sigmoid per class, not softmax. With counts far below 1 / (1 - beta) the weights are inverse frequencies, with counts far above it they are equal: choose beta by the counts.",
  },
  ({ counts, beta }) => {
    const weight = Float32Array.from(classBalancedWeights(counts, beta));
    return (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("classBalanced", logits, labels);
      return adjustedCrossEntropy(batch, { weight: perSample("classBalanced", "counts", weight, batch) });
    };
  },
);
