import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import { info } from "../../src/engine";
import { compareRuns, findRun, fit, listRuns, openRun, readRun, sgd, type Json } from "../../src/training";
import { inFolder, newModel, settings, trainError } from "./support";

const config = { method: "cross-entropy", seeds: [1, 2], optimizer: { learningRate: 0.1 } };
const data = { train: { hash: "0123456789abcdef", counts: [16, 16, 16] } };

/** A finished run of two epochs. */
async function train(folder: string, name: string, more: { config?: Json; rate?: number; epochs?: number } = {}) {
  const { rate = 0.1, epochs = 2 } = more;
  const run = await openRun({ name, folder, config: more.config ?? config, data });
  const model = newModel();
  const optimizer = sgd({ learningRate: rate });
  const evaluate = () => ({ error: trainError(model), gap: epochs > 2 ? NaN : Infinity });
  const history = await fit(settings(model, { run, optimizer, evaluate, epochs }));
  await run.close();
  optimizer.dispose();
  model.dispose();
  return { folder: run.folder, history };
}

describe("a run directory", () => {
  it("tells config, data, commit, library, metrics and end", async () => {
    await inFolder(async (folder) => {
      const { history } = await train(folder, "study/seed1");
      const run = await readRun(join(folder, "study", "seed1"));
      assert.equal(run.status, "finished");
      assert.deepEqual(run.description.config, config);
      assert.deepEqual(run.description.data, data);
      assert.equal(run.description.engine.tfjs, info().tfjs);
      const { git } = run.description;
      assert.ok(git === null || /^[0-9a-f]{40}$/.test(git.commit));
      assert.deepEqual(run.epochs, history.epochs);
      assert.equal(run.epochs[1].metrics.gap, Infinity);
      assert.equal(run.result?.step, 12);
      assert.equal(run.sessions.length, 1);
      assert.match(run.checkpoints[run.checkpoints.length - 1], /checkpoints.step-00000012.safetensors$/);
      const lines = (await readFile(join(run.folder, "metrics.jsonl"), "utf8")).trimEnd().split("\n");
      assert.deepEqual(
        lines.map((line) => (JSON.parse(line) as { epoch: number }).epoch),
        [0, 1],
      );
    });
  });

  it("of a finished run gives its numbers back without training, and notes who asked", async () => {
    await inFolder(async (folder) => {
      const first = await train(folder, "run");
      const second = await train(folder, "run");
      assert.deepEqual(second.history, first.history);
      assert.deepEqual(
        (await readRun(first.folder)).sessions.map((session) => (session as { step: number }).step),
        [0, 12],
      );
    });
  });

  it("of another config or other data is refused, with the differences", async () => {
    await inFolder(async (folder) => {
      await train(folder, "run");
      const other = { ...config, seeds: [1, 3], optimizer: { learningRate: 0.2, decay: 0 } };
      await assert.rejects(
        openRun({ name: "run", folder, config: other, data }),
        /config.seeds\[1\] was 2, is 3; config.optimizer.learningRate was 0.1, is 0.2; config.optimizer.decay was undefined, is 0/,
      );
      await assert.rejects(openRun({ name: "run", folder, config }), /data was \{"train".*, is null/);
      // The order of keys is no difference, and the lock was given back.
      const { optimizer, seeds, method } = config;
      await (await openRun({ name: "run", folder, config: { optimizer, seeds, method }, data })).close();
    });
  });

  it("says how the run ended when it failed", async () => {
    await inFolder(async (folder) => {
      const model = newModel();
      const loss = () => {
        throw new Error("no such loss");
      };
      const run = await openRun({ name: "run", folder, config });
      await assert.rejects(fit(settings(model, { run, loss })), /no such loss/);
      await run.close();
      const { status, result } = await readRun(run.folder);
      assert.deepEqual([status, result?.message], ["failed", "no such loss"]);
      model.dispose();
    });
  });

  it("takes names that stay below its folder, and configs that JSON keeps", async () => {
    for (const name of ["", "../run", "a//b", "/a", "a b", "a/.."]) {
      await assert.rejects(openRun({ name, folder: "/nowhere", config }), /name must be parts of letters/, name);
    }
    await assert.rejects(
      openRun({ name: "run", folder: "/nowhere", config: { loss: (() => 1) as unknown as Json } }),
      /config.loss must be a finite number, a text/,
    );
    await assert.rejects(
      openRun({ name: "run", folder: "/nowhere", config: [NaN] }),
      /config\[0\] must be .* received NaN/,
    );
  });
});

describe("the lock of a run", () => {
  it("keeps another process out while it lives, and is taken over after", async () => {
    await inFolder(async (folder) => {
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
      await new Promise((resolve) => child.once("spawn", resolve));
      const began = (await readFile(`/proc/${child.pid}/stat`, "latin1").catch(() => null))
        ?.split(") ")
        .pop()
        ?.split(" ")[19];
      await mkdir(join(folder, "run"));
      const lock = join(folder, "run", "run.lock");
      await writeFile(lock, JSON.stringify({ pid: child.pid, host: hostname(), began: began ?? null }));
      const open = () => openRun({ name: "run", folder, config });
      await assert.rejects(open(), new RegExp(`in use by process ${child.pid} on .* remove .*run.lock`));
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
      const run = await open();
      assert.equal((JSON.parse(await readFile(lock, "utf8")) as { pid: number }).pid, process.pid);
      assert.equal((await readRun(run.folder)).status, "running");
      await run.close();
      assert.equal((await readRun(run.folder)).status, "interrupted");
    });
  });

  it("of a process whose number another one has since, or that was cut short, is taken over", async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, "run"));
      const lock = join(folder, "run", "run.lock");
      for (const text of [JSON.stringify({ pid: 1, host: hostname(), began: "long ago" }), '{"pid":']) {
        await writeFile(lock, text);
        await (await openRun({ name: "run", folder, config })).close();
      }
    });
  });

  it("of another machine is respected", async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, "run"));
      await writeFile(join(folder, "run", "run.lock"), JSON.stringify({ pid: 1, host: "elsewhere", began: null }));
      await assert.rejects(openRun({ name: "run", folder, config }), /in use by process 1 on elsewhere/);
    });
  });
});

