import { tf } from "../../engine";
import { type ThresholdCdf } from "./thresholdCdf";

/**
 * Expected confusion counts of a batch whose samples are called positive with a probability each.
 *
 * Each is computed when a score first asks for it. The first axis, the samples, is summed over; further ones (labels,
 * thresholds) stay. With a prior the classes are weighted so that positives have that share of the same total.
 */
export interface SoftConfusion {
  readonly truePositives: tf.Tensor;
  readonly falsePositives: tf.Tensor;
  readonly falseNegatives: tf.Tensor;
  readonly trueNegatives: tf.Tensor;
  /** True and false positives. */
  readonly called: tf.Tensor;
  /** True positives and false negatives, a constant. */
  readonly positives: tf.Tensor | number;
  /** False positives and true negatives, a constant. */
  readonly negatives: tf.Tensor | number;
  /** Number of samples. */
  readonly total: number;
}

/**
 * Forms the expected confusion counts.
 *
 *     TP = sum_i y_i G(z_i)   FP = sum_i (1 - y_i) G(z_i)   FN, TN with 1 - G
 *
 * @param logits [n, ...], float32.
 * @param labels of a shape that broadcasts against the logits, first extent n; float32 in [0, 1].
 * @param cdf G.
 * @param prior pi in (0, 1): TP and FN are multiplied by pi n / n+, FP and TN by (1 - pi) n / n-; left out: not.
 * @returns the counts, each [...]. A class without samples has counts 0, also with a prior.
 */
export function softConfusion(logits: tf.Tensor, labels: tf.Tensor, cdf: ThresholdCdf, prior?: number): SoftConfusion {
  const decision = cdf(logits);
  const total = logits.shape[0] ?? 1;
  const positive = once(decision.positive);
  const negative = once(decision.negative);
  const others = once(() => tf.sub(1, labels));
  const positives = once(() => tf.sum(labels, 0));
  const negatives = once(() => tf.sub(total, positives()));
  const weights = {
    positive: once(() => tf.div((prior ?? 0) * total, tf.maximum(positives(), 1))),
    negative: once(() => tf.div((1 - (prior ?? 0)) * total, tf.maximum(negatives(), 1))),
  };
  const count = (decided: () => tf.Tensor, mask: () => tf.Tensor, weight: () => tf.Tensor) =>
    once(() => {
      const sum = tf.sum(tf.mul(decided(), mask()), 0);
      return prior === undefined ? sum : tf.mul(sum, weight());
    });
  const truePositives = count(positive, () => labels, weights.positive);
  const falsePositives = count(positive, others, weights.negative);
  const falseNegatives = count(negative, () => labels, weights.positive);
  const trueNegatives = count(negative, others, weights.negative);
  const called = once(() => (prior === undefined ? tf.sum(positive(), 0) : tf.add(truePositives(), falsePositives())));
  return {
    get truePositives() {
      return truePositives();
    },
    get falsePositives() {
      return falsePositives();
    },
    get falseNegatives() {
      return falseNegatives();
    },
    get trueNegatives() {
      return trueNegatives();
    },
    get called() {
      return called();
    },
    get positives() {
      return prior === undefined ? positives() : prior * total;
    },
    get negatives() {
      return prior === undefined ? negatives() : (1 - prior) * total;
    },
    total,
  };
}

function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}
