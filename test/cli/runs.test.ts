import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { fit, openRun, sgd } from "../../src/training";
import { newModel, settings, trainError } from "../training/support";

const ROOT = join(__dirname, "../..");

describe("counterweight runs", () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "counterweight-cli-"));
    for (const learningRate of [0.1, 0.2]) {
      const config = { optimizer: { learningRate }, loss: "cross-entropy" };
      const run = await openRun({
        name: `study/rate${10 * learningRate}`,
        folder,
        config,
        data: { counts: [16, 16, 16] },
      });
      const model = newModel();
      const evaluate = () => ({ error: trainError(model) });
      await fit(settings(model, { run, evaluate, optimizer: sgd({ learningRate }) }));
      await run.close();
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...words: string[]) => {
    const command = ["--import", "tsx", join(ROOT, "src/cli/main.ts"), "runs", ...words, "--folder", folder];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: "utf8" });
    return { status, stdout, stderr };
  };

  it("lists them with their last numbers", () => {
    const { status, stdout, stderr } = run("list");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^name +status +created +epochs +step +loss +error$/m);
    assert.match(stdout, /^study\/rate1 +finished +\S+ \S+ +2 +12 +\d\.\d+ +\d\.\d+$/m);
    assert.match(stdout, /^study\/rate2 /m);
  });

  it("shows one", () => {
    const { status, stdout } = run("show", "study/rate2");
    assert.equal(status, 0);
    assert.match(stdout, /^study\/rate2\n {2}folder +\S/);
    assert.match(stdout, /^ {2}optimizer.learningRate {2}0.2$/m);
    assert.match(
      stdout,
      /^ {2}checkpoints +checkpoints.step-00000006.safetensors, checkpoints.step-00000012.safetensors$/m,
    );
    assert.match(stdout, /^ {2}counts {2}\[16,16,16\]$/m);
    assert.match(stdout, /^ *epoch +step +loss +learningRate +seconds +error$/m);
  });

  it("compares two", () => {
    const { status, stdout } = run("compare", "study/rate1", "study/rate2");
    assert.equal(status, 0);
    assert.match(stdout, /^config.optimizer.learningRate +0.1 +0.2$/m);
    assert.match(stdout, /^loss +\d\.\d+ +\d\.\d+ +-?\d\.\d+$/m);
    assert.match(stdout, /bit for bit, in the first 0 of 2 epochs/);
  });

  it("names the runs there are when asked for another", () => {
    const { status, stderr } = run("show", "rate3");
    assert.equal(status, 1);
    assert.match(stderr, /no run "rate3" below .*; there are: study\/rate1, study\/rate2/);
    assert.match(run("compare", "study/rate1").stderr, /takes two runs or more, received 1/);
  });
});
