import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { newPlaces } from "../../studies/core/support";

const ROOT = join(__dirname, "../../..");
const MODULE = join(ROOT, "test/studies/fixtures/arithmetic.ts");

function commands(variables: Record<string, string> = {}) {
  const places = newPlaces();
  const command = (words: readonly string[]) => [
    ...["--import", "tsx", join(ROOT, "src/cli/main.ts"), "study", ...words],
    ...["--module", MODULE, "--runs", places.runs, "--results", places.results, "--profile", "smoke"],
  ];
  const options = (more: Record<string, string>) => ({ cwd: ROOT, env: { ...process.env, ...variables, ...more } });
  return {
    places,
    start: (...words: string[]) => spawn(process.execPath, command(words), options({})),
    run(words: readonly string[], more: Record<string, string> = {}) {
      const { status, stdout, stderr } = spawnSync(process.execPath, command(words), {
        ...options(more),
        encoding: "utf8",
      });
      return { status, stdout, stderr };
    },
  };
}

/** Whether a trial has written down that it began. */
function hasBegun(runs: string): boolean {
  const folder = join(runs, "studies", "arithmetic");
  return existsSync(folder) && readdirSync(folder).some((name) => existsSync(join(folder, name, "course.txt")));
}

describe("counterweight study", () => {
  it("runs trials, reports one that fails and one that dies, runs these alone again, and reads results without running", () => {
    const { run } = commands();
    const first = run(["run", "arithmetic"], { ARITHMETIC_FAIL: "plus-2", ARITHMETIC_DIE: "twice-1" });
    assert.equal(first.status, 1);
    assert.match(first.stdout, /profile smoke: 4 trials, 4 to run\n\d side by side on (CPU|GPU): /);
    assert.match(first.stdout, /2 of 4 trials have results, 2 of them new; 2 failed/);
    assert.match(first.stderr, /FAILED method=plus seed=2.*\n {2}this one was told to fail\n {2}log: \S+log.txt/);
    assert.match(first.stderr, /FAILED method=twice seed=1.*\n {2}its process ended with signal SIGKILL/);
    const log = /FAILED method=plus seed=2.*\n.*\n {2}log: (\S+)/.exec(first.stderr)?.[1];
    assert.match(readFileSync(String(log), "utf8"), /this one was told to fail\n +at /);
    const status = run(["status", "arithmetic"]).stdout;
    assert.match(status, /4 trials, 2 finished, 2 failed/);
    assert.match(status, /failed: method=twice seed=1/);
    const second = run(["resume", "arithmetic"]);
    assert.deepEqual([second.status, /4 of 4 trials have results, 2 of them new/.test(second.stdout)], [0, true]);
    assert.match(run(["table", "arithmetic"]).stdout, /^plus +11\.50 ± 0\.50 +2$/m);
    assert.match(run(["list"]).stdout, /^arithmetic +4 of 4 +0 of 12 +0 of 2 +Sums$/m);
    assert.match(run(["table", "arithmetic", "nothing"]).stderr, /no table "nothing"; there are: sums/);
  });

  it("runs a part of the grid, more seeds, and all of it afresh, and then compares with what was stored", () => {
    const { run, places } = commands();
    assert.match(run(["run", "arithmetic", "--only", "method=plus", "--seeds", "3"]).stdout, /3 of 3 trials/);
    const again = run(["run", "arithmetic", "--only", "method=plus", "--fresh"]).stdout;
    assert.match(again, /2 trials, 2 to run/);
    assert.match(again, /run again: 2 with the stored numbers exactly, 0 with others/);
    const file = JSON.parse(readFileSync(join(places.results, "arithmetic.smoke.json"), "utf8")) as {
      trials: object[];
    };
    assert.equal(file.trials.length, 3);
    assert.match(run(["run", "arithmetic"], { ARITHMETIC_VERSION: "2" }).stdout, /4 trials, 4 to run/);
    assert.match(run(["status", "arithmetic"], { ARITHMETIC_VERSION: "2" }).stdout, /3 stored results are of no trial/);
    assert.match(run(["prune", "arithmetic"], { ARITHMETIC_VERSION: "2" }).stdout, /3 results removed/);
  });

  it("keeps what is finished when it is interrupted, and stops its trials", async () => {
    const { start, run, places } = commands({ ARITHMETIC_WAIT: "60000" });
    const child = start("run", "arithmetic", "--parallel", "2");
    let [out, signalled] = ["", false];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (out += text));
    const ended = once(child, "close");
    const watch = setInterval(() => {
      if (signalled || !hasBegun(places.runs)) return;
      signalled = true;
      child.kill("SIGINT");
    }, 50);
    const [code] = (await ended) as [number];
    clearInterval(watch);
    assert.equal(code, 130, out);
    assert.match(
      out,
      /0 of 4 trials have results, 0 of them new; 4 left: "counterweight study resume arithmetic" goes on/,
    );
    const status = run(["status", "arithmetic"]).stdout;
    assert.match(status, /4 trials, (2 interrupted, 2 waiting|1 interrupted, 3 waiting)/);
    assert.ok(!/running/.test(status), places.runs);
  });

  it("measures what the trials do in a process with a trial's threads, and adds it up to a grid", () => {
    const { run } = commands();
    const { stdout, status } = run([
      "cost",
      "arithmetic",
      "--device",
      "cpu",
      "--seconds",
      "1",
      "--devices",
      "3",
      "--only",
      "seed=1,seed=2",
    ]);
    assert.equal(status, 0);
    assert.match(stdout, /medians on CPU: .*, 1 thread per trial/);
    assert.match(stdout, /^sum of plus +20\.0 +20 to 20 +\d+\.\d +\d+ +200\.0$/m);
    assert.match(stdout, /^twice +2 +0\.72 +200\.0 +1\.000 +2\.00$/m);
    assert.match(stdout, /the grid of 4 trials: 4\.00 hours one at a time, 2\.00 hours 3 at a time/);
    assert.match(
      run(["cost", "arithmetic", "--by", "flavour"]).stderr,
      /--by takes a label .* there are: method, seed/,
    );
  });

  it("ends with a clear error for a GPU that does not answer", { skip: process.env.CUDA_VISIBLE_DEVICES }, () => {
    const { run } = commands({ CUDA_VISIBLE_DEVICES: "-1" });
    const { status, stderr } = run(["run", "arithmetic", "--device", "gpu"]);
    assert.equal(status, 1);
    assert.match(stderr, /^counterweight: a GPU was asked for and none answers: the library \(.*\) runs on CPU: /);
  });
});
