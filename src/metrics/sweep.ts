import { checkScored, type Scored } from "./confusion";

/** Counts at every distinct score, taken as threshold from the highest to the lowest. */
export interface Sweep {
  /** Distinct scores [m], falling: "positive" is score >= threshold. */
  readonly thresholds: Float64Array;
  /** Positives called positive [m]. */
  readonly truePositives: Float64Array;
  /** Negatives called positive [m]. */
  readonly falsePositives: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/** Sorts once, in O(n log n); samples of equal score change sides together. */
export function sweep(metric: string, scored: Scored): Sweep {
  checkScored(metric, scored);
  const { scores, labels } = scored;
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index).sort((a, b) => scores[b] - scores[a]);
  const thresholds = new Float64Array(order.length);
  const truePositives = new Float64Array(order.length);
  const falsePositives = new Float64Array(order.length);
  let [distinct, hits, alarms] = [0, 0, 0];
  for (let called = 1; called <= order.length; called++) {
    const sample = order[called - 1];
    if (labels[sample] === 1) hits++;
    else alarms++;
    if (called < order.length && scores[order[called]] === scores[sample]) continue;
    thresholds[distinct] = scores[sample];
    truePositives[distinct] = hits;
    falsePositives[distinct] = alarms;
    distinct++;
  }
  return {
    thresholds: thresholds.subarray(0, distinct),
    truePositives: truePositives.subarray(0, distinct),
    falsePositives: falsePositives.subarray(0, distinct),
    positives: hits,
    negatives: alarms,
  };
}
