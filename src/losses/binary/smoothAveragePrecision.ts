import { z } from "zod";

import { tf } from "../../engine";
import { defineLoss } from "../define";
import { onBatch } from "./batch";

/**
 * Smooth-AP: one minus average precision with sigmoids in place of the comparisons that make up the ranks.
 *
 *     1 - (1 / n+) sum_{i in P} (1 + sum_{j in P, j != i} G_ij) / (1 + sum_{j != i} G_ij)     G_ij = sigmoid((z_j - z_i) / temperature)
 *
 * The sums are over n+ n pairs. As the temperature falls the loss tends to one minus average precision where no two logits tie; a tie
 * counts as half a place.
 *
 * @param options.temperature > 0, on the scale of the logits; default 0.1. Small is exact and flat, large is smooth and biased.
 * @returns a loss (logits [n], labels [n]) => scalar in [0, 1]. Without positives, or on an empty batch, 1 with gradient 0. The
 *   labels are read back from the device.
 * @throws RangeError when `temperature` is not a positive finite number.
 * @see Brown, Xie, Kalogeiton, Zisserman: Smooth-AP, ECCV 2020, there on cosine similarities with temperature 0.01. On logits,
 *   and with the default temperature, it is ours.
 */
export const smoothAveragePrecision = defineLoss(
  {
    name: "smoothAveragePrecision",
    family: "binary",
    kind: "ranking",
    formula: String.raw`1 - \frac1{n_+} \sum_{i \in P} \frac{1 + \sum_{j \in P, j \ne i} G_{ij}}{1 + \sum_{j \ne i} G_{ij}}, \quad G_{ij} = \sigma\Bigl(\frac{z_j - z_i}{\tau}\Bigr)`,
    source:
      "Brown, Xie, Kalogeiton, Zisserman: Smooth-AP, ECCV 2020, formula as in public code, there on cosine similarities with temperature 0.01; on logits, with default 0.1, it is ours.",
    options: {
      temperature: z
        .number()
        .positive()
        .default(0.1)
        .describe("tau, width of the smoothed comparison, on the logits' scale"),
    },
    beware:
      "Knows ranks only: it fixes neither scale nor threshold of the logits. Pairs further apart than a few temperatures have no gradient. Average precision of a batch is biased for that of the set, the more the fewer its positives.",
  },
  ({ temperature }) =>
    onBatch("smoothAveragePrecision", ({ logits: z, labels: y }) => {
      const labels = y.dataSync();
      const positives = Array.from(labels.keys()).filter((index) => labels[index] > 0.5);
      // Average precision 0; a sum of nothing, so that the result still hangs on the logits and has gradient 0.
      if (positives.length === 0) return tf.sub(1, tf.sum(tf.mul(z, 0)));
      const chosen = tf.gather(z, tf.tensor1d(positives, "int32"));
      const beats = tf.sigmoid(tf.div(tf.sub(tf.expandDims(z, 0), tf.expandDims(chosen, 1)), temperature));
      // The pair of a sample with itself, G = 1/2, leaves 1/2 of the 1 in front of each sum.
      const rank = tf.add(0.5, tf.sum(beats, 1));
      const rankAmongPositives = tf.add(0.5, tf.sum(tf.mul(beats, tf.expandDims(y, 0)), 1));
      return tf.sub(1, tf.mean(tf.div(rankAmongPositives, rank)));
    }),
);
