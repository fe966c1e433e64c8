import { z } from "zod";

import { tf } from "../../engine";
import { defineLoss } from "../define";
import { maskedMean, onBatch, type BinaryBatch } from "./batch";

/** A number or a scalar tensor, among them variables. */
const scalar = z.custom<number | tf.Tensor>(
  (value) => (typeof value === "number" ? Number.isFinite(value) : value instanceof tf.Tensor && value.size === 1),
  "a finite number, or a tensor or variable with one element",
);

/**
 * AUC margin loss: squared margins between the scores of positives and negatives, without forming pairs.
 *
 *     E1[(h - a)^2] + E0[(h - b)^2] + 2 alpha (m + E0[h] - E1[h]) - alpha^2     h = sigmoid(z)
 *
 * to be minimised over the model, a and b and maximised over alpha >= 0. The inner problem has the solution a = E1[h], b = E0[h],
 * alpha = max(0, m + E0[h] - E1[h]), with which the loss is
 *
 *     Var1[h] + Var0[h] + max(0, m + E0[h] - E1[h])^2
 *
 * Without a, b, alpha this closed form is taken on each batch; its gradient in the logits is that of the first form at the solution.
 * A batch is a small sample of it, though: the min-max form carries a, b and alpha from batch to batch, see `aucMarginState`.
 *
 * @param options.margin m > 0; default 1, the most that two probabilities can differ by.
 * @param options.a, options.b, options.alpha numbers, tensors or variables; all three, or none for the closed form.
 * @returns a loss (logits [n], labels [n]) => scalar. Without one of the classes, the terms that need it are dropped.
 * @throws RangeError when an option is out of range or only some of a, b, alpha are given.
 * @see Yuan, Yan, Sonka, Yang: Large-scale robust deep AUC maximization, ICCV 2021 (arXiv 2012.03173). The form by class means is
 *   version "v2" of the authors' public code (LibAUC); its "v1" is prior (1 - prior) times it where the batch has the true prior.
 */
export const aucMargin = defineLoss(
  {
    name: "aucMargin",
    family: "binary",
    kind: "ranking",
    formula: String.raw`\min_{a, b} \max_{\alpha \ge 0}\; \mathbb E_1[(h - a)^2] + \mathbb E_0[(h - b)^2] + 2 \alpha \bigl(m + \mathbb E_0[h] - \mathbb E_1[h]\bigr) - \alpha^2, \quad h = \sigma(z)`,
    source:
      "Yuan, Yan, Sonka, Yang: Large-scale robust deep AUC maximization, ICCV 2021 (arXiv 2012.03173); form by class means as in the authors' public code (LibAUC, v2).",
    options: {
      margin: z.number().positive().default(1).describe("m, wanted distance of the mean scores"),
      a: scalar.optional().describe("estimate of the mean score of positives; left out: the batch's"),
      b: scalar.optional().describe("estimate of the mean score of negatives; left out: the batch's"),
      alpha: scalar.optional().describe("dual variable, to be maximised over; left out: its optimum on the batch"),
    },
    beware:
      "With variables it is a min-max problem: an optimiser that descends on alpha too maximises the margin violation; use `aucMarginState`. Saturated scores have no gradient: the authors start from a network trained with cross-entropy. Batches should hold both classes.",
  },
  ({ margin, a, b, alpha }) => {
    const given = [a, b, alpha].filter((value) => value !== undefined).length;
    if (given !== 0 && given !== 3) {
      throw new RangeError(`aucMargin: a, b and alpha must be given together or not at all, received ${given} of them`);
    }
    return onBatch("aucMargin", (batch) => {
      const { h, positives, negatives, mean1, mean0, both } = moments(batch);
      const spread = tf.add(
        maskedMean(tf.square(tf.sub(h, a ?? mean1)), positives),
        maskedMean(tf.square(tf.sub(h, b ?? mean0)), negatives),
      );
      const shortfall = tf.add(margin, tf.sub(mean0, mean1));
      const dual =
        alpha === undefined
          ? tf.square(tf.relu(shortfall))
          : tf.sub(tf.mul(tf.mul(2, alpha), shortfall), tf.square(alpha));
      return tf.add(spread, tf.mul(both, dual));
    });
  },
);

