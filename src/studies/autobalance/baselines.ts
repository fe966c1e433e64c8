import { type Counts } from "./cells";
import { type FoundLoss } from "./foundLoss";
import { cellsOf } from "./cells";
import { crossEntropyStart, logitAdjustedStart, temperatureStart, weightedStart, type StartPoint } from "./startPoint";

/** Fixed losses of the same family, to be compared with what a search finds. They are plain numbers, like {@link FoundLoss}. */
export const baselines = {
  /** Cross-entropy. */
  crossEntropy: (counts: Counts) => fixedLoss(counts, crossEntropyStart(counts)),
  /** Cross-entropy weighted by inverse frequencies. */
  weightedCrossEntropy: (counts: Counts) => fixedLoss(counts, weightedStart(counts)),
  /** LA: l = tau log pi. */
  logitAdjusted: (counts: Counts, tau = 1) => fixedLoss(counts, logitAdjustedStart(counts, { tau })),
  /** CDT: scale = (n / n_max)^gamma. */
  classDependentTemperature: (counts: Counts, gamma = 0.2) => fixedLoss(counts, temperatureStart(counts, { gamma })),
  /** VS: both. */
  vectorScaling: (counts: Counts, gamma = 0.2, tau = 1.2) =>
    fixedLoss(counts, {
      ...temperatureStart(counts, { gamma }),
      shift: logitAdjustedStart(counts, { tau }).shift,
    }),
} as const;

/**
 * A start point as a loss that stays where it is.
 *
 * @param counts samples per class [K] or cell [K][G] of the set that is trained on.
 * @param start see {@link StartPoint}.
 * @returns the loss as plain numbers.
 */
export function fixedLoss(counts: Counts, { scale, shift, weight }: StartPoint): FoundLoss {
  const { classes, groups } = cellsOf("fixedLoss", counts);
  return { classes, groups: groups ?? null, scale, shift, weight };
}
