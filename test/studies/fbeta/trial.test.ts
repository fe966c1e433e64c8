import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { tf, training } from "../../../src";
import { fBetaLosses, fBetaResNet, type FBetaConfig } from "../../../src/studies/fbeta";
import { gridOf } from "../../../src/studies/core";

async function run(config: FBetaConfig, { stopAt, folder }: { stopAt?: number; folder?: string } = {}) {
  const runs = folder ?? (await mkdtemp(join(tmpdir(), "fbeta-")));
  const stop = new AbortController();
  try {
    const { numbers } = await fBetaResNet.run(config, {
      directory: runs,
      openRun: (name, data) => training.openRun({ name, config, data, folder: runs }),
      progress: (done) => {
        if (done === stopAt) stop.abort(new Error("stopped by the test"));
      },
      signal: stop.signal,
    });
    return numbers;
  } finally {
    if (folder === undefined) await rm(runs, { recursive: true });
  }
}

const [smoke] = fBetaResNet.profiles.smoke.trials([1]);

test("every loss of the study trains, and its F-beta lies between 0 and the ceiling", async () => {
  const before = tf.memory().numTensors;
  for (const { name, dependsOnBeta, options } of fBetaLosses) {
    const config = { ...smoke, method: name, beta: dependsOnBeta ? 2 : null, lossOptions: options };
    const numbers = await run(config);
    assert.deepEqual(numbers.diverged, [], name);
    const [{ scores, curve }] = numbers.rates;
    for (const { half, tuned, ceiling } of scores) {
      assert.ok(half >= 0 && tuned >= 0 && Math.max(half, tuned) <= ceiling + 1e-6 && ceiling <= 1, name);
    }
    assert.equal(curve.weight !== null, name === "fixed-point-bce");
    assert.ok([...curve.half, ...curve.tuned, ...curve.loss].every(Number.isFinite), name);
  }
  assert.equal(tf.memory().numTensors, before);
});

test("an interrupted trial goes on and comes to the same numbers", async () => {
  const config = {
    ...smoke,
    method: "fixed-point-bce",
    beta: 1,
    lossOptions: { start: 1 },
    learningRates: [0.003, 0.01],
  };
  const whole = await run(config);
  const folder = await mkdtemp(join(tmpdir(), "fbeta-"));
  try {
    // Step 4 of 6 at the second of the two rates.
    await assert.rejects(run(config, { folder, stopAt: 10 }), /stopped by the test/);
    assert.deepEqual(await run(config, { folder }), whole);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the laptop grid has all losses at two priors over five seeds, and fits the study", async () => {
  const grid = await gridOf(fBetaResNet, "laptop");
  // 14 losses, two of which are made for beta 2 as well.
  assert.equal(grid.length, (14 + 2) * 2 * 5);
  assert.equal(new Set(grid.map(({ config }) => config.method)).size, fBetaLosses.length);
});
