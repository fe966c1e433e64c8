import { join, resolve } from "node:path";

import { type Profile } from "../../notebook/parameters";
import { defaultRunsFolder } from "../../training/runFiles";

/** Where the files of studies lie. */
export interface Places {
  /** Folder of the committed results; default: `data/results` of the project. */
  readonly results?: string;
  /** Folder of all runs, trials below `studies`; default: `data/runs` of the project. */
  readonly runs?: string;
}

/** Files of a trial's folder. */
export const TRIAL_FILES = {
  /** What the trial is: study, numerics version, configuration, data. */
  description: "trial.json",
  /** What it found; written once, whole, at the end. */
  record: "result.json",
  /** Why its last process ended without a result. */
  failure: "failure.json",
  /** What its processes said. */
  log: "log.txt",
  /** One line per process that began it. */
  sessions: "sessions.jsonl",
  /** Held by the process that works on it. */
  claim: "trial.lock",
} as const;

const defaultResultsFolder = resolve(defaultRunsFolder, "..", "results");

/** The file with the results of a study in a profile. */
export function resultsFile(places: Places, study: string, profile: Profile): string {
  return join(places.results ?? defaultResultsFolder, `${study}.${profile}.json`);
}

/** The folder of a study below that of all runs. */
export function studyFolder(places: Places, study: string): string {
  return join(places.runs ?? defaultRunsFolder, "studies", study);
}

/** The folder of a trial. */
export function trialFolder(places: Places, trial: { readonly study: string; readonly key: string }): string {
  return join(studyFolder(places, trial.study), trial.key);
}
