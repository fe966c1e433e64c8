import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { tf } from "../../../src";
import { autoBalanceSearchers, BUDGET_TOLERANCE, lossAt, type Course } from "../../../src/studies/searchers";
import { nearestTau } from "../../../src/studies/searchers/trial";
import { drawOf } from "../../../src/studies/searchers/random";
import { random } from "../../../src/engine";
import { run, smoke } from "./support";

test("every searcher runs, costs what it may, and leaves no tensor", async () => {
  const before = tf.memory().numTensors;
  for (const config of autoBalanceSearchers.profiles.smoke.trials([1])) {
    const name = `${config.searcher} ${config.space}`;
    const numbers = await run(config);
    if (config.settings.kind === "fixed") {
      assert.equal(numbers.gradients, 0, name);
    } else {
      // A block of power iterations, ten products of two gradients at c = 2, weighs more in the small budget of smoke.
      const slack = config.searcher === "Neumann, damped" ? (4 * 10) / config.budget : BUDGET_TOLERANCE;
      assert.ok(Math.abs(numbers.gradients / config.budget - 1) <= slack, `${name}: ${numbers.gradients} gradients`);
    }
    assert.equal(numbers.failure, null, name);
    assert.equal(numbers.course.length, config.settings.kind === "fixed" ? 1 : config.shares.length, name);
    assert.equal(numbers.course.at(-1)!.testError, numbers.testError, name);
    for (const { testError, objective, validationError } of numbers.course) {
      assert.ok(testError >= 0 && testError <= 1 && validationError >= 0 && validationError <= 1, name);
      assert.ok(Number.isFinite(objective) && objective > 0, name);
    }
  }
  assert.equal(tf.memory().numTensors, before);
});

test("a trial run twice has the same numbers bit for bit", async () => {
  for (const config of [smoke("conjugate gradient", "shift"), smoke("random", "tau")]) {
    assert.deepEqual(await run(config), await run(config));
  }
});

test("a search that was interrupted goes on and comes to the same numbers", async () => {
  const config = smoke("Neumann, damped", "shift");
  const whole = await run(config);
  const folder = await mkdtemp(join(tmpdir(), "searchers-"));
  try {
    await assert.rejects(run(config, { folder, stopAt: 1.2 }), /stopped by the test/);
    assert.deepEqual(await run(config, { folder }), whole);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a search that diverges hands back cross-entropy and says why", async () => {
  const config = smoke("one step", "shift");
  assert.ok(config.settings.kind === "hypergradient");
  const wild = {
    ...config,
    settings: { ...config.settings, solver: { name: "unrolled", steps: 3, rate: 1e30 } as const },
  };
  const [numbers, reference] = [await run(wild), await run(smoke("CE", null))];
  assert.match(numbers.failure ?? "", /not finite|diverge/);
  assert.equal(numbers.testError, reference.testError);
  assert.ok(numbers.shift.every((value) => value === 0));
});

test("a search stopped early hands back the last loss that was paid for, and cross-entropy before the first", () => {
  const loss = (value: number) => ({ classes: 2, groups: null, scale: [1, 1], shift: [value, 0], weight: [1, 1] });
  const course: Course = {
    points: [
      { gradients: 10, loss: loss(1) },
      { gradients: 20, loss: loss(2) },
    ],
    gradients: 25,
    updates: 2,
    candidates: null,
    residual: null,
    failure: null,
    seconds: 0,
  };
  assert.deepEqual(
    [5, 10, 19, 25].map((gradients) => lossAt(course, gradients, loss(0)).shift[0]),
    [0, 1, 1, 2],
  );
});

test("draws move what their space names, and nothing else", () => {
  const counts = [100, 10, 1];
  const config = smoke("random", "shift");
  assert.ok(config.settings.kind === "random");
  const { settings } = config;
  const drawn = (space: Parameters<typeof drawOf>[0]) => drawOf(space, counts, settings)(random(3).fork("test"));
  assert.deepEqual(drawn("shift").scale, [1, 1, 1]);
  assert.equal(new Set(drawn("shift").shift).size, 3);
  const [a, b, c] = drawn("tau").shift;
  // log priors of counts in a ratio of ten are evenly spaced.
  assert.ok(Math.abs(a - b - (b - c)) < 1e-12 && drawn("tau").scale.every((scale) => scale === 1));
  assert.equal(new Set(drawn("scaleShift").scale).size, 3);
  const [first, , last] = drawn("gammaTau").scale;
  assert.ok(first === 1 && last < 1);
});

test("the nearest tau of a multiple of log pi is that multiple, whatever is added to it", () => {
  const counts = [100, 10, 1];
  const shift = counts.map((count) => 0.7 * Math.log(count) + 3);
  // Rounding of sums of three numbers near 5.
  assert.ok(Math.abs(nearestTau(shift, counts) - 0.7) < 1e-12);
  assert.equal(nearestTau([1, 2, 3], [5, 5, 5]), 0);
});
