import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perClass } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { logPriors } from "./classCounts";
import { countsOption } from "./options";

/**
 * Balanced softmax: every class enters the softmax as often as it occurs in training.
 *
 *     mean_i -log [ n_{y_i} exp(f_{i y_i}) / sum_k n_k exp(f_ik) ]
 *
 * The same function as `logitAdjusted` with tau = 1, since a softmax does not see the constant log sum_j n_j. Predict with the raw logits.
 *
 * @param options.counts training samples per class, n_k > 0, [K].
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar. An empty batch gives 0.
 * @throws RangeError for counts that are not positive; TypeError, at the call, when there are not K.
 * @see Ren, Yu, Sheng, Ma, Zhao, Yi, Li: Balanced meta-softmax for long-tailed visual recognition, NeurIPS 2020. Read in its public
 *   repository.
 */
export const balancedSoftmax = definePerSampleLoss(
  {
    name: "balancedSoftmax",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i \log \frac{n_{y_i} e^{f_{i, y_i}}}{\sum_k n_k e^{f_{ik}}}`,
    source:
      "Ren et al., Balanced meta-softmax for long-tailed visual recognition, NeurIPS 2020; as in the authors' public repository; checked against float64 references.",
    options: { counts: countsOption },
    beware: "Predict with the raw logits. With a class-balanced sampler the counts are those the sampler makes: equal.",
  },
  ({ counts }) => {
    const shift = Float32Array.from(logPriors(counts));
    return (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("balancedSoftmax", logits, labels);
      return adjustedCrossEntropy(batch, { shift: perClass("balancedSoftmax", "counts", shift, batch) as tf.Tensor });
    };
  },
);
