import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { newPlaces } from "../core/support";

const ROOT = join(__dirname, "../../..");
/** How often the run is killed; 50 take a quarter of an hour. */
const KILLS = Number(process.env.COUNTERWEIGHT_KILLS ?? 2);

interface Note {
  readonly what: string;
  readonly pid: number;
  readonly at: number;
}

describe("a study's run that is killed", () => {
  it(`${KILLS} times at various moments loses no trial and runs none twice at once or after its end`, async () => {
    const places = newPlaces();
    const folders = ["--runs", places.runs, "--results", places.results];
    const module = ["--module", join(ROOT, "test/studies/fixtures/arithmetic.ts")];
    const words = ["study", "run", "arithmetic", "--profile", "laptop", "--parallel", "2", ...folders, ...module];
    const env = { ...process.env, ARITHMETIC_WAIT: "600", ARITHMETIC_SEEDS: String(Math.max(3, KILLS)) };
    const start = (): ChildProcess =>
      spawn(process.execPath, ["--import", "tsx", join(ROOT, "src/cli/main.ts"), ...words], {
        cwd: ROOT,
        env,
        stdio: "ignore",
      });
    for (let kill = 0; kill < KILLS; kill++) {
      const run = start();
      const ended = once(run, "exit");
      await begun(places.runs);
      // The golden ratio spreads the moments evenly over three seconds, from the first trial's beginning on.
      await Promise.race([delay(3000 * ((kill * 0.618034) % 1)), ended]);
      // Every other time it is a trial that dies, with its run left alone for a moment.
      const pid = kill % 2 === 1 ? newest(places.runs) : undefined;
      if (pid !== undefined) killed(pid);
      if (pid !== undefined) await Promise.race([delay(500), ended]);
      run.kill("SIGKILL");
      await ended;
    }
    // One more tries again what the kills of single trials have made fail.
    for (let code: number | null = 1, tries = 0; code !== 0 && tries < 3; tries++) {
      [code] = (await once(start(), "exit")) as [number | null];
    }
    const trials = courses(places.runs);
    const stored = JSON.parse(readFileSync(join(places.results, "arithmetic.laptop.json"), "utf8")) as {
      trials: { key: string; finished: string }[];
    };
    const expected = 2 * Math.max(3, KILLS);
    assert.equal(trials.size, expected);
    assert.deepEqual(stored.trials.map(({ key }) => key).sort(), [...trials.keys()].sort());
    for (const { key, finished } of stored.trials) {
      const notes = trials.get(key) as Note[];
      assert.ok(
        notes.every(({ at }) => at <= Date.parse(finished) + 1),
        `${key} ran after its end`,
      );
      // Notes of two processes that ran at once would alternate.
      const blocks = notes.filter(({ pid }, index) => pid !== notes[index - 1]?.pid);
      assert.equal(blocks.length, new Set(blocks.map(({ pid }) => pid)).size, `${key} ran twice at once`);
      assert.equal(notes.at(-1)?.what, "end");
    }
  });
});

function courses(runs: string): Map<string, Note[]> {
  const folder = join(runs, "studies", "arithmetic");
  const keys = existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{16}$/.test(name)) : [];
  return new Map(
    keys.map((key) => {
      const file = join(folder, key, "course.txt");
      const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
      return [
        key,
        lines.map((line) => {
          const [what, pid, at] = line.split(" ");
          return { what, pid: Number(pid), at: Number(at) };
        }),
      ];
    }),
  );
}

/** Waits until a trial begins. */
async function begun(runs: string): Promise<void> {
  const count = () => [...courses(runs).values()].flat().filter(({ what }) => what === "begin").length;
  const before = count();
  for (let waited = 0; count() === before && waited < 60_000; waited += 50) await delay(50);
}

/** Process of the trial that began last and has not ended. */
function newest(runs: string): number | undefined {
  const open = [...courses(runs).values()].map((notes) => notes.at(-1)).filter((note) => note?.what === "begin");
  return open.sort((a, b) => (b?.at ?? 0) - (a?.at ?? 0))[0]?.pid;
}

function killed(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
