import assert from "node:assert/strict";
import { test } from "node:test";

import { runningWeight } from "../../../src/studies/fbeta";

test("the weight follows (1 + beta^2 - F) / F, and calling all positive bounds it", () => {
  const weight = runningWeight({ beta: 2, prior: 0.1, start: 1 });
  assert.equal(weight.value, 1);
  weight.update(0.5);
  assert.equal(weight.value, (1 + 4 - 0.5) / 0.5);
  weight.update(0);
  // 1 / pi + beta^2 - 1, to the rounding of a few divisions.
  assert.ok(Math.abs(weight.value - (10 + 4 - 1)) < 1e-12, String(weight.value));
  weight.update(1);
  assert.equal(weight.value, 4);
  assert.throws(() => weight.update(NaN), /F-beta must be a number in \[0, 1\], received NaN/);
});

test("an interrupted run finds its weight again", () => {
  const options = { beta: 1, prior: 0.02, start: 1 };
  const [before, after] = [runningWeight(options), runningWeight(options)];
  before.update(0.37);
  after.stateful.restore(before.stateful.state());
  assert.equal(after.value, before.value);
});
