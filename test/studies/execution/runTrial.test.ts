import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { gridOf, type Study } from "../../../src/studies";
import { TRIAL_FILES, trialFolder } from "../../../src/studies/core/places";
import { readFailure } from "../../../src/studies/core/records";
import { makePlan, runTrial, studyStatus } from "../../../src/studies/execution";
import { newPlaces } from "../core/support";
import { arithmetic } from "../fixtures/arithmetic";
import { digitsTraining } from "../fixtures/digitsTraining";

const states = async (study: Study, places: ReturnType<typeof newPlaces>) =>
  (await studyStatus(study, "smoke", {}, places)).trials.map(({ state }) => state);

describe("running one trial", () => {
  it("that was interrupted goes on from its checkpoint and ends in the same numbers, bit for bit", async () => {
    const [whole, broken] = [newPlaces(), newPlaces()];
    const study = digitsTraining;
    const { pending } = await makePlan({ study, profile: "smoke", places: whole });
    await makePlan({ study, profile: "smoke", places: broken });
    const { key } = pending[0];
    const reference = await runTrial({ study, key, places: whole });
    const stop = new AbortController();
    const stopAt = (done: number) => done === 25 && stop.abort();
    const first = runTrial({ study, key, places: broken, signal: stop.signal, onProgress: stopAt });
    await assert.rejects(first, { name: "AbortError" });
    assert.deepEqual(await states(study, broken), ["interrupted", "waiting"]);
    const steps: number[] = [];
    const second = await runTrial({ study, key, places: broken, onProgress: (done) => steps.push(done) });
    assert.equal(steps[0], 26);
    assert.deepEqual(second.record.numbers, reference.record.numbers);
    assert.equal(second.record.timing.processes, 2);
    // Training has done something: chance is 0.1.
    assert.ok((second.record.numbers as { accuracy: number }).accuracy > 0.7);
    assert.match(String(second.record.engine.device), /^(CPU|GPU): /);
    assert.deepEqual(await states(study, broken), ["finished", "waiting"]);
  });

  it("that has a result is not run again, and what another computer's lost process has locked is freed", async () => {
    const places = newPlaces();
    const study = digitsTraining;
    const { pending } = await makePlan({ study, profile: "smoke", places });
    const [{ key }] = pending;
    const stop = new AbortController();
    await assert.rejects(
      runTrial({ study, key, places, signal: stop.signal, onProgress: (done) => done === 15 && stop.abort() }),
    );
    const folder = trialFolder(places, pending[0]);
    // As left by a node that was lost: the training's own lock names a process that cannot be seen from here.
    writeFileSync(join(folder, "training", "run.lock"), JSON.stringify({ pid: 1, host: "lost", began: null }));
    const first = await runTrial({ study, key, places });
    const text = readFileSync(join(folder, TRIAL_FILES.record), "utf8");
    const again = await runTrial({ study, key, places, onProgress: () => assert.fail("it ran again") });
    assert.deepEqual([first.made, again.made], [true, false]);
    assert.equal(readFileSync(join(folder, TRIAL_FILES.record), "utf8"), text);
  });

  it("that fails notes why, and the next call tries again", async () => {
    const places = newPlaces();
    let fails = true;
    const study: typeof arithmetic = {
      ...arithmetic,
      async run(config, context) {
        if (fails) throw new Error("no luck");
        return arithmetic.run(config, context);
      },
    };
    const { pending } = await makePlan({ study, profile: "smoke", places });
    const [trial] = pending;
    await assert.rejects(runTrial({ study, key: trial.key, places }), /no luck/);
    assert.equal((await readFailure(trialFolder(places, trial)))?.message, "no luck");
    assert.deepEqual(await states(study, places), ["failed", "waiting", "waiting", "waiting"]);
    fails = false;
    await runTrial({ study, key: trial.key, places });
    assert.equal((await states(study, places))[0], "finished");
    assert.ok(!existsSync(join(trialFolder(places, trial), TRIAL_FILES.failure)));
  });

  it("is refused for numbers that JSON does not keep, and for another numerics version or other data", async () => {
    const places = newPlaces();
    const [{ key }] = await gridOf(arithmetic, "smoke");
    await makePlan({ study: arithmetic, profile: "smoke", places });
    const changed = (part: object): Study => ({ ...arithmetic, ...part }) as Study;
    const infinite = changed({ run: async () => ({ numbers: { sum: Infinity } }) });
    await assert.rejects(
      runTrial({ study: infinite, key, places }),
      /method=plus seed=1: numbers.sum must be a finite/,
    );
    await assert.rejects(runTrial({ study: changed({ version: 2 }), key, places }), /numerics version 1 instead of 2/);
    await assert.rejects(runTrial({ study: changed({ dataHash: () => "new" }), key, places }), /instead of new/);
    await assert.rejects(runTrial({ study: arithmetic, key: "0".repeat(16), places }), /there is no trial in/);
  });
});
