import { decideFold, decisions, type Decision, type FoldScores } from "./decide";
import { equalFolds } from "./folds";
import { type LearnerName } from "./learners";
import { benchmarkTable } from "./tables";
import { trainFolds } from "./train";

/** All that the numbers of a trial depend on. The tables must have one size, so that they can be trained as one computation. */
export type TabularTrialConfig = {
  readonly model: LearnerName;
  /** Names of `benchmarkTables`. */
  readonly tables: readonly string[];
  /** Names of `benchmarkLosses`. */
  readonly losses: readonly string[];
  /** Learning rates; the first is the published one. */
  readonly rates: readonly number[];
  readonly steps: number;
  /** Number of folds, at least 3. */
  readonly folds: number;
  readonly seed: number;
};

/** F1 of one loss on one table: means over the folds, rounded to 4 decimals. */
export type LossScores = {
  readonly [Choice in Decision]: {
    /** At the learning rate with the best F1 on validation rows. */
    readonly selected: number;
    /** At each learning rate. */
    readonly atRate: readonly number[];
  };
} & {
  /** Area under the ROC curve, at the rate selected for "tuned". */
  readonly areaUnderRoc: number;
};

/** What a trial found on one table. */
export interface TableScores {
  readonly table: string;
  readonly model: LearnerName;
  /** Training rows and positives among them, per fold. */
  readonly rows: number;
  readonly positives: number;
  /** Number of features. */
  readonly columns: number;
  /** By the name of the loss. */
  readonly losses: Readonly<Record<string, LossScores>>;
}

/**
 * One trial of the benchmark: trains every loss on every fold of tables of one size, and measures F1 on the test rows.
 *
 * @param config see {@link TabularTrialConfig}.
 * @param options.signal stops it; by default that of the running cell.
 * @param options.onProgress called now and then with the steps done.
 * @returns one entry per table, plain JSON: the same configuration gives the same numbers on the same machine.
 * @throws RangeError when the tables differ in size or a name is not known.
 */
export async function tabularTrial(
  config: TabularTrialConfig,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<TableScores[]> {
  const { model, losses, rates, steps, seed, folds: count } = config;
  const tables = await Promise.all(config.tables.map((name) => benchmarkTable(name, { seed })));
  const folds = tables.map((table) => equalFolds(table, { folds: count, seed }));
  const logits = await trainFolds(folds.flat(), { model, losses, rates, steps, seed, ...options });
  return tables.map((table, index) => {
    const { train } = folds[index][0];
    const entries = losses.map((loss, place) => {
      const perFold = folds[index].map((fold, round) => decideFold(fold, logits[index * count + round][place]));
      return [loss, average(perFold)] as const;
    });
    return {
      table: table.name,
      model,
      rows: train.labels.length,
      positives: train.labels.reduce((sum, label) => sum + label, 0),
      columns: table.columns,
      losses: Object.fromEntries(entries),
    };
  });
}

function average(perFold: readonly Record<Decision, FoldScores>[]): LossScores {
  const mean = (of: (scores: Record<Decision, FoldScores>) => number) =>
    Number((perFold.reduce((sum, scores) => sum + of(scores), 0) / perFold.length).toFixed(4));
  const byDecision = decisions.map((decision) => [
    decision,
    {
      selected: mean((scores) => scores[decision].selected),
      atRate: perFold[0][decision].atRate.map((_, rate) => mean((scores) => scores[decision].atRate[rate])),
    },
  ]);
  return { ...Object.fromEntries(byDecision), areaUnderRoc: mean((scores) => scores.tuned.areaUnderRoc) } as LossScores;
}
