import { tf } from "../../engine";
import { binary } from "../../losses";

/** The prior of the training set, and that of what the batches hold together; both in (0, 1). */
export interface PriorShift {
  readonly prior: number;
  readonly samplingPrior: number;
}

type Terms = (...inputs: binary.BinaryInputs) => tf.Tensor;

/**
 * The mean of terms per sample over the training set, estimated from batches in which positives are more frequent.
 *
 *     (1/n) sum_i w_{y_i} l_i     w_1 = pi / pi_s,  w_0 = (1 - pi) / (1 - pi_s)
 *
 * @param terms the loss of each sample: (logits [n], labels [n]) => [n].
 * @param shift pi and pi_s.
 * @returns a loss (logits [n], labels [n]) => scalar, unbiased for batches whose share of positives is pi_s.
 */
export function importanceWeighted(terms: Terms, { prior, samplingPrior }: PriorShift): binary.BinaryLoss {
  const positive = prior / samplingPrior;
  const negative = (1 - prior) / (1 - samplingPrior);
  return (logits, labels) =>
    tf.tidy(() => {
      const weights = tf.add(negative, tf.mul(positive - negative, labels));
      return tf.mean(tf.mul(weights, terms(logits, labels))) as tf.Scalar;
    });
}

/**
 * The surrogate F-beta loss with the classes weighed by their shares in the training set, whatever their shares in the batch.
 *
 *     pi E1[-log p] + (1 - pi) E0[log(c + p)]  =  (1 - pi) (E1[-log p] + E0[log(c + p)]) - (1 - 2 pi) E1[-log p]
 *
 * The first bracket is the form "class". Of a batch whose share of positives is pi, this is the form "sample".
 *
 * @param setting beta, prior.
 * @returns a loss (logits [n], labels [n]) => scalar; a class that is absent from the batch drops its term.
 */
export function surrogateByShares({ beta, prior }: { beta: number; prior: number }): binary.BinaryLoss {
  const byClass = binary.surrogateFBeta({ beta, prior, normalization: "class" });
  const crossEntropy = binary.binaryCrossEntropy({ reduction: "none" });
  return (logits, labels) =>
    tf.tidy(() => {
      const ofPositives = tf.mul(labels, crossEntropy(logits, labels));
      const meanOfPositives = tf.div(tf.sum(ofPositives), tf.maximum(tf.sum(labels), 1));
      return tf.sub(tf.mul(1 - prior, byClass(logits, labels)), tf.mul(1 - 2 * prior, meanOfPositives)) as tf.Scalar;
    });
}

/**
 * SaSu's alpha for batches that hold a part of the negatives: all negatives divided by those that come, per positive.
 *
 *     alpha = (pi_s / (1 - pi_s)) / (pi / (1 - pi))     so that  c = beta^2 (pi_s / (1 - pi_s)) / alpha = beta^2 pi / (1 - pi)
 */
export function negativesLeftOut({ prior, samplingPrior }: PriorShift): number {
  return samplingPrior / (1 - samplingPrior) / (prior / (1 - prior));
}
