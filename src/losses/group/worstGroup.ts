import { z } from "zod";

import { tf } from "../../engine";
import { defineLoss } from "../define";
import { type GroupLoss } from "./batch";
import { groupMeans } from "./cells";
import { classesOption, groupsOption, sampleLossesOption } from "./options";

/** Stands for minus infinity in the place of absent groups, without its arithmetic. */
const FAR = 1e30;

/**
 * The mean loss of the worst group, or a smooth form of it.
 *
 *     max_g L_g                                             smoothing t = 0
 *     t log( (1 / |S|) sum_{g in S} exp(L_g / t) )          smoothing t > 0
 *
 * L_g is the mean of the losses of group g, S the set of groups of the batch. The smooth form lies between the mean over the groups
 * (t to infinity) and the largest (t to 0), never above it; its gradient weighs the groups by softmax(L / t).
 *
 * @param options.groups G.
 * @param options.classes K: with it the groups are the K G cells (class, group), as in the worst-group error of Waterbirds.
 * @param options.smoothing t >= 0, in units of the loss; default 0.
 * @param options.loss the losses of the samples: any loss made with `reduction: "none"`; default: cross-entropy. It is given logits and
 *   labels as they come, so that a binary loss works on logits [n].
 * @returns a loss (logits [n, K] or [n], labels [n], groups [n]) => scalar. A group without samples in the batch is never the worst; an
 *   empty batch gives 0. Of equally bad groups the first alone has a gradient at t = 0.
 * @throws RangeError for an option out of range; TypeError, at the call, when the shapes do not fit.
 * @see Standard minimax; the smooth form is known as tilted empirical risk (Li, Beirami, Sanjabi, Smith, ICLR 2021), which was not looked
 *   up. `groupDistributionallyRobust` is the stochastic method for the same aim.
 */
export const worstGroup = defineLoss(
  {
    name: "worstGroup",
    family: "group",
    kind: "worst group",
    formula: String.raw`\max_g L_g \quad \text{or} \quad t \log \frac1{|S|} \sum_{g \in S} e^{L_g / t}`,
    source: "Standard minimax; the smooth form as in tilted empirical risk (Li et al., ICLR 2021), not looked up.",
    options: {
      groups: groupsOption,
      classes: classesOption,
      smoothing: z.number().nonnegative().default(0).describe("t, in units of the loss: 0 is the largest"),
      loss: sampleLossesOption,
    },
    beware:
      "The worst group of a small batch is mostly the one with the noisiest mean. With smoothing 0 the other groups have no gradient. A network that can fit all samples ends with small training losses in every group: regularise strongly or stop early.",
  },
  ({ smoothing, ...options }): GroupLoss =>
    (logits, labels, groups) =>
      tf.tidy(() => {
        const { means, present } = groupMeans("worstGroup", options, { logits, labels, groups });
        const count = tf.sum(present);
        const scaled = smoothing === 0 ? means : tf.div(means, smoothing);
        const candidates = tf.add(scaled, tf.mul(FAR, tf.sub(present, 1)));
        if (smoothing === 0) {
          // A selection, so that the gradient goes to one group also where several are equally bad.
          const worst = tf.oneHot(tf.argMax(candidates), means.size, 1, 0, "float32");
          return tf.sum(tf.mul(worst, means)) as tf.Scalar;
        }
        const tilted = tf.sub(tf.logSumExp(candidates), tf.log(tf.maximum(count, 1)));
        return tf.mul(tf.mul(smoothing, tilted), tf.minimum(count, 1)) as tf.Scalar;
      }),
);
