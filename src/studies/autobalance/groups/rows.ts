import { type StoredStudy } from "../../core";
import { type GroupConfig, type GroupDataset } from "./settings";
import { type GroupResult } from "./trial";

export type Stored = StoredStudy<GroupConfig, GroupResult>;
export type StoredGroupTrial = Stored["trials"][number];

/** Data sets in the order of the grid. */
export const datasetsOf = (trials: Stored["trials"]): GroupDataset[] => [
  ...new Set(trials.map(({ config }) => config.dataset)),
];
