import { spread, type StoredStudy, type StudyTable } from "../core";
import { bySearcher, measured, pairedDifference, SPACE_NAMES, type SearcherTrials } from "./rows";
import { type SearcherConfig } from "./settings";
import { type SearcherResult } from "./trial";

type Stored = StoredStudy<SearcherConfig, SearcherResult>;

/** The tables of the study: what was reached, differences to references on the same seeds, how the budget was spent. */
export function searcherTables(stored: Stored): Record<string, StudyTable> {
  const groups = bySearcher(stored.trials);
  return {
    results: resultTable(groups, stored),
    differences: differenceTable(groups),
    spending: spendingTable(groups),
  };
}

const head = ({ searcher, space }: SearcherTrials) => ({
  searcher,
  space: space === null ? null : SPACE_NAMES[space],
});

function resultTable(groups: readonly SearcherTrials[], { trials, profile }: Stored): StudyTable {
  const budgets = [...new Set(trials.map(({ config }) => config.budget))].join(", ");
  return {
    caption:
      `Searchers at a budget of ${budgets} gradients, profile ${profile}: balanced error in % and balanced cross-entropy on the test images after ` +
      "retraining; the same on the validation part after a training on the training part; mean and standard deviation over seeds",
    rows: groups.map((group) => ({
      ...head(group),
      testError: spread(group.trials.map((trial) => measured(trial, "testError"))),
      testObjective: spread(group.trials.map((trial) => measured(trial, "testObjective"))),
      objective: spread(group.trials.map((trial) => measured(trial, "objective"))),
      validationError: spread(group.trials.map((trial) => measured(trial, "validationError"))),
      tau: spread(group.trials.map(({ numbers }) => numbers.tau)),
      shiftCorrelation: spread(group.trials.map(({ numbers }) => numbers.shiftCorrelation)),
    })),
    columns: {
      searcher: "Searcher",
      space: "Of",
      testError: "Test error",
      testObjective: "Test objective",
      objective: "Validation objective",
      validationError: "Validation error",
      tau: "τ nearest to l",
      shiftCorrelation: "Rank correlation of l with the counts",
    },
    digits: { testError: 2, testObjective: 3, objective: 3, validationError: 1, tau: 2, shiftCorrelation: 2 },
  };
}

/** Searchers that every other one is compared with. */
const REFERENCES = ["CE", "LA", "random, l", "random, τ"] as const;

function differenceTable(groups: readonly SearcherTrials[]): StudyTable {
  const rows = groups.flatMap((group) =>
    REFERENCES.flatMap((reference) => {
      const other = groups.find(({ name }) => name === reference);
      if (!other || other === group) return [];
      const error = pairedDifference(group.trials, other.trials);
      const objective = pairedDifference(group.trials, other.trials, "objective");
      if (!error || !objective) return [];
      return [
        {
          ...head(group),
          reference,
          mean: error.mean,
          low: error.interval[0],
          high: error.interval[1],
          objective: objective.mean,
          objectiveLow: objective.interval[0],
          objectiveHigh: objective.interval[1],
          seeds: error.count,
        },
      ];
    }),
  );
  return {
    caption:
      "Balanced test error in points, and validation objective, minus those of a reference on the same seeds, with 95 % t-intervals",
    rows,
    columns: {
      searcher: "Searcher",
      space: "Of",
      reference: "Minus",
      mean: "Test error",
      low: "from",
      high: "to",
      objective: "Objective",
      objectiveLow: "from",
      objectiveHigh: "to",
      seeds: "Seeds",
    },
    digits: { mean: 2, low: 2, high: 2, objective: 3, objectiveLow: 3, objectiveHigh: 3, seeds: 0 },
  };
}

function spendingTable(groups: readonly SearcherTrials[]): StudyTable {
  return {
    caption:
      "How the budget was spent: gradients counted, inner steps, updates of the loss or trainings from scratch, mean residual of the linear systems; " +
      "seconds of the search, which vary with the machine",
    rows: groups
      .filter(({ space }) => space !== null)
      .map((group) => {
        const of = (name: "gradients" | "innerSteps" | "updates" | "candidates" | "residual") =>
          spread(group.trials.map(({ numbers }) => numbers[name]));
        return {
          ...head(group),
          gradients: of("gradients"),
          innerSteps: of("innerSteps"),
          updates: of("updates"),
          candidates: of("candidates"),
          residual: of("residual"),
          seconds: spread(group.trials.map(({ timing }) => timing.search ?? null)),
          failed: group.trials.filter(({ numbers }) => numbers.failure !== null).length,
        };
      }),
    columns: {
      searcher: "Searcher",
      space: "Of",
      gradients: "Gradients",
      innerSteps: "Inner steps",
      updates: "Updates",
      candidates: "Trainings",
      residual: "Residual",
      seconds: "Seconds",
      failed: "Diverged",
    },
    digits: { gradients: 0, innerSteps: 0, updates: 0, candidates: 0, residual: 3, seconds: 0, failed: 0 },
  };
}
