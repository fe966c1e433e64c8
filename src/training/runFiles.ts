import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { z } from "zod";

import { checkpointStore } from "./checkpointStore";
import { epochFromJson, type EpochRecord } from "./history";
import { parseAs, readAs, readIfThere } from "./jsonFile";
import { isLocked } from "./runLock";
import { type Json } from "./state";

/** Files of a run directory. */
export const RUN_FILES = {
  description: "run.json",
  metrics: "metrics.jsonl",
  sessions: "sessions.jsonl",
  result: "result.json",
  checkpoints: "checkpoints",
  lock: "run.lock",
} as const;

/** Where runs lie by default: `data/runs` of the project. */
export const defaultRunsFolder = resolve(__dirname, "..", "..", "data", "runs");

export const RunDescriptionSchema = z.object({
  format: z.literal("counterweight run"),
  version: z.literal(1),
  name: z.string(),
  created: z.string(),
  /** What the run is: later numbers depend on it, and the run goes on only with the same. */
  config: z.json(),
  /** Index hashes and counts of its data. */
  data: z.json(),
  git: z.object({ commit: z.string(), dirty: z.boolean() }).nullable(),
  /** Library and device that began it. */
  engine: z.record(z.string(), z.json()),
});

const ResultSchema = z.object({
  status: z.enum(["finished", "stopped early", "diverged", "failed"]),
  step: z.int(),
  message: z.string().nullable(),
  ended: z.string(),
});

export type RunDescription = z.output<typeof RunDescriptionSchema>;
export type RunResult = z.output<typeof ResultSchema>;

/** How a run stands: as it ended, or whether a process works on it now. */
export type RunStatus = RunResult["status"] | "running" | "interrupted";

/** A run as its directory tells of it. */
export interface RunRecord {
  readonly folder: string;
  readonly description: RunDescription;
  readonly status: RunStatus;
  readonly result: RunResult | undefined;
  readonly epochs: readonly EpochRecord[];
  /** One per process that worked on it: when, with which code, library and device, from which step on. */
  readonly sessions: readonly Json[];
  /** Paths, oldest first. */
  readonly checkpoints: readonly string[];
}

/**
 * Reads a run directory.
 *
 * @param folder the directory.
 * @returns what it tells.
 * @throws Error naming the file that is missing or cannot be read.
 */
export async function readRun(folder: string): Promise<RunRecord> {
  const path = (name: string) => join(folder, name);
  const description = parseAs(
    RunDescriptionSchema,
    path(RUN_FILES.description),
    await readFile(path(RUN_FILES.description), "utf8"),
  );
  const result = await readAs(ResultSchema, path(RUN_FILES.result));
  const running = await isLocked(path(RUN_FILES.lock));
  return {
    folder: resolve(folder),
    description,
    status: running ? "running" : (result?.status ?? "interrupted"),
    result,
    epochs: (await readLines(path(RUN_FILES.metrics))).map(epochFromJson),
    sessions: await readLines(path(RUN_FILES.sessions)),
    checkpoints: await checkpointStore({ folder: path(RUN_FILES.checkpoints) }).list(),
  };
}

/**
 * All runs below a folder, by name.
 *
 * @param folder default: `data/runs` of the project.
 * @returns the runs that can be read, and per directory that cannot the reason; nothing for a folder that does not exist.
 */
export async function listRuns(folder: string = defaultRunsFolder): Promise<{
  readonly runs: RunRecord[];
  readonly unreadable: { readonly folder: string; readonly reason: string }[];
}> {
  const runs: RunRecord[] = [];
  const unreadable: { folder: string; reason: string }[] = [];
  for (const found of await findRuns(folder)) {
    try {
      runs.push(await readRun(found));
    } catch (error) {
      unreadable.push({ folder: relative(folder, found), reason: (error as Error).message });
    }
  }
  return { runs, unreadable };
}

/** Directories with a description, in order; runs lie in no run. */
async function findRuns(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === RUN_FILES.description)) return [folder];
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const nested = await Promise.all(below.sort().map((name) => findRuns(join(folder, name))));
  return nested.flat();
}

/**
 * Finds a run by its name below a folder, or by the path of its directory.
 *
 * @throws Error with the names there are, when there is none such.
 */
export async function findRun(name: string, folder: string = defaultRunsFolder): Promise<RunRecord> {
  for (const candidate of [join(folder, name), resolve(name)]) {
    const isRun = await stat(join(candidate, RUN_FILES.description)).then(
      () => true,
      () => false,
    );
    if (isRun) return readRun(candidate);
  }
  const names = (await listRuns(folder)).runs.map(({ description }) => description.name);
  throw new Error(`there is no run "${name}" below ${folder}; there are: ${names.join(", ") || "none"}`);
}

/** The values of a file of JSON lines; none where it is not there. */
export async function readLines(path: string): Promise<Json[]> {
  const lines = ((await readIfThere(path)) ?? "").split("\n").slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as Json;
    } catch (error) {
      throw new Error(`${path}, line ${index + 1} is no JSON: ${(error as Error).message}`, { cause: error });
    }
  });
}
