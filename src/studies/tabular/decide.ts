import { areaUnderRoc, bestThreshold, confusionCounts, fBeta } from "../../metrics";
import { type Fold } from "./folds";
import { type Table } from "./table";
import { type FoldLogits } from "./train";

/** How a decision threshold on the logit is chosen: p = 1/2; the best F1 on validation rows; the best F1 on the training rows. */
export const decisions = ["half", "tuned", "fitted"] as const;

export type Decision = (typeof decisions)[number];

/** F1 on the test rows of one fold, by learning rate. */
export interface FoldScores {
  /** F1 at each rate. */
  readonly atRate: readonly number[];
  /** F1 at the rate with the best F1 on the validation rows under the same decision; of equal ones the first. */
  readonly selected: number;
  /** Area under the ROC curve of the selected rate, on the test rows. */
  readonly areaUnderRoc: number;
}

/**
 * Decides on the test rows of one fold, with one loss, by each way of choosing the threshold.
 *
 * Test rows choose nothing: thresholds come from nowhere ("half"), the validation rows ("tuned") or the training rows ("fitted"), the
 * learning rate always from the validation rows.
 *
 * @param fold the rows.
 * @param logits of the models of one loss, one per learning rate.
 * @returns the scores by decision.
 */
export function decideFold(fold: Fold, logits: readonly FoldLogits[]): Record<Decision, FoldScores> {
  const byDecision = (decision: Decision): FoldScores => {
    const rates = logits.map((at) => {
      const threshold = {
        half: () => 0,
        tuned: () => bestThreshold(scored(fold.validation, at.validation)).threshold,
        fitted: () => bestThreshold(scored(fold.train, at.train)).threshold,
      }[decision]();
      return {
        validation: f1At(fold.validation, at.validation, threshold),
        test: f1At(fold.test, at.test, threshold),
        areaUnderRoc: areaUnderRoc(scored(fold.test, at.test)),
      };
    });
    const best = rates.reduce((a, b) => (b.validation > a.validation ? b : a));
    return { atRate: rates.map(({ test }) => test), selected: best.test, areaUnderRoc: best.areaUnderRoc };
  };
  return { half: byDecision("half"), tuned: byDecision("tuned"), fitted: byDecision("fitted") };
}

const scored = ({ labels }: Table, scores: Float32Array) => ({ scores, labels });

const f1At = (table: Table, scores: Float32Array, threshold: number) =>
  fBeta(confusionCounts(scored(table, scores), threshold));
