import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

import {
  compareOnTables,
  decideFold,
  f1Column,
  readTabularResults,
  writeTabularResults,
  type Fold,
  type LossScores,
  type Table,
  type TableScores,
} from "../../../src/studies/tabular";

const lossScores = (half: number, tuned: number): LossScores => ({
  half: { selected: half, atRate: [half, 0.1] },
  tuned: { selected: tuned, atRate: [tuned, 0.2] },
  fitted: { selected: tuned, atRate: [tuned, 0.3] },
  areaUnderRoc: 0.8,
});
const entry = (table: string, a: LossScores, b: LossScores): TableScores => ({
  table,
  model: "slp",
  rows: 60,
  positives: 6,
  columns: 2,
  losses: { a, b },
});
const scores = [
  entry("one", lossScores(0.5, 0.6), lossScores(0.4, 0.605)),
  entry("two", lossScores(0.5, 0.6), lossScores(0.5, 0.7)),
  entry("three", lossScores(0.5, 0.6), lossScores(0.2, 0.6)),
];

describe("comparing losses over tables", () => {
  it("counts wins, ties and losses, and those beyond the region of practical equivalence", () => {
    const half = compareOnTables(scores, "slp", [
      { loss: "a", decision: "half" },
      { loss: "b", decision: "half" },
    ]);
    assert.deepEqual([half.wins, half.ties, half.losses], [2, 1, 0]);
    assert.deepEqual(half.signTest.concentration, [2, 2, 0]);
    const tuned = compareOnTables(scores, "slp", [
      { loss: "a", decision: "tuned" },
      { loss: "b", decision: "tuned" },
    ]);
    assert.deepEqual([tuned.wins, tuned.ties, tuned.losses], [0, 1, 2]);
    // One loss lies within 0.01; the prior adds one to the region.
    assert.deepEqual(tuned.signTest.concentration, [0, 3, 1]);
  });

  it("takes the selected rate, or the one asked for", () => {
    assert.deepEqual(f1Column(scores, "slp", { loss: "b", decision: "half" }), [0.4, 0.5, 0.2]);
    assert.deepEqual(f1Column(scores, "slp", { loss: "b", decision: "half", rate: 1 }), [0.1, 0.1, 0.1]);
    assert.throws(
      () => f1Column(scores, "slp", { loss: "c", decision: "half" }),
      /one has scores of a, b; received "c"/,
    );
    assert.throws(() => f1Column(scores, "mlp", { loss: "a", decision: "half" }), /no scores of the model "mlp"/);
  });
});

describe("the results file", () => {
  it("gives back what was written, and refuses another study's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tabular-"));
    const path = join(folder, "deep", "results.json");
    const results = {
      engine: { backend: "cpu" },
      trials: [
        {
          config: { model: "slp", tables: ["one"], losses: ["a"], rates: [0.1], steps: 1, folds: 5, seed: 1 },
          seconds: 2,
        },
      ],
      scores,
    } as const;
    try {
      await writeTabularResults(path, results);
      assert.deepEqual(await readTabularResults(path), results);
      await writeFile(path, (await readFile(path, "utf8")).replace("tabular-benchmark", "other"));
      await assert.rejects(readTabularResults(path), /must hold results of the study tabular-benchmark.*holds other/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("decisions", () => {
  const part = (labels: number[]): Table => ({
    name: "part",
    columns: 1,
    features: new Float32Array(labels.length),
    labels: Int32Array.from(labels),
  });
  const fold: Fold = { round: 0, train: part([1, 1, 0, 0]), validation: part([1, 1, 0, 0]), test: part([1, 1, 0, 0]) };
  const logits = (train: number[], validation: number[], test: number[]) => ({
    train: Float32Array.from(train),
    validation: Float32Array.from(validation),
    test: Float32Array.from(test),
  });

  it("take thresholds from p = 1/2, validation or training rows, and apply them to test rows as they are", () => {
    // Best thresholds: on the training rows between -3 and -2, on the validation rows between 1 and 2.
    const only = logits([-1, -2, -3, -4], [3, 2, 1, 0.5], [2.5, -2.2, 1.2, -5]);
    const scores = decideFold(fold, [only]);
    assert.equal(scores.half.selected, 0.5); // called: 2.5 and 1.2; TP 1, FP 1, FN 1
    assert.equal(scores.tuned.selected, 2 / 3); // called: 2.5; TP 1, FN 1
    assert.equal(scores.fitted.selected, 0.8); // called: 2.5, -2.2, 1.2; TP 2, FP 1
    assert.equal(scores.tuned.areaUnderRoc, 0.75);
  });

  it("choose the learning rate on validation rows, not on test rows", () => {
    const goodOnValidation = logits([1, 1, -1, -1], [1, 1, -1, -1], [-1, -1, 1, 1]);
    const goodOnTest = logits([1, 1, -1, -1], [-1, 1, -1, 1], [1, 1, -1, -1]);
    const scores = decideFold(fold, [goodOnTest, goodOnValidation]);
    assert.deepEqual(scores.half.atRate, [1, 0]);
    assert.equal(scores.half.selected, 0);
  });
});
