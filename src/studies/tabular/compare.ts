import { bayesianSignTest, type BayesianSignTest } from "../../metrics";
import { type Decision } from "./decide";
import { type LearnerName } from "./learners";
import { type TableScores } from "./trial";

/** What is held against another on every table: a loss, how its threshold is chosen, and its learning rate. */
export interface Entrant {
  readonly loss: string;
  readonly decision: Decision;
  /** Place of the learning rate in the trial's list; left out: the one selected on validation rows, fold by fold. */
  readonly rate?: number;
}

/** One entrant against another over tables. */
export interface TabularComparison {
  /** Tables with a larger, an equal and a smaller mean F1, to the four decimals stored. */
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** Mean over tables of the first's F1 and of the second's. */
  readonly means: readonly [number, number];
  /** Bayesian sign test; its concentration counts the tables beyond and within the region of practical equivalence. */
  readonly signTest: BayesianSignTest;
}

/**
 * F1 of one entrant on every table.
 *
 * @param scores entries of one or of both models.
 * @param model which.
 * @param entrant see {@link Entrant}.
 * @returns F1 per table, in the order of the entries.
 * @throws RangeError when a table has no score of this loss or rate, or there is none of this model.
 */
export function f1Column(scores: readonly TableScores[], model: LearnerName, entrant: Entrant): number[] {
  const { loss, decision, rate } = entrant;
  const entries = scores.filter((entry) => entry.model === model);
  if (entries.length === 0) throw new RangeError(`f1Column: there are no scores of the model ${JSON.stringify(model)}`);
  return entries.map((entry) => {
    const at = entry.losses[loss]?.[decision];
    const value = rate === undefined ? at?.selected : at?.atRate[rate];
    if (value !== undefined) return value;
    const known = Object.keys(entry.losses).join(", ");
    throw new RangeError(
      `f1Column: ${entry.table} has scores of ${known}; received ${JSON.stringify(loss)}, "${decision}", rate ${rate ?? "selected"}`,
    );
  });
}

/**
 * Wins, ties and losses of one entrant against another over all tables of a model, with the Bayesian sign test.
 *
 * @param scores entries of one or of both models.
 * @param model which.
 * @param entrants the first and the second.
 * @param options.rope half the width of the region of practical equivalence, in F1; default 0.01.
 * @param options.seed of the test's draws; default 1.
 * @returns see {@link TabularComparison}.
 * @throws RangeError as `f1Column`.
 */
export function compareOnTables(
  scores: readonly TableScores[],
  model: LearnerName,
  [first, second]: readonly [Entrant, Entrant],
  { rope = 0.01, seed = 1 }: { rope?: number; seed?: number } = {},
): TabularComparison {
  const [a, b] = [f1Column(scores, model, first), f1Column(scores, model, second)];
  const differences = a.map((value, index) => value - b[index]);
  // Differences of numbers with four decimals: half a unit of the last one tells equal from different.
  const wins = differences.filter((difference) => difference > 5e-5).length;
  const losses = differences.filter((difference) => difference < -5e-5).length;
  return {
    wins,
    ties: differences.length - wins - losses,
    losses,
    means: [mean(a), mean(b)],
    signTest: bayesianSignTest(a, b, { rope, seed }),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
