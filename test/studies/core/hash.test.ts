import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { dataSetHash, stableHash, trialOf } from "../../../src/studies";
import { datasets } from "../../../src/data";
import { arithmetic } from "../fixtures/arithmetic";

describe("the hash of a value", () => {
  it("does not depend on the order of keys, and does on everything else", () => {
    const value = { b: [1, { d: null, c: "x" }], a: 0.5 };
    assert.equal(stableHash(value), stableHash({ a: 0.5, b: [1, { c: "x", d: null }] }));
    const others = [
      { ...value, a: 0.25 },
      { ...value, e: null },
      { b: [{ c: "x", d: null }, 1], a: 0.5 },
      { b: value.b },
    ];
    for (const other of others) assert.notEqual(stableHash(other), stableHash(value));
    // Known value: committed results go by such keys, so the hash must not change.
    assert.equal(stableHash(value), "b08d988c2c11081f");
  });

  it("refuses what JSON does not keep, naming the place", () => {
    assert.throws(() => stableHash({ a: [1, NaN] }), /value\.a\[1\].*received NaN/);
  });

  it("of a data set differs between all sets and names the sets there are", () => {
    const hashes = datasets.map(({ name }) => dataSetHash(name));
    assert.equal(new Set(hashes).size, datasets.length);
    assert.throws(() => dataSetHash("nothing"), /known are "digits"/);
  });
});

describe("the key of a trial", () => {
  const config = { seed: 1, method: "plus", base: 1, wait: 0, optimizer: { rate: 0.1 } };

  it("changes with configuration, data and numerics version, and with nothing else", async () => {
    const { key } = await trialOf(arithmetic, config);
    const same = { ...arithmetic, title: "another", labels: () => ({ seed: 1 }) };
    assert.equal((await trialOf(same, { ...config })).key, key);
    const others = await Promise.all([
      trialOf(arithmetic, { ...config, optimizer: { rate: 0.2 } }),
      trialOf({ ...arithmetic, version: 2 }, config),
      trialOf({ ...arithmetic, dataHash: () => "other" }, config),
      trialOf({ ...arithmetic, name: "other" }, config),
    ]);
    assert.equal(new Set([key, ...others.map((trial) => trial.key)]).size, 5);
  });

  it("is refused for a seed that is no integer", async () => {
    await assert.rejects(trialOf(arithmetic, { ...config, seed: 0.5 }), /seed must be an integer, received 0.5/);
  });
});
