import assert from "node:assert/strict";
import { test } from "node:test";

import { autoBalanceGroups, type GroupConfig, type GroupResult } from "../../../../src/studies/autobalance/groups";
import { type StoredStudy } from "../../../../src/studies/core";

test("no two trials of a profile have the same labels", () => {
  for (const profile of ["smoke", "laptop", "paper"] as const) {
    const { seeds, trials } = autoBalanceGroups.profiles[profile];
    const labels = trials(seeds).map((config) => JSON.stringify(autoBalanceGroups.labels(config)));
    assert.equal(new Set(labels).size, labels.length);
  }
});

test("every searched method differs from the blend of one half in one thing", () => {
  const trials = autoBalanceGroups.profiles.laptop.trials([1]).filter(({ dataset }) => dataset === "adult");
  const settings = (name: string) => trials.find(({ method }) => method === name)!.settings;
  const blend = settings("AutoBalance λ 0.5") as unknown as Record<string, unknown>;
  const changed = trials
    .filter(({ method }) => method.startsWith("AutoBalance") && method !== "AutoBalance λ 0.5")
    .map(({ settings: of }) =>
      Object.entries(of)
        .filter(([name, value]) => value !== blend[name])
        .map(([name]) => name),
    );
  assert.deepEqual(changed, [["fairness"], ["fairness"], ["start"], ["objective"]]);
});

test("tables give errors in percent and the paired differences to CE, group LA and GroupDRO", () => {
  const tables = autoBalanceGroups.tables(stored());
  const worst = new Map(tables["errors-adult"].rows.map((row) => [row.method, row.worstGroupError]));
  assert.deepEqual(rounded(worst.get("CE")), { mean: 41, sd: 1.414 });
  const of = tables["differences-adult"].rows.find(
    ({ reference, measure }) => reference === "CE" && measure === "DEO",
  )!;
  assert.deepEqual([rounded(of.mean), rounded(of.low)], [-10, -10]);
});

test("the figure has one point per method", () => {
  const { data } = autoBalanceGroups.figures(stored()).front;
  assert.deepEqual(
    data.map(({ name }) => name),
    ["CE", "AutoBalance λ 0.5"],
  );
});

function rounded(cell: unknown): unknown {
  const round = (value: number) => Number(value.toFixed(3));
  if (typeof cell === "number") return round(cell);
  const { mean, sd } = cell as { mean: number; sd: number };
  return { mean: round(mean), sd: round(sd) };
}

/** Two methods on two seeds, with made-up numbers. */
function stored(): StoredStudy<GroupConfig, GroupResult> {
  const configs = autoBalanceGroups.profiles.laptop
    .trials([1, 2])
    .filter(({ dataset, method }) => dataset === "adult" && ["CE", "AutoBalance λ 0.5"].includes(method));
  const trials = configs.map((config, index) => {
    const isSearch = config.settings.kind === "search";
    const shift = 0.02 * (config.seed - 1);
    const test = {
      balancedError: (isSearch ? 0.2 : 0.25) + shift,
      worstGroupError: (isSearch ? 0.3 : 0.4) + shift,
      oddsGap: (isSearch ? 0.1 : 0.2) + shift,
      cells: [
        [0.1, 0.2],
        [0.3, 0.4],
      ],
    };
    const numbers: GroupResult = {
      test,
      validation: isSearch ? test : null,
      counts: [
        [10, 20],
        [30, 40],
      ],
      chosen: null,
      gradients: isSearch ? 3000 : 0,
      scale: null,
      shift: null,
      residual: null,
    };
    return { key: String(index), config, labels: autoBalanceGroups.labels(config), numbers, timing: {}, engine: {} };
  });
  return { study: autoBalanceGroups.name, profile: "laptop", trials, missing: [] };
}
