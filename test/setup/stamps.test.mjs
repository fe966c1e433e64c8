import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { carryOut, isDone } from "../../setup/core/runner.mjs";
import { readStamp, stampMatches, writeStamp } from "../../setup/core/stamps.mjs";
import { fakeKit, scratchFolder } from "./tools.mjs";

describe("a phase's stamp", () => {
  /** @param {Partial<import("../../setup/core/runner.mjs").Phase>} [changes] */
  function phaseOf(changes = {}) {
    const { kit, lines } = fakeKit(scratchFolder());
    const ran = { times: 0 };
    const inputs = { value: "a" };
    /** @type {import("../../setup/core/runner.mjs").Phase} */
    const phase = {
      name: "thing",
      title: "making the thing",
      key: () => ({ ...inputs }),
      intact: () => true,
      run: () => void ran.times++,
      ...changes,
    };
    return { phase, kit, lines, ran, inputs };
  }

  it("lets the phase run once, and again only when its inputs change", async () => {
    const { phase, kit, ran, inputs, lines } = phaseOf();
    await carryOut(phase, kit);
    await carryOut(phase, kit);
    assert.equal(ran.times, 1);
    assert.match(lines.text, /^set-up: making the thing \.\.\. \d+\.\d s\n$/);
    inputs.value = "b";
    assert.equal(isDone(phase, kit), false);
    await carryOut(phase, kit);
    assert.equal(ran.times, 2);
    assert.equal(isDone(phase, kit), true);
  });

  it("does not stand where what the phase made is gone", async () => {
    const made = { intact: true };
    const { phase, kit, ran } = phaseOf({ intact: () => made.intact });
    await carryOut(phase, kit);
    made.intact = false;
    await carryOut(phase, kit);
    assert.equal(ran.times, 2);
  });

  it("is gone while the phase runs, and stays gone when the phase fails", async () => {
    const { phase, kit } = phaseOf();
    await carryOut(phase, kit);
    const stamps = join(kit.state, "stamps");
    /** @type {unknown} */
    let during = "not looked at";
    const failing = {
      ...phase,
      key: () => ({ value: "changed" }),
      run: () => {
        during = readStamp(stamps, "thing");
        throw new Error("interrupted");
      },
    };
    await assert.rejects(carryOut(failing, kit), /interrupted/);
    assert.equal(during, undefined);
    assert.equal(readStamp(stamps, "thing"), undefined);
    assert.equal(isDone(phase, kit), false);
  });

  it("counts as absent when it cannot be read", () => {
    const folder = scratchFolder();
    writeStamp(folder, "thing", { a: 1 });
    assert.ok(stampMatches(readStamp(folder, "thing"), { a: 1 }));
    writeFileSync(join(folder, "thing.json"), '{"a": 1');
    assert.equal(readStamp(folder, "thing"), undefined);
    assert.ok(!stampMatches(undefined, undefined));
  });
});
