import { tf } from "../../engine";
import { type SoftConfusion } from "./softConfusion";

/** A score of confusion counts, larger is better; of the shape of the counts. */
export type Score = (counts: SoftConfusion) => tf.Tensor;

/**
 * Below this a denominator counts as it: 0/0 is 0, and its fourth power, which second derivatives divide by, is still a normal
 * float32.
 */
export const SMALLEST = 1e-9;

type Term = tf.Tensor | number;

/** a / b, and 0 for 0 / 0. */
export const ratio = (a: Term, b: Term): tf.Tensor =>
  tf.div(a, typeof b === "number" ? Math.max(b, SMALLEST) : tf.maximum(b, SMALLEST));

/** x^exponent for x >= 0, with derivatives that stay finite at 0. */
export const power = (x: tf.Tensor, exponent: number): tf.Tensor =>
  exponent === 1 ? x : tf.exp(tf.mul(exponent, tf.log(tf.maximum(x, SMALLEST))));

/** TP / (TP + FP). */
export const precision: Score = (counts) => ratio(counts.truePositives, counts.called);

/** T = TP / (TP + FN), the true-positive rate. */
export const recall: Score = (counts) => ratio(counts.truePositives, counts.positives);

/** S = TN / (TN + FP), the true-negative rate. */
export const specificity: Score = (counts) => ratio(counts.trueNegatives, counts.negatives);

/** FP / (FP + TN). */
const fallOut: Score = (counts) => ratio(counts.falsePositives, counts.negatives);

/** FN / (TP + FN). */
const missRate: Score = (counts) => ratio(counts.falseNegatives, counts.positives);

/** (TP + TN) / n. */
export const accuracy: Score = (counts) => ratio(tf.add(counts.truePositives, counts.trueNegatives), counts.total);

/** (T + S) / 2. */
export const balancedAccuracy: Score = (counts) => tf.mul(0.5, tf.add(recall(counts), specificity(counts)));

/** sqrt(T S). */
export const gMean: Score = (counts) => tf.sqrt(tf.maximum(tf.mul(recall(counts), specificity(counts)), SMALLEST ** 2));

/** (1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP). */
export function fBeta(beta: number): Score {
  const square = beta ** 2;
  // The denominator is beta^2 (TP + FN) + (TP + FP).
  return (counts) =>
    ratio(tf.mul(1 + square, counts.truePositives), tf.add(tf.mul(square, counts.positives), counts.called));
}

/** (TP + s) / (TP + fpWeight FP + fnWeight FN + s). */
export function tversky(fpWeight: number, fnWeight: number, smooth = 0): Score {
  return (counts) => {
    const { truePositives: hits } = counts;
    const errors = tverskyErrors(counts, fpWeight, fnWeight);
    return smooth === 0
      ? ratio(hits, tf.add(hits, errors))
      : tf.div(tf.add(hits, smooth), tf.add(tf.add(hits, errors), smooth));
  };
}

/** 1 - Tversky, without the cancellation: (fpWeight FP + fnWeight FN) / (TP + fpWeight FP + fnWeight FN + s). */
export function tverskyDistance(fpWeight: number, fnWeight: number, smooth = 0): Score {
  return (counts) => {
    const errors = tverskyErrors(counts, fpWeight, fnWeight);
    return ratio(errors, tf.add(tf.add(counts.truePositives, errors), smooth));
  };
}

const tverskyErrors = (counts: SoftConfusion, fpWeight: number, fnWeight: number): tf.Tensor =>
  tf.add(tf.mul(fpWeight, counts.falsePositives), tf.mul(fnWeight, counts.falseNegatives));

/** TP / (TP + FP + FN): Jaccard's index, the critical success index. */
export const jaccard: Score = (counts) => ratio(counts.truePositives, tf.add(counts.positives, counts.falsePositives));

/** Mean of F1 of the positive and of the negative class. */
export const doubleF1: Score = (counts) => {
  const errors = tf.add(counts.falsePositives, counts.falseNegatives);
  const f1 = (hits: tf.Tensor) => ratio(hits, tf.add(tf.mul(2, hits), errors));
  return tf.add(f1(counts.truePositives), f1(counts.trueNegatives));
};

/** T - FP / (FP + TN): the true skill statistic, Youden's index. */
export const trueSkill: Score = (counts) => tf.sub(recall(counts), fallOut(counts));

/** T S - (1 - T) (1 - S), which is T + S - 1, by rates that are each exact near 0. */
const informedness: Score = (counts) =>
  tf.sub(tf.mul(recall(counts), specificity(counts)), tf.mul(fallOut(counts), missRate(counts)));

/** (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN)): Matthews' correlation, from rates and shares. */
export const matthews: Score = (counts) => {
  const share = (count: Term) => tf.div(count, Math.max(counts.total, 1));
  const uncalled = tf.add(counts.trueNegatives, counts.falseNegatives);
  const spread = tf.maximum(tf.mul(share(counts.called), share(uncalled)), SMALLEST);
  const classes = tf.sqrt(tf.mul(share(counts.positives), share(counts.negatives)));
  return tf.div(tf.mul(informedness(counts), classes), tf.sqrt(spread));
};

/** 2 (TP TN - FP FN) / ((TP + FN) (FN + TN) + (TP + FP) (FP + TN)): Cohen's kappa, Heidke's skill score. */
export const kappa: Score = (counts) => {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts;
  const excess = tf.sub(tf.mul(truePositives, trueNegatives), tf.mul(falsePositives, falseNegatives));
  const uncalled = tf.add(trueNegatives, falseNegatives);
  const chance = tf.add(tf.mul(uncalled, counts.positives), tf.mul(counts.called, counts.negatives));
  return ratio(tf.mul(2, excess), chance);
};
