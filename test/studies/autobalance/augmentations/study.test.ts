import assert from "node:assert/strict";
import { test } from "node:test";

import {
  autoBalanceAugmentation,
  type AugmentationConfig,
  type AugmentationResult,
} from "../../../../src/studies/autobalance/augmentations";
import { autoBalanceClasses } from "../../../../src/studies/autobalance/classes";
import { type StoredStudy } from "../../../../src/studies/core";

test("no two trials of a profile have the same labels", () => {
  for (const profile of ["smoke", "laptop", "paper"] as const) {
    const { seeds, trials } = autoBalanceAugmentation.profiles[profile];
    const labels = trials(seeds).map((config) => JSON.stringify(autoBalanceAugmentation.labels(config)));
    assert.equal(new Set(labels).size, labels.length);
  }
});

test("all but the augmentation is the same for all, and as in the study on classes", () => {
  const [classes] = autoBalanceClasses.profiles.laptop.trials([2]);
  const expected = { ...classes, method: "LA", settings: { kind: "loss", loss: "logitAdjusted", candidates: [1] } };
  for (const { kind, search, ...common } of autoBalanceAugmentation.profiles.laptop.trials([2])) {
    assert.deepEqual(common, expected, kind);
    assert.equal(search.searchSteps, 600);
  }
});

test("differences are paired by seed, every pair once", () => {
  const { errors, differences } = autoBalanceAugmentation.tables(stored());
  assert.deepEqual(
    errors.rows.map(({ testError }) => (testError as { mean: number }).mean.toFixed(3)),
    ["30.500", "25.500", "20.500"],
  );
  assert.deepEqual(
    differences.rows.map(({ augmentation, reference, mean }) => [augmentation, reference, Number(mean).toFixed(3)]),
    [
      ["learned for all classes", "none", "-5.000"],
      ["learned per class", "none", "-10.000"],
      ["learned per class", "learned for all classes", "-5.000"],
    ],
  );
});

test("figures show errors, and magnitudes where some were learned per class", () => {
  const all = stored();
  assert.deepEqual(Object.keys(autoBalanceAugmentation.figures(all)), ["errors", "magnitudes"]);
  const without = { ...all, trials: all.trials.filter(({ config }) => config.kind === "none") };
  assert.deepEqual(Object.keys(autoBalanceAugmentation.figures(without)), ["errors"]);
});

/** Three augmentations on two seeds, with made-up numbers. */
function stored(): StoredStudy<AugmentationConfig, AugmentationResult> {
  const configs = autoBalanceAugmentation.profiles.laptop
    .trials([2, 3])
    .filter(({ kind }) => ["none", "shared", "perClass"].includes(kind));
  const trials = configs.map((config, index) => {
    const cells = { none: 0, shared: 1, perClass: 2, fixed: 1, reversed: 2 }[config.kind];
    const values = cells === 0 ? null : config.search.operations.map(() => new Array<number>(cells).fill(0.5));
    const numbers: AugmentationResult = {
      testError: 0.3 - 0.05 * cells + 0.01 * (config.seed - 2),
      classErrors: [0.1, 0.4],
      counts: [800, 8],
      magnitudes: values,
      probabilities: values,
      strengthCorrelation: cells === 2 ? -1 : null,
      gradients: 1000,
      residual: 0.2,
      updates: 10,
    };
    const labels = autoBalanceAugmentation.labels(config);
    return { key: String(index), config, labels, numbers, timing: {}, engine: {} };
  });
  return { study: autoBalanceAugmentation.name, profile: "laptop", trials, missing: [] };
}
