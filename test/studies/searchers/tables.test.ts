import assert from "node:assert/strict";
import { test } from "node:test";

import { autoBalanceSearchers, bySearcher, pairedDifference } from "../../../src/studies/searchers";
import { stored } from "./support";

const results = () =>
  stored([
    ["CE", null, [24, 26]],
    ["LA", null, [20, 21]],
    ["identity", "shift", [22, 23]],
    ["random", "shift", [30, 34]],
    ["random", "tau", [20, 22]],
  ]);

test("the table of results has one row per searcher and space, with means over seeds in percent", () => {
  const { rows } = autoBalanceSearchers.tables(results()).results;
  assert.deepEqual(
    rows.map(({ searcher, space }) => [searcher, space]),
    [
      ["CE", null],
      ["LA", null],
      ["identity", "l"],
      ["random", "l"],
      ["random", "τ"],
    ],
  );
  const error = rows[2].testError as { mean: number; sd: number };
  // 22 and 23, each stored as a share.
  assert.ok(Math.abs(error.mean - 22.5) < 1e-9 && Math.abs(error.sd - Math.SQRT1_2) < 1e-9);
});

test("differences are paired by seed, against each reference but oneself", () => {
  const { rows } = autoBalanceSearchers.tables(results()).differences;
  assert.equal(rows.filter(({ reference }) => reference === "random, l").length, 4);
  const row = rows.find(({ searcher, reference }) => searcher === "identity" && reference === "random, l")!;
  // 22 - 30 and 23 - 34: mean -9.5, and t of 0.975 at one degree of freedom, 12.706, times sd / sqrt 2 = 1.5.
  assert.ok(Math.abs((row.mean as number) + 9.5) < 1e-9);
  assert.ok(Math.abs((row.low as number) - (-9.5 - 12.7062 * 1.5)) < 1e-3);
  const [ce, la] = bySearcher(results().trials);
  assert.equal(pairedDifference(ce.trials, la.trials.slice(0, 1)), undefined);
});

test("the table of spending leaves out what searches nothing", () => {
  const { rows } = autoBalanceSearchers.tables(results()).spending;
  assert.deepEqual(
    rows.map(({ searcher, updates, candidates }) => [searcher, updates === null, candidates === null]),
    [
      ["identity", false, true],
      ["random", true, false],
      ["random", true, false],
    ],
  );
});

test("figures are made of any part of the results with a search in it", () => {
  const figures = autoBalanceSearchers.figures(results());
  assert.deepEqual(Object.keys(figures), ["errors", "anytime"]);
  // A panel for l and one for tau; a line and dots for each search in them.
  assert.equal(figures.anytime.data.length, 2 * 3);
  assert.throws(() => autoBalanceSearchers.figures(stored([["CE", null, [24]]])), /needs the trials of a search/);
});

test("the methods paragraph tells budget, costs, seeds and random search", () => {
  const text = autoBalanceSearchers.methods(results());
  for (const part of ["3000 gradients", "identity 10", "Seeds: 2, 3", "hidden layers of 64", "from scratch for"]) {
    assert.ok(text.includes(part), `${part} is not in: ${text}`);
  }
});
