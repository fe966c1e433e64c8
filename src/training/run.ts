import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { info } from "../engine";
import { requireJson } from "./checkpoint";
import { checkpointStore, type CheckpointStore } from "./checkpointStore";
import { differences } from "./differences";
import { gitState } from "./git";
import { epochToJson, type EpochRecord } from "./history";
import { defaultRunsFolder, readLines, readRun, RUN_FILES, type RunDescription, type RunResult } from "./runFiles";
import { lockRun } from "./runLock";
import { type Json } from "./state";
import { removePartial, writeWhole } from "./wholeFile";

export interface OpenRunOptions {
  /** Name of the run, and its directory below `folder`: parts of letters, digits, `.`, `_`, `-`, joined by `/`. */
  readonly name: string;
  /** Everything that later numbers depend on: data, model, loss, optimizer, seeds. Texts, finite numbers, lists and records of such. */
  readonly config: Json;
  /** Index hashes and counts of the data, such as `{ train: { hash, counts } }`. */
  readonly data?: Json;
  /** Where runs lie; default: `data/runs` of the project. */
  readonly folder?: string;
  /** Checkpoints that are kept; default 2. */
  readonly keep?: number;
}

/** A run directory, open for one call of `fit`. */
export interface Run {
  readonly name: string;
  readonly folder: string;
  readonly checkpoints: CheckpointStore;
  /** Notes that a process works on the run from a step on. */
  begin(session: { readonly step: number }): Promise<void>;
  /** Replaces the records of the epochs, whole. */
  metrics(epochs: readonly EpochRecord[]): Promise<void>;
  /** Notes how the run ended. */
  finish(result: Omit<RunResult, "ended">): Promise<void>;
  /** Gives the directory free for other processes. The end of the process does so too. */
  close(): Promise<void>;
}

/**
 * Opens the directory of a run: makes it, or goes on with the one that is there.
 *
 * The directory holds `run.json` (config, data, commit, library and device, written once), `metrics.jsonl` (one line per epoch),
 * `sessions.jsonl` (one line per process that worked on it), `checkpoints/` and, at the end, `result.json`.
 *
 * @param options see {@link OpenRunOptions}.
 * @returns the run, for `fit({ run })`.
 * @throws RangeError when the name is no such path, or the config holds what JSON does not keep; Error listing the differences, when the
 *   directory is of a run with another config or other data; Error naming the holder, when another process works on it.
 */
export async function openRun(options: OpenRunOptions): Promise<Run> {
  const { name, config, data = null, folder: runs = defaultRunsFolder, keep } = options;
  if (!name.split("/").every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(part))) {
    throw new RangeError(
      `openRun: name must be parts of letters, digits, ".", "_" and "-", joined by "/", received ${JSON.stringify(name)}`,
    );
  }
  requireJson(config, "openRun: config");
  requireJson(data, "openRun: data");
  const folder = join(runs, name);
  const path = (file: string) => join(folder, file);
  await mkdir(folder, { recursive: true });
  const unlock = await lockRun(path(RUN_FILES.lock));
  const engine = { ...info() };
  const git = await gitState(__dirname);
  try {
    await removePartial(folder);
    if (await exists(path(RUN_FILES.description))) await requireSame(folder, { config, data });
    else {
      const created = new Date().toISOString();
      const description: RunDescription = {
        format: "counterweight run",
        version: 1,
        name,
        created,
        config: config as never,
        data: data as never,
        git,
        engine,
      };
      await writeWhole(path(RUN_FILES.description), `${JSON.stringify(description, null, 2)}\n`);
    }
  } catch (error) {
    await unlock();
    throw error;
  }
  return {
    name,
    folder,
    checkpoints: checkpointStore({ folder: path(RUN_FILES.checkpoints), keep }),
    async begin({ step }) {
      const session = { began: new Date().toISOString(), step, git, engine };
      const sessions = [...(await readLines(path(RUN_FILES.sessions))), session];
      await writeWhole(path(RUN_FILES.sessions), sessions.map((each) => `${JSON.stringify(each)}\n`).join(""));
    },
    async metrics(epochs) {
      const lines = epochs.map((record) => `${JSON.stringify(epochToJson(record))}\n`);
      await writeWhole(path(RUN_FILES.metrics), lines.join(""));
    },
    async finish(result) {
      const text = JSON.stringify({ ...result, ended: new Date().toISOString() }, null, 2);
      await writeWhole(path(RUN_FILES.result), `${text}\n`);
    },
    close: unlock,
  };
}

async function requireSame(folder: string, given: { readonly config: Json; readonly data: Json }): Promise<void> {
  const { description } = await readRun(folder);
  const found = (["config", "data"] as const).flatMap((part) =>
    differences(description[part] as Json, given[part], part),
  );
  if (found.length === 0) return;
  const list = found.slice(0, 5).map(({ path, a, b }) => `${path} was ${JSON.stringify(a)}, is ${JSON.stringify(b)}`);
  throw new Error(
    `openRun: ${folder} holds a run with other settings: ${list.join("; ")}${found.length > 5 ? "; ..." : ""}. ` +
      "Take another name, or remove the directory",
  );
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
