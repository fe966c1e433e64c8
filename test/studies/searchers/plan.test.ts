import assert from "node:assert/strict";
import { test } from "node:test";

import {
  autoBalanceSearchers,
  searchPlan,
  updateCost,
  type HypergradientSettings,
} from "../../../src/studies/searchers";

const PROFILES = ["smoke", "laptop", "paper"] as const;

test("no two trials of a profile have the same labels, and more seeds leave the others as they are", () => {
  for (const profile of PROFILES) {
    const { trials } = autoBalanceSearchers.profiles[profile];
    const labels = trials([2, 3]).map((config) => JSON.stringify(autoBalanceSearchers.labels(config)));
    assert.equal(new Set(labels).size, labels.length);
    const more = new Set(trials([2, 9]).map((config) => JSON.stringify(config)));
    assert.ok(trials([2]).every((config) => more.has(JSON.stringify(config))));
  }
});

test("trials of a profile differ in searcher, space and settings alone, so that seeds are paired", () => {
  for (const profile of PROFILES) {
    const common = autoBalanceSearchers.profiles[profile]
      .trials([2])
      .map((config) => JSON.stringify({ ...config, searcher: null, space: null, settings: null }));
    assert.equal(new Set(common).size, 1);
  }
});

test("every plan spends the budget to the gradient, on a warm-up not much longer than asked for", () => {
  for (const profile of PROFILES) {
    for (const { settings, budget, searcher } of autoBalanceSearchers.profiles[profile].trials([2])) {
      if (settings.kind !== "hypergradient") continue;
      const { steps, warmup, every, updates, updateCost: cost } = searchPlan(settings, budget);
      assert.equal(steps + updates * cost, budget, searcher);
      // The updates that `searchLoss` makes: one every so many steps from the warm-up on.
      assert.equal(Math.ceil((steps - warmup) / every), updates, searcher);
      assert.ok(warmup >= settings.warmup && warmup < settings.warmup + every + cost, searcher);
      // The spacing is rounded to whole steps, so steps are what was asked for to within half a step per update and the longer warm-up.
      assert.ok(Math.abs(steps - settings.innerSteps) <= updates / 2 + every + cost, `${searcher}: ${steps} steps`);
    }
  }
});

test("a hypergradient with more or dearer products costs more and is made less often", () => {
  const base = {
    kind: "hypergradient",
    trainingBatches: 2,
    validationBatches: 2,
    innerSteps: 600,
    warmup: 50,
    outerRate: 0.1,
  };
  const of = (solver: HypergradientSettings["solver"]) => ({ ...base, solver }) as HypergradientSettings;
  const identity = of({ name: "identity" });
  const krylov = of({ name: "conjugateGradient", iterations: 5, damping: 0.05 });
  const exact = of({ name: "minres", iterations: 5, damping: 0.05 });
  // V + T (m + 2) c by hand.
  assert.deepEqual([identity, krylov, exact].map(updateCost), [2 + 2 * 2 * 2, 2 + 2 * 7 * 2, 2 + 2 * 7 * 3]);
  const [a, b, c] = [identity, krylov, exact].map((settings) => searchPlan(settings, 3000).updates);
  assert.ok(a > b && b > c, `${a}, ${b}, ${c} updates`);
});

test("a budget that pays for no update is refused with what would suffice", () => {
  const settings: HypergradientSettings = {
    kind: "hypergradient",
    solver: { name: "identity" },
    trainingBatches: 1,
    validationBatches: 1,
    innerSteps: 100,
    warmup: 10,
    outerRate: 0.1,
  };
  assert.throws(() => searchPlan(settings, 104), /at least innerSteps \+ 5 for one update.*received a budget of 104/);
});

test("random search has candidates for the whole budget", () => {
  for (const { settings, budget } of autoBalanceSearchers.profiles.laptop.trials([2])) {
    if (settings.kind === "random") assert.equal(budget % settings.candidateSteps, 0);
  }
});
