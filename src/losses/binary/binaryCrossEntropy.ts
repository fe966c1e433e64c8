import { tf } from "../../engine";
import { definePerSampleLoss } from "../reduction";
import { onSamples } from "./batch";
import { positiveWeight } from "./options";

/**
 * Binary cross-entropy on logits, the positive class weighted.
 *
 *     mean_i [ w y_i softplus(-z_i) + (1 - y_i) softplus(z_i) ]
 *
 * softplus(-z) = -log sigmoid(z), so no probability is formed and logits of any size give finite values.
 *
 * @param options.positiveWeight w > 0; default 1. The mean is over samples, not over weights.
 * @param options.reduction `"mean"` (default), `"sum"` or `"none"`.
 * @returns a loss (logits [n], labels [n]) => scalar, or [n] without reduction. An empty batch gives 0.
 * @throws RangeError when `positiveWeight` is not a positive finite number.
 */
export const binaryCrossEntropy = definePerSampleLoss(
  {
    name: "binaryCrossEntropy",
    family: "binary",
    kind: "cross-entropy",
    formula: String.raw`\frac1n \sum_i \bigl[ -w\, y_i \log p_i - (1 - y_i) \log (1 - p_i) \bigr]`,
    source: "Standard; checked against float64 references.",
    options: { positiveWeight },
    beware:
      "With w = 1 the outputs are probabilities and 0.5 is the threshold of accuracy, not of F-beta: tune it on validation data. With w, the threshold 0.5 on the output stands for 1/(1 + w) on P(Y = 1 | x).",
  },
  ({ positiveWeight: weight }) =>
    onSamples("binaryCrossEntropy", ({ logits: z, labels: y }) => {
      const positive = tf.mul(weight === 1 ? y : tf.mul(weight, y), tf.softplus(tf.neg(z)));
      return tf.add(positive, tf.mul(tf.sub(1, y), tf.softplus(z)));
    }),
);

export type BinaryCrossEntropyOptions = NonNullable<Parameters<typeof binaryCrossEntropy>[0]>;
