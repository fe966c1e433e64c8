import assert from "node:assert/strict";
import { test } from "node:test";

import { autoBalanceClasses, autoBalanceSplits } from "../../../../src/studies/autobalance/classes";

test("trials differ from those of the study on classes in the share alone", () => {
  const theirs = new Set(autoBalanceClasses.profiles.laptop.trials([2]).map((config) => JSON.stringify(config)));
  const own = autoBalanceSplits.profiles.laptop.trials([2]);
  assert.ok(own.every((config) => !theirs.has(JSON.stringify(config))));
  assert.ok(own.every((config) => theirs.has(JSON.stringify({ ...config, validationShare: 0.2 }))));
});

test("a profile has every share for a tuned and a searched loss, and no two trials of the same labels", () => {
  for (const profile of ["laptop", "paper"] as const) {
    const trials = autoBalanceSplits.profiles[profile].trials([2, 3]);
    assert.equal(trials.length, 2 * 2 * 3);
    const labels = trials.map((config) => JSON.stringify(autoBalanceSplits.labels(config)));
    assert.equal(new Set(labels).size, labels.length);
  }
});
