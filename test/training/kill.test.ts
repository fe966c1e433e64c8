import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { random } from "../../src/engine";

/** How often the run is killed: `COUNTERWEIGHT_KILLS=20` for the long form. */
const KILLS = Number(process.env.COUNTERWEIGHT_KILLS ?? 3);
/** Training takes a second; a kill comes somewhere within, evaluation and writing of checkpoints included. */
const LONGEST_WAIT = 900;
/** More starts than this, and the run does not get on. */
const MOST_STARTS = 4 * KILLS + 4;

const program = join(__dirname, "resumable.ts");

/** Runs the program in a folder, kills it some milliseconds after it began to train, and returns what it printed. */
async function start(folder: string, killAfter?: number): Promise<{ killed: boolean; lines: string[] }> {
  const child = spawn(process.execPath, ["--import", "tsx", program, folder], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (errors += part));
  const began = new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.includes("began")) resolve();
    });
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on("error", reject).on("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(signal);
      else reject(new Error(`the run ended with code ${code}: ${errors}`));
    });
  });
  if (killAfter !== undefined) {
    await Promise.race([began, ended]);
    await Promise.race([delay(killAfter), ended]);
    child.kill("SIGKILL");
  }
  const signal = await ended;
  return { killed: signal === "SIGKILL", lines: text.trim().split("\n") };
}

/** The metrics of a run's epochs as their file tells, time apart. */
async function metricsOf(folder: string): Promise<unknown[]> {
  const text = await readFile(join(folder, "run", "metrics.jsonl"), "utf8");
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => ({ ...(JSON.parse(line) as Record<string, unknown>), seconds: null }));
}

describe("a run that is killed", () => {
  it(`${KILLS} times at random moments ends in the numbers of an unbroken one, bit for bit`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "counterweight-kill-"));
    try {
      const unbroken = await start(join(folder, "unbroken"));
      const expected = unbroken.lines[1];
      assert.equal(unbroken.lines[0], "began at 0");
      const generator = random(1);
      const beginnings: string[] = [];
      let killed = 0;
      let last: string[] = [];
      for (let starts = 0; starts < MOST_STARTS; starts++) {
        const more = killed < KILLS;
        const broken = join(folder, "broken");
        const run = await start(broken, more ? Math.floor(generator.next() * LONGEST_WAIT) : undefined);
        beginnings.push(run.lines[0]);
        if (run.killed) killed++;
        else {
          last = run.lines;
          assert.equal(run.lines[1], expected, `after the starts: ${beginnings.join(", ")}`);
          assert.deepEqual(await metricsOf(broken), await metricsOf(join(folder, "unbroken")));
          if (killed >= KILLS) break;
          await rm(broken, { recursive: true });
        }
      }
      assert.equal(killed, KILLS, `starts: ${beginnings.join(", ")}`);
      assert.equal(last[1], expected);
      assert.ok(
        beginnings.some((line) => line !== "began at 0"),
        `no run went on: ${beginnings.join(", ")}`,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