describe("a folder of runs", () => {
  it("is listed by name, with what cannot be read", async () => {
    await inFolder(async (folder) => {
      assert.deepEqual(await listRuns(join(folder, "none")), { runs: [], unreadable: [] });
      await train(folder, "b/two");
      await train(folder, "a");
      await mkdir(join(folder, "bad"));
      await writeFile(join(folder, "bad", "run.json"), '{"format":"something else"}');
      const { runs, unreadable } = await listRuns(folder);
      assert.deepEqual(
        runs.map(({ description }) => description.name),
        ["a", "b/two"],
      );
      assert.equal(unreadable.length, 1);
      assert.match(unreadable[0].reason, /bad.run.json is not as expected: format/);
      assert.equal((await findRun("b/two", folder)).description.name, "b/two");
      assert.equal((await findRun(join(folder, "a"), "/nowhere")).description.name, "a");
      await assert.rejects(findRun("c", folder), /no run "c" below .*; there are: a, b\/two/);
    });
  });
});

describe("two runs", () => {
  it("are compared by settings, numbers and the first epoch that differs", async () => {
    await inFolder(async (folder) => {
      const read = async (name: string) => readRun(join(folder, name));
      await train(folder, "a");
      await train(folder, "same");
      await train(folder, "longer", { epochs: 3, config: { ...config, epochs: 3 } });
      await train(folder, "faster", { rate: 0.2, config: { ...config, optimizer: { learningRate: 0.2 } } });

      const same = compareRuns(await read("a"), await read("same"));
      assert.deepEqual([same.settings, same.environment], [[], []]);
      assert.deepEqual([same.sameEpochs, same.firstDifferent], [2, undefined]);

      const longer = compareRuns(await read("a"), await read("longer"));
      assert.deepEqual(longer.settings, [{ path: "config.epochs", a: undefined, b: 3 }]);
      // The metric `gap` differs from the start.
      assert.equal(longer.sameEpochs, 0);
      assert.deepEqual(longer.last.gap, [Infinity, NaN]);

      const faster = compareRuns(await read("a"), await read("faster"));
      assert.deepEqual(faster.settings, [{ path: "config.optimizer.learningRate", a: 0.1, b: 0.2 }]);
      assert.equal(faster.firstDifferent?.[0].epoch, 0);
      assert.notEqual(faster.last.loss[0], faster.last.loss[1]);
      await rm(join(folder, "a"), { recursive: true });
    });
  });
});
