import { z } from "zod";

import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { adjustedCrossEntropy, perSample } from "./adjusted";
import { multiclassBatch, type Labels } from "./batch";
import { classParameterOption } from "./options";

/** Below it 1 - p counts as constant: powers of 0 have infinite derivatives, while those of the loss tend to 0 with 1 - p. */
const FLOOR = 1e-12;

/**
 * The focal loss: cross-entropy that fades for samples already classified with confidence.
 *
 *     mean_i w_{y_i} (1 - p_i)^gamma (-log p_i)     p_i = softmax(f_i)_{y_i}
 *
 * 1 - p is taken from the cross-entropy l by -expm1(-l), so that neither p nor its complement is rounded to 1.
 *
 * @param options.gamma >= 0; default 2; 0 gives cross-entropy.
 * @param options.weight w >= 0: a number, [K], or a tensor or variable [K], used as it stands at each call; default 1.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`, the losses of the samples.
 * @returns a loss (logits [n, K], labels [n]) => scalar. An empty batch gives 0.
 * @throws RangeError for a negative gamma or weight; TypeError, at the call, when there are not K weights.
 * @see Lin, Goyal, Girshick, He, Dollar: Focal loss for dense object detection, ICCV 2017, whose form is binary; the softmax form was
 *   read in the public code of LDAM.
 */
export const focal = definePerSampleLoss(
  {
    name: "focal",
    family: "multiclass",
    kind: "cross-entropy",
    formula: String.raw`-\frac1n \sum_i w_{y_i} (1 - p_{i, y_i})^{\gamma} \log p_{i, y_i}`,
    source:
      "Lin et al., Focal loss for dense object detection, ICCV 2017 (binary); the softmax form as in the public code of LDAM; checked against float64 references.",
    options: {
      gamma: z.number().nonnegative().default(2).describe("focusing: 0 is cross-entropy"),
      weight: classParameterOption("nonNegative").default(1).describe("w, weight of the samples of each class, [K]"),
    },
    beware:
      "Not a proper scoring rule: probabilities are pulled towards uniform. It focuses on hard samples, whether rare or mislabelled. Not convex in the logits for gamma > 0.",
  },
  ({ gamma, weight }) =>
    (logits: tf.Tensor, labels: Labels) => {
      const batch = multiclassBatch("focal", logits, labels);
      const losses = adjustedCrossEntropy(batch, {});
      const w = perSample("focal", "weight", weight, batch);
      const weighted = w === 1 ? losses : tf.mul(losses, w);
      if (gamma === 0) return weighted;
      const complement = tf.maximum(tf.neg(tf.expm1(tf.neg(losses))), FLOOR);
      return tf.mul(weighted, tf.pow(complement, gamma));
    },
);
