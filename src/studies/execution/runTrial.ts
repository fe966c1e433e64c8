import { appendFile, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { info } from "../../engine";
import { openRun } from "../../training";
import { requireJson } from "../../training/checkpoint";
import { gitState } from "../../training/git";
import { defaultRunsFolder, RUN_FILES } from "../../training/runFiles";
import { removePartial } from "../../training/wholeFile";
import { labelText, trialOf, type Places, type Study, type Trial, type TrialContext, type TrialRecord } from "../core";
import { TRIAL_FILES, trialFolder } from "../core/places";
import { readDescription, readRecord, writeFailure, writeRecord } from "../core/records";
import { claim, type ClaimOptions } from "./claim";
import { requireDevice, type Device } from "./device";

export interface RunTrialOptions {
  /** The trial's study. */
  readonly study: Study;
  /** Key of a trial whose folder has been made. */
  readonly key: string;
  readonly places?: Places;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly onProgress?: TrialContext["progress"];
  readonly onWait?: ClaimOptions["onWait"];
}

/**
 * Runs one trial in this process and writes its result.
 *
 * A trial with a result is not run again. One that another process works on is waited for. An interruption leaves the checkpoints, from
 * which the next process goes on; an error is noted in the trial's folder.
 *
 * @returns the result, and whether this call has made it.
 * @throws what the study throws; Error when the folder is of another version, configuration or data than the study has now, or when a GPU was
 *   asked for and none answers; RangeError naming a number that JSON does not keep; the signal's reason when it is aborted.
 */
export async function runTrial(options: RunTrialOptions): Promise<{ record: TrialRecord; made: boolean }> {
  const { study, key, places = {}, device = "auto", signal = new AbortController().signal, onWait } = options;
  const folder = trialFolder(places, { study: study.name, key });
  const trial = await readDescription(folder);
  const release = await claim(join(folder, TRIAL_FILES.claim), { signal, onWait });
  try {
    const before = await readRecord(folder);
    if (before) return { record: before, made: false };
    await rm(join(folder, TRIAL_FILES.failure), { force: true });
    await requireCurrent(study, trial);
    requireDevice(device);
    return { record: await work({ ...options, places, signal }, trial, folder), made: true };
  } catch (error) {
    if (!signal.aborted) await writeFailure(folder, error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    await release();
  }
}

async function work(
  { study, places, signal, onProgress }: RunTrialOptions & { readonly places: Places; readonly signal: AbortSignal },
  trial: Trial,
  folder: string,
): Promise<TrialRecord> {
  const { key, version, config, data } = trial;
  // Whoever held the locks of runs in this folder has lost the trial.
  await Promise.all([removeRunLocks(folder), removePartial(folder)]);
  const engine = { ...info() };
  const began = new Date();
  const session = { began: began.toISOString(), pid: process.pid, host: hostname(), device: engine.device };
  await appendFile(join(folder, TRIAL_FILES.sessions), `${JSON.stringify(session)}\n`);
  signal.throwIfAborted();
  const { numbers, timing = {} } = await study.run(config, {
    directory: folder,
    openRun: (name, counts) =>
      openRun({
        name: `studies/${study.name}/${key}/${name}`,
        folder: places.runs ?? defaultRunsFolder,
        config,
        ...(counts === undefined ? {} : { data: counts }),
      }),
    progress: onProgress ?? (() => undefined),
    signal,
  });
  const what = `study ${study.name}, trial ${labelText(trial.labels)}`;
  requireJson(numbers, `${what}: numbers`);
  requireJson(timing, `${what}: timing`);
  const processes = (await readFile(join(folder, TRIAL_FILES.sessions), "utf8")).split("\n").length - 1;
  const seconds = Number(((Date.now() - began.getTime()) / 1000).toFixed(3));
  const record: TrialRecord = {
    key,
    version,
    config: config as TrialRecord["config"],
    data,
    numbers: numbers as TrialRecord["numbers"],
    timing: { seconds, processes, ...timing },
    engine,
    git: await gitState(__dirname),
    finished: new Date().toISOString(),
  };
  await writeRecord(folder, record);
  return record;
}

async function requireCurrent(study: Study, trial: Trial): Promise<void> {
  const now = await trialOf(study, trial.config);
  if (now.key === trial.key) return;
  const changed =
    now.version === trial.version
      ? `data of hash ${trial.data} instead of ${now.data}`
      : `numerics version ${trial.version} instead of ${now.version}`;
  throw new Error(`study ${study.name}: trial ${trial.key} was planned for ${changed}: start "study run" again`);
}

async function removeRunLocks(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const locks = entries.filter((entry) => entry.isFile() && entry.name === RUN_FILES.lock);
  await Promise.all(locks.map((entry) => rm(join(entry.parentPath, entry.name), { force: true })));
}
