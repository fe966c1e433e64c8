import { gradient, tf } from "../../../src/engine";
import { type BinaryLoss } from "../../../src/losses/binary";
import { take } from "../../support/numeric";

/** Float64 arithmetic of its own, from the definitions. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const logit = (p: number): number => Math.log(p / (1 - p));
export const softplus = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** Expected counts where sample i is called positive with probability q_i; with a prior, the classes weighted to it. */
export function softCounts(q: readonly number[], labels: readonly number[], prior?: number): Counts {
  const sum = (term: (q: number, y: number) => number) =>
    q.reduce((total, value, index) => total + term(value, labels[index]), 0);
  const positives = sum((_, y) => y);
  const negatives = q.length - positives;
  const [w1, w0] =
    prior === undefined ? [1, 1] : [(prior * q.length) / positives, ((1 - prior) * q.length) / negatives];
  return {
    tp: w1 * sum((value, y) => value * y),
    fp: w0 * sum((value, y) => value * (1 - y)),
    fn: w1 * sum((value, y) => (1 - value) * y),
    tn: w0 * sum((value, y) => (1 - value) * (1 - y)),
  };
}

export const fBeta = ({ tp, fp, fn }: Counts, beta = 1): number =>
  ((1 + beta ** 2) * tp) / ((1 + beta ** 2) * tp + beta ** 2 * fn + fp);

/** The textbook formulas, in counts. */
export const scores: Readonly<Record<string, (counts: Counts) => number>> = {
  f1: (counts) => fBeta(counts),
  accuracy: ({ tp, fp, fn, tn }) => (tp + tn) / (tp + fp + fn + tn),
  balancedAccuracy: ({ tp, fp, fn, tn }) => (tp / (tp + fn) + tn / (tn + fp)) / 2,
  gMean: ({ tp, fp, fn, tn }) => Math.sqrt((tp / (tp + fn)) * (tn / (tn + fp))),
  precision: ({ tp, fp }) => tp / (tp + fp),
  recall: ({ tp, fn }) => tp / (tp + fn),
  specificity: ({ tn, fp }) => tn / (tn + fp),
  tss: ({ tp, fp, fn, tn }) => tp / (tp + fn) - fp / (fp + tn),
  csi: ({ tp, fp, fn }) => tp / (tp + fp + fn),
  hss: ({ tp, fp, fn, tn }) => {
    const n = tp + fp + fn + tn;
    const byChance = ((tp + fp) * (tp + fn) + (tn + fp) * (tn + fn)) / n ** 2;
    return ((tp + tn) / n - byChance) / (1 - byChance);
  },
  doubleF1: ({ tp, fp, fn, tn }) => (fBeta({ tp, fp, fn, tn }) + fBeta({ tp: tn, fp: fn, fn: fp, tn: tp })) / 2,
  matthews: ({ tp, fp, fn, tn }) => (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
};

/** Value of a loss on plain numbers. */
export function valueOf(loss: BinaryLoss, logits: readonly number[], labels: readonly number[]): number {
  const z = tf.tensor1d([...logits]);
  const [value] = take(loss(z, [...labels]));
  z.dispose();
  return value;
}

/** Gradient of a loss in the logits, on plain numbers. */
export function gradientOf(loss: BinaryLoss, logits: readonly number[], labels: readonly number[]): number[] {
  const z = tf.variable(tf.tensor1d([...logits]));
  const [slope] = gradient(() => loss(z, [...labels]), [z]);
  z.dispose();
  return take(slope);
}

/** A batch of twelve with four positives, scores not separated. */
export const LOGITS: readonly number[] = [0.4, -1.2, 2.1, -0.3, 1.1, -2.5, 0.9, -0.7, -1.9, 0.2, -3.1, 1.7];
export const LABELS: readonly number[] = [1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1];
