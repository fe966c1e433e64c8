import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gridOf, labelText, parseOnly, parseSeeds } from "../../../src/studies";
import { seedsOf } from "../../../src/studies/core/selection";
import { arithmetic } from "../fixtures/arithmetic";

const shown = async (selection: Parameters<typeof gridOf>[2]) =>
  (await gridOf(arithmetic, "smoke", selection)).map(({ labels }) => labelText(labels));

describe("the grid of a study", () => {
  it("is all methods by all seeds of the profile", async () => {
    const grid = ["method=plus seed=1", "method=plus seed=2", "method=twice seed=1", "method=twice seed=2"];
    assert.deepEqual(await shown({}), grid);
  });

  it("is cut down by labels: several must hold, a label named twice takes either value", async () => {
    assert.deepEqual(await shown({ only: parseOnly(["method=plus,seed=2"]) }), ["method=plus seed=2"]);
    const either = await shown({ only: parseOnly(["method=plus", "method=twice,seed=1"]) });
    assert.deepEqual(either, ["method=plus seed=1", "method=twice seed=1"]);
  });

  it("names the labels and values there are when asked for others", async () => {
    await assert.rejects(shown({ only: parseOnly(["loss=plus"]) }), /no label "loss"; there are: method, seed/);
    await assert.rejects(shown({ only: parseOnly(["method=minus"]) }), /method=minus; there are: plus, twice/);
    assert.throws(() => parseOnly(["method"]), /label=value.*received "method"/);
  });

  it("refuses two trials that nothing tells apart", async () => {
    const [config] = arithmetic.profiles.smoke.trials([1]);
    const twice = { ...arithmetic.profiles.smoke, trials: () => [config, config] };
    const study = { ...arithmetic, profiles: { ...arithmetic.profiles, smoke: twice } };
    await assert.rejects(gridOf(study, "smoke"), /two trials of the grid have the labels method=plus seed=1/);
    const unlabelled = { ...arithmetic, labels: () => ({ method: "plus" }) };
    await assert.rejects(gridOf(unlabelled, "smoke"), /two trials of the grid have the labels method=plus/);
  });
});

describe("seeds", () => {
  it("are the profile's own, the first of them, or go on from the largest", () => {
    assert.deepEqual(seedsOf([3, 5], undefined), [3, 5]);
    assert.deepEqual(seedsOf([3, 5], 1), [3]);
    assert.deepEqual(seedsOf([3, 5], 4), [3, 5, 6, 7]);
    assert.deepEqual(seedsOf([3, 5], [9, 8]), [9, 8]);
  });

  it("are read as a count or a list", () => {
    assert.equal(parseSeeds("5"), 5);
    assert.deepEqual(parseSeeds("4,"), [4]);
    assert.deepEqual(parseSeeds("1,4"), [1, 4]);
    assert.throws(() => parseSeeds("some"), /received "some"/);
    assert.throws(() => seedsOf([1], 0), /received 0/);
  });
});
