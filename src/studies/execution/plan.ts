import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

import { type Profile } from "../../notebook/parameters";
import { readAs } from "../../training/jsonFile";
import { writeWhole } from "../../training/wholeFile";
import { gridOf, type Places, type Selection, type Study, type Trial } from "../core";
import { studyFolder, trialFolder } from "../core/places";
import { readRecord, writeDescription, type TrialRecord } from "../core/records";
import { readResults } from "../core/results";
import { trialState } from "./state";

/** What was asked for when a study was run: `study resume` asks for it again. */
const AskedSchema = z.object({
  seeds: z.union([z.int().min(1), z.array(z.int())]).nullable(),
  only: z.record(z.string(), z.array(z.string())).nullable(),
  /** Trials that are run again although they have a stored result, until their folder has a new one. */
  fresh: z.array(z.string()),
});

/** Which trials of a study are to run. */
export interface Plan {
  /** All that were asked for. */
  readonly grid: readonly Trial[];
  /** Those without a result. */
  readonly pending: readonly Trial[];
  /** Results in the trials' folders that the stored results may lack. */
  readonly found: readonly TrialRecord[];
  /** Stored results of trials that are run afresh, to compare with. */
  readonly before: ReadonlyMap<string, TrialRecord>;
}

export interface PlanOptions {
  readonly study: Study;
  readonly profile: Profile;
  readonly selection?: Selection;
  /** Runs all trials of the selection again; what their folders hold is removed. */
  readonly fresh?: boolean;
  readonly places?: Places;
}

/**
 * Says which trials of a study are to run, makes their folders, and notes what was asked for.
 *
 * A trial has a result when the stored results have one of its key, or its own folder; one that is run afresh needs the latter.
 *
 * @param options see {@link PlanOptions}.
 * @returns the plan.
 * @throws RangeError for a selection that fits nothing; Error naming a trial that runs now and is to be run afresh.
 */
export async function makePlan(options: PlanOptions): Promise<Plan> {
  const { study, profile, selection = {}, fresh = false, places = {} } = options;
  const grid = await gridOf(study, profile, selection);
  const asked = await readAsked(places, study.name, profile);
  if (fresh) await clear(places, grid);
  const afresh = new Set([...(asked?.fresh ?? []), ...(fresh ? grid.map(({ key }) => key) : [])]);
  const stored = new Map((await readResults(places, study.name, profile)).map((record) => [record.key, record]));
  const found = new Map<string, TrialRecord>();
  for (const trial of grid) {
    const record = await readRecord(trialFolder(places, trial));
    if (record) found.set(trial.key, record);
  }
  const pending = grid.filter(({ key }) => !found.has(key) && (afresh.has(key) || !stored.has(key)));
  for (const trial of pending) await writeDescription(trialFolder(places, trial), trial);
  const still = [...afresh].filter((key) => !found.has(key));
  await writeAsked(places, study.name, profile, { selection, fresh: still });
  return {
    grid,
    pending,
    found: [...found.values()],
    before: new Map([...stored].filter(([key]) => afresh.has(key))),
  };
}

/**
 * What the last `study run` of a profile asked for.
 *
 * @throws Error naming the command, when there was none.
 */
export async function lastAsked(study: string, profile: Profile, places: Places = {}): Promise<Selection> {
  const asked = await readAsked(places, study, profile);
  if (!asked) {
    throw new Error(
      `nothing to resume: study ${study} was not run here in profile ${profile}; ` +
        `begin with "counterweight study run ${study} --profile ${profile}"`,
    );
  }
  const { seeds, only } = asked;
  return { ...(seeds !== null && { seeds }), ...(only !== null && { only }) };
}

async function clear(places: Places, grid: readonly Trial[]): Promise<void> {
  for (const trial of grid) {
    if ((await trialState(places, trial)).state === "running") {
      throw new Error(`trial ${trial.key} of study ${trial.study} runs now: stop it before it is run afresh`);
    }
  }
  for (const trial of grid) await rm(trialFolder(places, trial), { recursive: true, force: true });
}

const askedFile = (places: Places, study: string, profile: Profile) =>
  join(studyFolder(places, study), `asked.${profile}.json`);

const readAsked = (places: Places, study: string, profile: Profile) =>
  readAs(AskedSchema, askedFile(places, study, profile));

async function writeAsked(
  places: Places,
  study: string,
  profile: Profile,
  { selection, fresh }: { readonly selection: Selection; readonly fresh: readonly string[] },
): Promise<void> {
  await mkdir(studyFolder(places, study), { recursive: true });
  const asked = { seeds: selection.seeds ?? null, only: selection.only ?? null, fresh };
  await writeWhole(askedFile(places, study, profile), `${JSON.stringify(asked, null, 2)}\n`);
}
