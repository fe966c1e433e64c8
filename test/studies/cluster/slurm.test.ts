import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { nodeStates, queue, startSlurm, until, whyNoSlurm, type Slurm } from "./slurm";

/*
 * A real Slurm with two nodes on this machine, driven by Snakemake: some three minutes, and 300 MB of Python packages at the first time. It
 * writes /etc/slurm/slurm.conf, so it runs only when it is asked for:
 *
 *   COUNTERWEIGHT_SLURM=1 npm test -- test/studies/cluster
 */
const ROOT = join(__dirname, "../../..");
const skip = process.env.COUNTERWEIGHT_SLURM === "1" ? false : "set COUNTERWEIGHT_SLURM=1 to run it";
const OPTIONS = [
  ...["--slurm-no-account", "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "3"],
  ...["--seconds-between-status-checks", "5", "--default-resources", "slurm_partition=main"],
];

describe("a study on a Slurm of two nodes", { skip }, () => {
  let slurm: Slurm;
  let folder: string;
  const children: ChildProcess[] = [];
  before(async () => {
    assert.equal(whyNoSlurm(), undefined);
    slurm = await startSlurm();
    folder = mkdtempSync(join(tmpdir(), "counterweight-cluster-"));
  });
  after(async () => {
    for (const child of children) child.kill("SIGKILL");
    await slurm?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const drive = (name: string, wait: number): { child: ChildProcess; runs: string; log: string } => {
    const [runs, log] = [join(folder, name), join(folder, `${name}.log`)];
    const out = openSync(log, "a");
    const places = ["--runs", runs, "--results", join(folder, `${name}-results`)];
    const module = ["--module", join(ROOT, "test/studies/fixtures/arithmetic.ts")];
    const words = ["study", "snakemake", "arithmetic", "--profile", "smoke", "--executor", "slurm", "--jobs", "4"];
    const command = [
      "--import",
      "tsx",
      join(ROOT, "src/cli/main.ts"),
      ...words,
      ...places,
      ...module,
      "--",
      ...OPTIONS,
    ];
    const environment = { ...process.env, ARITHMETIC_WAIT: String(wait) };
    const child = spawn(process.execPath, command, { cwd: ROOT, env: environment, stdio: ["ignore", out, out] });
    children.push(child);
    return { child, runs, log };
  };
  /** Beginnings and ends of each trial, in order. */
  const courses = (runs: string): string[][] => {
    const trials = join(runs, "studies", "arithmetic");
    const keys = existsSync(trials) ? readdirSync(trials).filter((name) => /^[0-9a-f]{16}$/.test(name)) : [];
    return keys.map((key) => {
      const file = join(trials, key, "course.txt");
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      return text.split("\n").flatMap((line) => (line === "" ? [] : [line.split(" ")[0]]));
    });
  };
  const results = (name: string) =>
    (JSON.parse(readFileSync(join(folder, `${name}-results`, "arithmetic.smoke.json"), "utf8")) as { trials: object[] })
      .trials.length;

  it("finishes when a node is lost in the middle", { timeout: 1_800_000 }, async () => {
    const { child, runs, log } = drive("lost", 15_000);
    const ended = once(child, "exit");
    await until("four trials have begun", () => courses(runs).filter((course) => course.length > 0).length === 4, 900);
    slurm.loseNode("n1");
    await until("the loss is seen", () => nodeStates().some((state) => state.startsWith("down")));
    const [code] = (await ended) as [number];
    assert.equal(code, 0, readFileSync(log, "utf8"));
    assert.equal(results("lost"), 4);
    // Two ran on the lost node and began again on the other; every one ended once.
    const found = courses(runs).map((course) => course.join(" "));
    assert.deepEqual(found.sort(), ["begin begin end", "begin begin end", "begin end", "begin end"]);
    slurm.startNode("n1");
    await until("the node is back", () => nodeStates().filter((state) => state === "idle").length === 2);
  });

  it("goes on after it was cancelled, with what had finished left alone", { timeout: 1_800_000 }, async () => {
    const first = drive("cancelled", 20_000);
    const ended = once(first.child, "exit");
    await until("a trial has begun", () => courses(first.runs).some((course) => course.length > 0), 900);
    first.child.kill("SIGINT");
    const [code] = (await ended) as [number];
    assert.equal(code, 130, readFileSync(first.log, "utf8"));
    await until("the queue is empty", () => queue().length === 0);
    assert.ok(courses(first.runs).every((course) => !course.includes("end")));
    const second = drive("cancelled", 20_000);
    const [again] = (await once(second.child, "exit")) as [number];
    assert.equal(again, 0, readFileSync(second.log, "utf8"));
    assert.equal(results("cancelled"), 4);
    assert.ok(courses(second.runs).every((course) => course.filter((what) => what === "end").length === 1));
  });
});