/** Scores, masks and mean scores of a batch; `both` is 1 where it has both classes, else 0. */
function moments({ logits, labels: positives }: BinaryBatch) {
  const h = tf.sigmoid(logits);
  const negatives = tf.sub(1, positives);
  const both = tf.minimum(tf.mul(tf.sum(positives), tf.sum(negatives)), 1);
  return {
    h,
    positives,
    negatives,
    both,
    mean1: maskedMean(h, positives),
    mean0: maskedMean(h, negatives),
  };
}

/** The inner variables of the AUC margin loss, which are carried from batch to batch. */
export interface AucMarginState {
  readonly a: tf.Variable;
  readonly b: tf.Variable;
  readonly alpha: tf.Variable;
  /** One step on a batch: a and b descend, alpha ascends and stays >= 0. */
  update(logits: tf.Tensor, labels: tf.TensorLike | tf.Tensor): void;
  /** The three numbers, with which `aucMarginState` makes the state anew. */
  values(): { a: number; b: number; alpha: number };
  dispose(): void;
}

/**
 * The inner variables a, b, alpha of `aucMargin` with their min-max step.
 *
 *     a <- a - 2 rate (a - E1[h])     b <- b - 2 rate (b - E0[h])     alpha <- max(0, alpha + 2 rate (m + E0[h] - E1[h] - alpha))
 *
 * Use: make the loss with `aucMargin({ margin, a: state.a, b: state.b, alpha: state.alpha })`; in every step let the optimiser
 * descend on the model's weights alone, then call `state.update(logits, labels)` with the batch's logits.
 *
 * @param options.margin the loss's; default 1.
 * @param options.learningRate rate, in (0, 0.5], where 0.5 takes the batch's optimum; default 0.1.
 * @param options.a, options.b, options.alpha start; default 0 each.
 * @returns the state; the caller disposes it.
 * @throws RangeError when an option is out of range.
 */
export function aucMarginState({
  margin = 1,
  learningRate = 0.1,
  a = 0,
  b = 0,
  alpha = 0,
}: { margin?: number; learningRate?: number; a?: number; b?: number; alpha?: number } = {}): AucMarginState {
  if (!(learningRate > 0 && learningRate <= 0.5)) {
    throw new RangeError(`aucMarginState: learningRate must be a number in (0, 0.5], received ${learningRate}`);
  }
  if (!(margin > 0 && margin < Infinity)) {
    throw new RangeError(`aucMarginState: margin must be a positive finite number, received ${margin}`);
  }
  if (!(Number.isFinite(a) && Number.isFinite(b) && alpha >= 0 && alpha < Infinity)) {
    throw new RangeError(`aucMarginState: a, b and alpha >= 0 must be finite numbers, received ${a}, ${b}, ${alpha}`);
  }
  const variable = (value: number) => tf.tidy(() => tf.variable(tf.scalar(value), false));
  const state = { a: variable(a), b: variable(b), alpha: variable(alpha) };
  const step = (held: tf.Variable, towards: tf.Tensor, known: tf.Tensor): tf.Scalar =>
    tf.add(held, tf.mul(tf.mul(2 * learningRate, known), tf.sub(towards, held)));
  const update = onBatch("aucMarginState", (batch) => {
    const { positives, negatives, mean1, mean0, both } = moments(batch);
    const present = (mask: tf.Tensor) => tf.minimum(tf.sum(mask), 1);
    const shortfall = tf.add(margin, tf.sub(mean0, mean1));
    state.a.assign(step(state.a, mean1, present(positives)));
    state.b.assign(step(state.b, mean0, present(negatives)));
    state.alpha.assign(tf.relu(step(state.alpha, shortfall, both)) as tf.Scalar);
    return shortfall;
  });
  return {
    ...state,
    update: (logits, labels) => update(logits, labels).dispose(),
    values: () => ({
      a: state.a.dataSync()[0],
      b: state.b.dataSync()[0],
      alpha: state.alpha.dataSync()[0],
    }),
    dispose: () => tf.dispose([state.a, state.b, state.alpha]),
  };
}
