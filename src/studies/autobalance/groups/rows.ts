import { type StoredStudy } from "../../core";
import { type GroupConfig, type GroupDataset } from "./settings";
import { type GroupResult } from "./trial";

export type Stored = StoredStudy<GroupConfig, GroupResult>;
export type StoredGroupTrial = Stored["trials"][number];

/** Data sets in the order of the grid. */
export const datasetsOf = (trials: Stored["trials"]): GroupDataset[] => [
  ...new Set(trials.map(({ config }) => config.dataset)),
];

/** Trials by method, in the order of the grid. */
export function methodsOf(trials: readonly StoredGroupTrial[]): ReadonlyMap<string, readonly StoredGroupTrial[]> {
  const groups = new Map<string, StoredGroupTrial[]>();
  for (const trial of trials) groups.set(trial.config.method, [...(groups.get(trial.config.method) ?? []), trial]);
  return groups;
}
