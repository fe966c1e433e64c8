import assert from "node:assert/strict";
import { test } from "node:test";

import {
  byTask,
  chosenRate,
  differenceText,
  entriesOf,
  fBetaResNet,
  pairedDifference,
  rankLosses,
  valueOf,
} from "../../../src/studies/fbeta";
import { trialWith } from "./support";

test("validation images choose the learning rate, for either threshold by itself", () => {
  const trial = trialWith({}, [
    { test: 0.6, validation: 0.3 },
    { test: 0.4, validation: 0.7 },
  ]);
  assert.equal(chosenRate(trial, 1, "tuned")?.learningRate, trial.config.learningRates[1]);
  assert.equal(valueOf(trial, 1, "tuned"), 0.4);
  assert.equal(chosenRate(trial, 1, "half")?.learningRate, trial.config.learningRates[0]);
  assert.equal(valueOf(trial, 1, "half"), 0.3);
});

test("a trial that diverged at every rate counts with an F-beta of 0", () => {
  assert.equal(valueOf(trialWith({}, []), 1, "tuned"), 0);
});

test("a loss made for one beta is measured by this beta alone", () => {
  const trials = [1, 2].map((beta) => trialWith({ method: "surrogate-class", beta }, [{ test: 0.5, validation: 0.5 }]));
  assert.deepEqual(
    [1, 2].map((beta) => entriesOf(trials, "surrogate-class", beta).map(({ config }) => config.beta)),
    [[1], [2]],
  );
});

test("differences are paired by seed, whatever the order, and seeds of one side alone are left out", () => {
  const of = (method: string, seed: number, value: number) =>
    trialWith({ method, seed }, [{ test: value, validation: value }]);
  const trials = [of("focal", 2, 0.6), of("bce", 1, 0.4), of("focal", 1, 0.45), of("bce", 2, 0.5), of("bce", 3, 0.1)];
  const against = { method: "bce", decision: "tuned" } as const;
  const result = pairedDifference(trials, { method: "focal", decision: "tuned" }, against, 1);
  assert.equal(result?.count, 2);
  assert.ok(Math.abs(result.mean - 0.075) < 1e-12);
  assert.equal(pairedDifference(trials, { method: "mcc", decision: "tuned" }, against, 1), undefined);
});

test("a difference is written with its sign and interval, and zero is no minus", () => {
  const text = { standardDeviation: 1, statistic: 1, degreesOfFreedom: 1, pValue: 1 };
  const of = (mean: number, interval: [number, number], count: number) => ({ ...text, mean, interval, count });
  assert.equal(differenceText(of(0.0123, [-0.0301, 0.05], 3)), "+0.012 [−0.030, +0.050]");
  assert.equal(differenceText(of(-0.0001, [NaN, NaN], 1)), "+0.000");
  assert.equal(differenceText(undefined), null);
});

test("losses are ranked within blocks of task and seed; one that lacks a block is left out", () => {
  const trials = [0.1, 0.02].flatMap((prior) =>
    [1, 2].flatMap((seed) =>
      [0.5, 0.3, 0.4].map((value, index) =>
        trialWith({ method: ["bce", "focal", "mcc"][index], prior, seed }, [{ test: value, validation: value }]),
      ),
    ),
  );
  trials.push(trialWith({ method: "sasu" }, [{ test: 0.9, validation: 0.9 }]));
  const ranking = rankLosses(trials, { beta: 1, decision: "tuned" });
  assert.deepEqual(
    ranking?.losses.map(({ name }) => name),
    ["bce", "focal", "mcc"],
  );
  assert.deepEqual(ranking?.nemenyi.averageRanks, [1, 3, 2]);
  assert.equal(ranking?.blocks.length, 4);
  const stored = { study: "fbeta-resnet", profile: "laptop", trials, missing: [] } as const;
  const { rows } = fBetaResNet.tables(stored).ranks;
  assert.deepEqual(
    rows.map(({ loss, tuned }) => [loss, tuned]),
    [
      ["BCE", 1],
      ["MCC", 2],
      ["focal", 3],
    ],
  );
  assert.ok("ranks" in fBetaResNet.figures(stored));
  assert.equal(rankLosses(trials.slice(0, 1), { beta: 1, decision: "tuned" }), undefined);
});

test("tables, figures and the methods paragraph are made of any part of the results", () => {
  const trials = [trialWith({ method: "focal" }, [{ test: 0.4, validation: 0.5 }])];
  const stored = { study: "fbeta-resnet", profile: "laptop", trials, missing: [] } as const;
  const { f1, ranks } = fBetaResNet.tables(stored);
  assert.equal(f1.rows.length, 1);
  assert.equal(f1.rows[0].tuned, 0.4);
  assert.equal(f1.rows[0].tunedDifference, null);
  assert.equal(ranks, undefined);
  assert.deepEqual(Object.keys(fBetaResNet.figures(stored)), ["by-loss", "against-prior", "training"]);
  assert.match(fBetaResNet.methods(stored), /250 steps of 128 images, Adam/);
  assert.equal(byTask(trials)[0].name, "fashion-mnist, class 6, prior 0.1");
});
