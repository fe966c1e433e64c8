import { tf } from "../../engine";
import { power, SMALLEST, type Score } from "./scores";
import { softConfusion } from "./softConfusion";
import { type ThresholdCdf } from "./thresholdCdf";

/** A loss made of a score of soft confusion counts: which threshold, which score, and how it becomes a loss. */
export interface MetricLoss {
  readonly cdf: ThresholdCdf;
  readonly score: Score;
  /** 1 - score, where the difference would lose digits that `gamma` needs; left out: the difference. */
  readonly distance?: Score;
  /** P(Y = 1) in place of the batch's share of positives. */
  readonly prior?: number;
  /** 1 - score (default), or -log score, which is 0 for a batch without positives. */
  readonly form?: "complement" | "log";
  /** Power of the result; default 1. */
  readonly gamma?: number;
}

/**
 * The one core of the losses on soft confusion counts.
 *
 *     (1 - score)^gamma   or   (-log score)^gamma
 *
 * A ratio 0/0 counts as 0 with gradient 0, so that a batch without positives has F-beta 0 and loss 1.
 *
 * @param logits [n, ...], float32.
 * @param labels [n, ...], float32.
 * @returns the loss [...]: a scalar for [n], one value per column for [n, L].
 */
export function metricLoss(logits: tf.Tensor, labels: tf.Tensor, how: MetricLoss): tf.Tensor {
  const { cdf, score, distance, prior, form = "complement", gamma = 1 } = how;
  const counts = softConfusion(logits, labels, cdf, prior);
  if (form === "log") {
    const present = tf.minimum(tf.sum(labels, 0), 1);
    return power(tf.mul(tf.neg(tf.log(tf.maximum(score(counts), SMALLEST))), present), gamma);
  }
  return gamma !== 1 && distance ? power(distance(counts), gamma) : power(tf.sub(1, score(counts)), gamma);
}
