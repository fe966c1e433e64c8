import { stopGradient, tf } from "../../engine";
import { binary } from "../../losses";
import { metricLoss, type MetricLoss } from "../../losses/binary/metricLoss";
import { fBeta, matthews } from "../../losses/binary/scores";
import { logisticOnLogits, logisticOnProbabilities, raisedCosine, uniform } from "../../losses/binary/thresholdCdf";

/** What all columns of one computation share. */
export interface ColumnSetting {
  /** Share of positives among the training rows of every column, in (0, 1). */
  readonly prior: number;
}

/**
 * The sum over columns of a binary loss, each column being the training set of one model.
 *
 * Logits [n, ...c] and labels [n, ...c] to a scalar; the gradient of a column is that of the loss of that column alone.
 */
export type ColumnLoss = (logits: tf.Tensor, labels: tf.Tensor) => tf.Scalar;

/** A loss as one trains with it on a single vector, and over columns. */
export interface BenchmarkLoss {
  readonly name: string;
  /** As figures and tables call it. */
  readonly label: string;
  /** The loss of one training set: what the columns' sum must agree with. */
  readonly single: (setting: ColumnSetting) => binary.BinaryLoss;
  readonly columns: (setting: ColumnSetting) => ColumnLoss;
}

/** AnyLoss's amplification: the largest without a dead zone in float32. */
const AMPLIFICATION = 33;
/** sigmoidF1's slope, as tuned in its public code; its offset is left out, so that the decision stays at p = 1/2. */
const SLOPE = 9;
/** Half the width of the raised cosine of score-oriented losses. */
const DELTA = 0.1;

/** Weight of the positives at which both classes weigh alike. */
const balance = ({ prior }: ColumnSetting) => (1 - prior) / prior;

/**
 * The losses of the benchmark, cross-entropy first.
 *
 *     crossEntropy, weightedCrossEntropy (n- / n+), focal (gamma 2, alpha 0.25), surrogateClass and surrogateSample (beta 1, the training
 *     prior), softF1, sigmoidF1 (slope 9), anyLoss (F1, amplification 33), matthews, scoreOriented (F1, raised cosine, 0.5 and 0.1),
 *     costSensitive (weight (2 - F) / F, F of the training rows at p = 1/2 at every step)
 */
export const benchmarkLosses: readonly BenchmarkLoss[] = [
  ofTerms("crossEntropy", "cross-entropy", () => binary.binaryCrossEntropy()),
  ofTerms("weightedCrossEntropy", "weighted cross-entropy", (setting) =>
    binary.binaryCrossEntropy({ positiveWeight: balance(setting) }),
  ),
  ofTerms("focal", "focal", () => binary.focal()),
  ofTerms("surrogateClass", "surrogate F-beta (class)", ({ prior }) => binary.surrogateFBeta({ prior })),
  ofTerms("surrogateSample", "surrogate F-beta (sample)", ({ prior }) =>
    binary.surrogateFBeta({ prior, normalization: "sample" }),
  ),
  ofCounts("softF1", "soft F1", () => binary.softFBeta(), { cdf: uniform, score: fBeta(1) }),
  ofCounts("sigmoidF1", "sigmoidF1", () => binary.sigmoidF1({ slope: SLOPE }), {
    cdf: logisticOnLogits(SLOPE, 0),
    score: fBeta(1),
  }),
  ofCounts("anyLoss", "AnyLoss", () => binary.anyLoss({ amplification: AMPLIFICATION }), {
    cdf: logisticOnProbabilities(AMPLIFICATION, 0.5),
    score: fBeta(1),
  }),
  ofCounts("matthews", "Matthews", () => binary.matthews(), { cdf: uniform, score: matthews }),
  ofCounts("scoreOriented", "score-oriented F1", () => binary.scoreOriented({ distribution: "raisedCosine" }), {
    cdf: raisedCosine(0.5, DELTA),
    score: fBeta(1),
  }),
  {
    name: "costSensitive",
    label: "cost-sensitive",
    single: (setting) => (logits, labels) => {
      const f1 = tf.tidy(() => hardF1(logits, labels as tf.Tensor, setting).dataSync()[0]);
      return binary.costSensitive({ fBeta: f1 })(logits, labels);
    },
    columns: (setting) => (logits, labels) =>
      tf.tidy(() => {
        const f1 = stopGradient(hardF1(logits, labels, setting));
        const positive = tf.mul(tf.mul(tf.div(tf.sub(2, f1), f1), labels), tf.softplus(tf.neg(logits)));
        const negative = tf.mul(tf.sub(1, labels), tf.softplus(logits));
        return tf.div(tf.sum(tf.add(positive, negative)), logits.shape[0]);
      }),
  },
];

/** F1 at p = 1/2 along the first axis, but at least that of calling all positive, from which a weight follows. */
function hardF1(logits: tf.Tensor, labels: tf.Tensor, { prior }: ColumnSetting): tf.Tensor {
  const called = tf.cast(tf.greaterEqual(logits, 0), "float32");
  const hits = tf.sum(tf.mul(called, labels), 0);
  const f1 = tf.div(tf.mul(2, hits), tf.add(tf.sum(called, 0), tf.sum(labels, 0)));
  return tf.maximum(f1, (2 * prior) / (1 + prior));
}

/**
 * Looks losses up.
 *
 * @param names of `benchmarkLosses`.
 * @returns the losses in the order of the names.
 * @throws RangeError for an unknown name.
 */
export function lossesByName(names: readonly string[]): BenchmarkLoss[] {
  return names.map((name) => {
    const loss = benchmarkLosses.find((candidate) => candidate.name === name);
    if (loss) return loss;
    const accepted = benchmarkLosses.map((candidate) => candidate.name).join(", ");
    throw new RangeError(`lossesByName: a loss must be one of ${accepted}, received ${JSON.stringify(name)}`);
  });
}

/**
 * A loss that is a mean of terms over the samples or over each class: of columns with equal numbers of both classes, the mean over all
 * samples is the mean of the columns' means.
 */
function ofTerms(name: string, label: string, single: BenchmarkLoss["single"]): BenchmarkLoss {
  return {
    name,
    label,
    single,
    columns: (setting) => {
      const loss = single(setting);
      return (logits, labels) =>
        tf.tidy(() => {
          const columns = logits.size / logits.shape[0];
          return tf.mul(columns, loss(tf.reshape(logits, [-1]), tf.reshape(labels, [-1])));
        });
    },
  };
}

/** A loss of soft confusion counts, which are formed along the first axis, column by column. */
function ofCounts(name: string, label: string, single: BenchmarkLoss["single"], how: MetricLoss): BenchmarkLoss {
  return {
    name,
    label,
    single,
    columns: () => (logits, labels) => tf.tidy(() => tf.sum(metricLoss(logits, labels, how))),
  };
}
