import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

import { readAs } from "../../training/jsonFile";
import { writeWhole } from "../../training/wholeFile";
import { canonicalJson } from "./hash";
import { TRIAL_FILES } from "./places";
import { type Trial } from "./trial";

const Key = z.string().regex(/^[0-9a-f]{16}$/);
const Config = z.record(z.string(), z.json()).and(z.object({ seed: z.int() }));

/** What a trial is, as its folder keeps it for the process that runs it. */
const DescriptionSchema = z.object({
  format: z.literal("counterweight trial"),
  key: Key,
  study: z.string(),
  version: z.int().min(1),
  config: Config,
  data: z.string(),
  labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** A finished trial: what it is, what it found, and what ran it. */
export const RecordSchema = z.object({
  key: Key,
  /** Numerics version of the study. */
  version: z.int().min(1),
  config: Config,
  /** Hash of the data. */
  data: z.string(),
  numbers: z.json(),
  /** Differs from run to run: seconds of the process that finished it, how many processes worked on it, what the study adds. */
  timing: z.record(z.string(), z.number()),
  engine: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  git: z.object({ commit: z.string(), dirty: z.boolean() }).nullable(),
  finished: z.iso.datetime(),
});

const FailureSchema = z.object({ message: z.string(), at: z.iso.datetime() });

/** A finished trial, as it is stored. */
export type TrialRecord = z.output<typeof RecordSchema>;

/** Why a trial has no result. */
export type TrialFailure = z.output<typeof FailureSchema>;

/** Writes down what a trial is, for the process that will run it. */
export async function writeDescription(folder: string, trial: Trial): Promise<void> {
  const { key, study, version, config, data, labels } = trial;
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify({ format: "counterweight trial", key, study, version, config, data, labels }, null, 2);
  await writeWhole(join(folder, TRIAL_FILES.description), `${text}\n`);
}

/**
 * Reads what a trial is.
 *
 * @throws Error naming the file when there is none, or it is damaged.
 */
export async function readDescription(folder: string): Promise<Trial> {
  const path = join(folder, TRIAL_FILES.description);
  const trial = await readAs(DescriptionSchema, path);
  if (!trial) throw new Error(`there is no trial in ${folder}: "counterweight study run" makes its folder`);
  return trial as Trial;
}

/** The result of a trial; undefined where it has none. */
export async function readRecord(folder: string): Promise<TrialRecord | undefined> {
  return readAs(RecordSchema, join(folder, TRIAL_FILES.record));
}

/** Writes a trial's result, whole or not at all. */
export async function writeRecord(folder: string, record: TrialRecord): Promise<void> {
  await writeWhole(join(folder, TRIAL_FILES.record), `${JSON.stringify(record, null, 2)}\n`);
}

/** Why the last process of a trial ended without a result; undefined where it did not, or was interrupted. */
export async function readFailure(folder: string): Promise<TrialFailure | undefined> {
  return readAs(FailureSchema, join(folder, TRIAL_FILES.failure));
}

/** Notes why a trial failed. */
export async function writeFailure(folder: string, message: string): Promise<void> {
  const text = JSON.stringify({ message, at: new Date().toISOString() }, null, 2);
  await writeWhole(join(folder, TRIAL_FILES.failure), `${text}\n`);
}

/** Whether two results have the same numbers, bit for bit. */
export function sameNumbers(a: TrialRecord, b: TrialRecord): boolean {
  return canonicalJson(a.numbers) === canonicalJson(b.numbers);
}
