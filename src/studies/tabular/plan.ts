import { benchmarkLosses } from "./columnLosses";
import { type LearnerName } from "./learners";
import { families } from "./families";
import { syntheticTasks } from "./synthetic";
import { realTables } from "./tables";
import { type TabularTrialConfig } from "./trial";

/** Training as published for AnyLoss where known; the MLP's is ours: full batches. The second rate is there to be selected. */
const TRAINING = {
  slp: { rates: [0.1, 1], steps: 1000 },
  mlp: { rates: [0.01, 0.05], steps: 500 },
} as const;

/**
 * The trials of the benchmark: 14 groups of tables of one size, with both models.
 *
 * @param options.seed default 1.
 * @param options.models default both.
 * @returns configurations for `tabularTrial`, the small ones first.
 */
export function tabularTrials({
  seed = 1,
  models = ["slp", "mlp"],
}: { seed?: number; models?: readonly LearnerName[] } = {}): TabularTrialConfig[] {
  const losses = benchmarkLosses.map(({ name }) => name);
  return models.flatMap((model) =>
    tableGroups().map((tables) => ({ model, tables, losses, ...TRAINING[model], folds: 5, seed })),
  );
}

/** Tables of one size: each real one, and the synthetic ones with the same numbers of features and of positives. */
function tableGroups(): string[][] {
  const groups = new Map<string, string[]>();
  for (const { name, family, prior } of syntheticTasks) {
    const columns = families.find((candidate) => candidate.name === family)?.columns;
    const key = `${columns} ${prior}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const bySize = [...groups.values()].sort((a, b) => a.length - b.length);
  return [...realTables.map((name) => [name]), ...bySize];
}
