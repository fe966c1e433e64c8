import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import { gridOf, type Places, type Trial, type TrialRecord } from "../../../src/studies";
import { arithmetic } from "../fixtures/arithmetic";

/** A new folder for runs and results, removed after the tests of the suite. */
export function newPlaces(): Required<Places> {
  const folder = mkdtempSync(join(tmpdir(), "counterweight-study-"));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return { runs: join(folder, "runs"), results: join(folder, "results") };
}

/** A result of a trial that was finished at an hour of a day. */
export function recordOf(trial: Trial, { sum = 1, hour = 1 } = {}): TrialRecord {
  const { key, version, config, data } = trial;
  return {
    key,
    version,
    config: config as TrialRecord["config"],
    data,
    numbers: { sum, curve: [0.1, sum / 3] },
    timing: { seconds: 1, processes: 1 },
    engine: { device: "CPU: some", threads: 1, tensorflow: null, tfjs: "4", node: "v20" },
    git: null,
    finished: `2026-01-01T${String(hour).padStart(2, "0")}:00:00.000Z`,
  };
}

/** The trials of the arithmetic study. */
export const arithmeticGrid = async (seeds: readonly number[] = [1, 2]): Promise<Trial[]> =>
  (await gridOf(arithmetic, "smoke", { seeds })) as Trial[];
