import { requireCount } from "../options";
import { argmax } from "./confusionMatrix";
import { checkIndices, checkProbabilities } from "./check";
import { checkScored, type Scored } from "./confusion";

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** The bin holds probabilities in (lower, upper]; the first holds its lower edge too. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  /** Mean predicted probability; NaN where the bin is empty. */
  readonly confidence: number;
  /** Share of positives; NaN where the bin is empty. */
  readonly frequency: number;
}

export interface BinningOptions {
  /** Number of bins, >= 1; default 15. */
  readonly bins?: number;
  /** Bins of equal width (default) or of equal count. */
  readonly binning?: "uniform" | "quantile";
}

/**
 * The reliability diagram: predicted probability against observed frequency, bin by bin.
 *
 * Bins are (lower, upper], the first closed on both sides. "uniform" cuts [0, 1] at i / bins; "quantile" cuts at the i / bins
 * quantiles of the probabilities (linear between order statistics), where equal probabilities stay together, so that bins may
 * differ in count or be empty.
 *
 * @param scored probabilities [n] of the positive class, in [0, 1], as scores, and labels [n] in {0, 1}. For multiclass
 *   probabilities take `topLabel`.
 * @param options.bins >= 1; default 15.
 * @param options.binning `"uniform"` (default) or `"quantile"`.
 * @returns all bins in rising order, empty ones too.
 * @throws RangeError on empty input, unequal lengths, scores outside [0, 1], labels other than 0 and 1, or a bad option.
 */
export function reliability(scored: Scored, { bins = 15, binning = "uniform" }: BinningOptions = {}): ReliabilityBin[] {
  checkScored("reliability", scored);
  checkProbabilities("reliability", scored.scores);
  requireCount("reliability", "bins", bins, 1);
  if (binning !== "uniform" && binning !== "quantile") {
    throw new RangeError(`reliability: binning must be uniform or quantile, received ${JSON.stringify(binning)}`);
  }
  const edges = binning === "uniform" ? uniformEdges(bins) : quantileEdges(scored.scores, bins);
  const [counts, sums, positives] = [0, 1, 2].map(() => new Float64Array(bins));
  for (let index = 0; index < scored.scores.length; index++) {
    const bin = binOf(edges, scored.scores[index]);
    counts[bin]++;
    sums[bin] += scored.scores[index];
    positives[bin] += scored.labels[index];
  }
  return Array.from(counts, (count, bin) => ({
    lower: edges[bin],
    upper: edges[bin + 1],
    count,
    confidence: sums[bin] / count,
    frequency: positives[bin] / count,
  }));
}

/**
 * Calibration error: how far predicted probabilities lie from observed frequencies, over the bins of `reliability`.
 *
 *     "l1"   ECE  = sum_b (n_b / n) |frequency_b - confidence_b|
 *     "l2"   RMS  = sqrt(sum_b (n_b / n) (frequency_b - confidence_b)^2)
 *     "max"  MCE  = max_b |frequency_b - confidence_b|
 *
 * The value depends on the bins and is biased upwards where they hold few samples: report `bins` and `binning` with it.
 *
 * @param scored probabilities [n] of the positive class, in [0, 1], as scores, and labels [n] in {0, 1}.
 * @param options.bins >= 1; default 15.
 * @param options.binning `"uniform"` (default) or `"quantile"`.
 * @param options.norm `"l1"` (default, the expected calibration error), `"l2"` or `"max"`.
 * @returns the error in [0, 1]; empty bins do not count.
 * @throws RangeError on what `reliability` refuses, or another norm.
 * @see Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015; Guo et al.: On
 *   calibration of modern neural networks, ICML 2017 (15 bins of equal width, right-closed).
 */
export function calibrationError(
  scored: Scored,
  { norm = "l1", ...binning }: BinningOptions & { readonly norm?: "l1" | "l2" | "max" } = {},
): number {
  const bins = reliability(scored, binning).filter(({ count }) => count > 0);
  const gaps = bins.map(({ confidence, frequency }) => Math.abs(frequency - confidence));
  if (norm === "max") return Math.max(...gaps);
  const power = { l1: 1, l2: 2 }[norm];
  if (!power) throw new RangeError(`calibrationError: norm must be l1, l2 or max, received ${JSON.stringify(norm)}`);
  const mean = gaps.reduce((sum, gap, bin) => sum + (bins[bin].count / scored.scores.length) * gap ** power, 0);
  return mean ** (1 / power);
}

/**
 * Confidence and correctness of multiclass predictions, as `reliability` and `calibrationError` take them.
 *
 * @param probabilities [n, K] in row-major order, in [0, 1].
 * @param labels [n] in {0, ..., K - 1}.
 * @param classes K >= 1.
 * @returns as scores the largest probability [n], as labels 1 where its class is right, else 0.
 * @throws RangeError when the lengths do not fit, or a value is out of range.
 */
export function topLabel(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Scored {
  checkProbabilities("topLabel", probabilities);
  const predictions = argmax(probabilities, classes);
  if (predictions.length !== labels.length) {
    throw new RangeError(
      `topLabel: labels must be as many as rows, received ${labels.length} for ${predictions.length}`,
    );
  }
  checkIndices("topLabel", "labels", labels, classes);
  return {
    scores: Array.from(predictions, (prediction, row) => probabilities[row * classes + prediction]),
    labels: Array.from(predictions, (prediction, row) => (prediction === labels[row] ? 1 : 0)),
  };
}

function uniformEdges(bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, index) => index / bins);
}

/** Quantiles i / bins of the values, linear between order statistics; the positions are exact fractions. */
function quantileEdges(values: ArrayLike<number>, bins: number): number[] {
  const sorted = Float64Array.from(values).sort();
  return Array.from({ length: bins + 1 }, (_, index) => {
    const position = index * (sorted.length - 1);
    const below = Math.floor(position / bins);
    const share = (position - below * bins) / bins;
    return share === 0 ? sorted[below] : sorted[below] + share * (sorted[below + 1] - sorted[below]);
  });
}

/** The first bin whose upper edge is at least the value, by bisection over the inner edges. */
function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle + 1] >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
