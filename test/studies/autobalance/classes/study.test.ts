import assert from "node:assert/strict";
import { test } from "node:test";

import {
  autoBalanceClasses,
  autoBalanceManyClasses,
  type ClassConfig,
  type ClassResult,
} from "../../../../src/studies/autobalance/classes";
import { type StoredStudy } from "../../../../src/studies/core";

const PROFILES = ["smoke", "laptop", "paper"] as const;

test("no two trials of a profile have the same labels", () => {
  for (const study of [autoBalanceClasses, autoBalanceManyClasses]) {
    for (const profile of PROFILES) {
      const { seeds, trials } = study.profiles[profile];
      const labels = trials(seeds).map((config) => JSON.stringify(study.labels(config)));
      assert.ok(labels.length > 0);
      assert.equal(new Set(labels).size, labels.length);
    }
  }
});

test("ten classes and a hundred are studies of their own", () => {
  for (const profile of PROFILES) {
    const sets = (study: typeof autoBalanceClasses) => [
      ...new Set(study.profiles[profile].trials([2]).map(({ dataset }) => dataset)),
    ];
    assert.ok(sets(autoBalanceClasses).every((name) => !name.startsWith("cifar-100")));
    assert.ok(sets(autoBalanceManyClasses).every((name) => name.startsWith("cifar-100")));
  }
});

test("more seeds leave the trials of the others as they are", () => {
  const { trials } = autoBalanceClasses.profiles.laptop;
  const few = trials([2]).map((config) => JSON.stringify(config));
  const more = new Set(trials([2, 9]).map((config) => JSON.stringify(config)));
  assert.ok(few.every((config) => more.has(config)));
});

test("random search may train at least as often as the grids of LA, CDT and VS, and no less than a search costs", () => {
  const settings = new Map(
    autoBalanceClasses.profiles.laptop.trials([2]).map(({ method, settings: of, steps }) => [method, { of, steps }]),
  );
  const random = settings.get("random search per class")!.of;
  assert.ok(random.kind === "random");
  for (const method of ["LA", "CDT", "VS"]) {
    const { of } = settings.get(method)!;
    assert.ok(of.kind === "loss" && of.candidates.length <= random.trials);
  }
  const { of: search, steps } = settings.get("AutoBalance Δ&l")!;
  assert.ok(search.kind === "search");
  const updates = Math.ceil((search.searchSteps - search.warmup) / search.every);
  const products = search.iterations + 2;
  const cost = search.searchSteps + updates * (search.validationBatches + search.trainingBatches * products * 2);
  assert.ok(random.trials * steps > cost - steps);
});

test("the paper profile searches and retrains for as many epochs as the released configurations", () => {
  const { trials } = autoBalanceClasses.profiles.paper;
  const published = trials([2]).find(
    ({ method, dataset }) => method === "AutoBalance Δ&l as published" && dataset === "cifar-10",
  )!;
  assert.ok(published.settings.kind === "search");
  const { mode, searchSteps, warmup, every, outerRate, trainingBatches } = published.settings;
  // 9,931 images in batches of 128 are 78 steps, 12,418 are 98.
  assert.deepEqual(
    { mode, searchSteps, warmup, every, outerRate, trainingBatches },
    { mode: "paper", searchSteps: 300 * 78, warmup: 120 * 78, every: 20, outerRate: 0.01, trainingBatches: 10 },
  );
  assert.equal(published.steps, 200 * 98);
});

test("on a hundred classes the searches share parameters among ten of like frequency", () => {
  const searches = autoBalanceManyClasses.profiles.laptop
    .trials([2])
    .flatMap(({ settings }) => (settings.kind === "search" ? [settings] : []));
  assert.deepEqual(
    searches.map(({ sharing, clusterSize }) => [sharing, clusterSize]),
    [
      ["frequencyClusters", 10],
      ["frequencyClusters", 10],
    ],
  );
});

test("tables give percentages, paired differences and correlations", () => {
  const tables = autoBalanceClasses.tables(stored());
  const errors = new Map(tables.errors.rows.map((row) => [row.method, row.testError]));
  assert.deepEqual(rounded(errors.get("CE")), { mean: 31, sd: 1.414 });
  assert.deepEqual(rounded(errors.get("AutoBalance l")), { mean: 21, sd: 1.414 });
  const [difference] = tables.differences.rows;
  // Both seeds differ by ten points: the interval has no width.
  assert.deepEqual([difference.reference, rounded(difference.mean), rounded(difference.low)], ["CE", -10, -10]);
  assert.deepEqual(tables.searches.rows[0].shift, { mean: 0.9, sd: 0 });
});

test("figures are made of what is stored, and of methods without a search alone", () => {
  const all = stored();
  assert.deepEqual(Object.keys(autoBalanceClasses.figures(all)), ["errors", "shift"]);
  const fixed = { ...all, trials: all.trials.filter(({ config }) => config.method === "CE") };
  assert.deepEqual(Object.keys(autoBalanceClasses.figures(fixed)), ["errors"]);
});

test("the methods paragraph names network, steps and seeds", () => {
  const text = autoBalanceClasses.methods(stored());
  for (const part of ["ResNet-8 of width 8", "1000 steps", "seeds 2, 3", "imbalance ratio 100"]) {
    assert.ok(text.includes(part), `${part} is not in: ${text}`);
  }
});

function rounded(cell: unknown): unknown {
  const round = (value: number) => Number(value.toFixed(3));
  if (typeof cell === "number") return round(cell);
  const { mean, sd } = cell as { mean: number; sd: number };
  return { mean: round(mean), sd: round(sd) };
}

/** Two methods on two seeds, with made-up numbers. */
function stored(): StoredStudy<ClassConfig, ClassResult> {
  const configs = autoBalanceClasses.profiles.laptop
    .trials([2, 3])
    .filter(({ method }) => ["CE", "AutoBalance l"].includes(method));
  const trials = configs.map((config, index) => {
    const isSearch = config.settings.kind === "search";
    const testError = (isSearch ? 0.2 : 0.3) + 0.02 * (config.seed - 2);
    const numbers: ClassResult = {
      testError,
      classErrors: [0.1, 0.4],
      many: 0.1,
      medium: null,
      few: 0.4,
      counts: [800, 8],
      validationError: isSearch ? 0.2 : null,
      chosen: null,
      gradients: isSearch ? 3000 : 0,
      scale: [1, 1],
      shift: isSearch ? [2, -2] : [0, 0],
      deltaCorrelation: null,
      shiftCorrelation: isSearch ? 0.9 : null,
      residual: isSearch ? 0.3 : null,
      updates: isSearch ? 50 : null,
      path: isSearch ? [{ step: 80, scale: [1, 1], shift: [0.1, -0.1] }] : null,
      magnitudes: null,
    };
    return { key: String(index), config, labels: autoBalanceClasses.labels(config), numbers, timing: {}, engine: {} };
  });
  return { study: autoBalanceClasses.name, profile: "laptop", trials, missing: [] };
}
