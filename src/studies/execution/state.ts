import { stat } from "node:fs/promises";
import { join } from "node:path";

import { type Profile } from "../../notebook/parameters";
import { holderOf, isLocked, thisProcess } from "../../training/runLock";
import { gridOf, type Places, type Selection, type Study, type Trial } from "../core";
import { TRIAL_FILES, trialFolder } from "../core/places";
import { readFailure, readRecord } from "../core/records";
import { readResults } from "../core/results";
import { storedOrNone } from "../core/stored";

/** How a trial stands. */
export type State = "finished" | "running" | "failed" | "interrupted" | "waiting";

/** Milliseconds without a sign of life, for a glance only: clocks of two machines may differ. */
const SILENCE = 180_000;

export interface TrialState {
  readonly trial: Trial;
  readonly state: State;
  /** Why it failed. */
  readonly message?: string;
  /** File with what its processes said, where it failed. */
  readonly log?: string;
}

/** How the trials of a study stand, and how many stored results are of no trial of its grid. */
export interface StudyStatus {
  readonly trials: readonly TrialState[];
  readonly stale: number;
}

/** How a trial stands by its folder alone. */
export async function trialState(places: Places, trial: Trial): Promise<TrialState> {
  const folder = trialFolder(places, trial);
  if (await readRecord(folder)) return { trial, state: "finished" };
  if (await isHeld(join(folder, TRIAL_FILES.claim))) return { trial, state: "running" };
  const failure = await readFailure(folder);
  if (failure) return { trial, state: "failed", message: failure.message, log: join(folder, TRIAL_FILES.log) };
  const begun = await stat(join(folder, TRIAL_FILES.sessions)).then(
    () => true,
    () => false,
  );
  return { trial, state: begun ? "interrupted" : "waiting" };
}

/** Whether the process that claimed a trial lives: on this machine by its number, on another by a sign of life in the last minutes. */
async function isHeld(path: string): Promise<boolean> {
  if (!(await isLocked(path))) return false;
  const [holder, file] = [await holderOf(path), await stat(path).catch(() => undefined)];
  return holder?.host === thisProcess().host || (file !== undefined && Date.now() - file.mtimeMs < SILENCE);
}

/**
 * How the trials of a study stand.
 *
 * @param study the study.
 * @param profile "smoke", "laptop" or "paper".
 * @param selection which trials; default: the grid of the profile.
 * @returns a state per trial, in the order of the grid.
 */
export async function studyStatus(
  study: Study,
  profile: Profile,
  selection: Selection = {},
  places: Places = {},
): Promise<StudyStatus> {
  const grid = await gridOf(study, profile, selection);
  const records = await readResults(places, study.name, profile);
  const keys = new Set(records.map(({ key }) => key));
  const trials: TrialState[] = [];
  for (const trial of grid) {
    const found = await trialState(places, trial);
    const stored = keys.has(trial.key) && found.state !== "running";
    trials.push(stored ? { trial, state: "finished" } : found);
  }
  const { trials: current } = await storedOrNone(study, profile, places);
  return { trials, stale: records.length - current.length };
}
