import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gaussianOptimum } from "../../../src/metrics";
import {
  bayesDifficulty,
  benchmarkTable,
  benchmarkTables,
  distanceOfArea,
  drawTask,
  equalFolds,
  families,
  syntheticTasks,
  tabularTrials,
  taskDifficulty,
  type Table,
} from "../../../src/studies/tabular";

const family = (name: string) => families.find((candidate) => candidate.name === name)!;
const rowsOf = ({ features, columns, labels }: Table) =>
  Array.from(labels, (_, row) => Array.from(features.subarray(row * columns, (row + 1) * columns)).join());

describe("difficulty of synthetic tasks", () => {
  it("is the closed form where two normal classes are shifted", () => {
    for (const [distance, prior] of [
      [1, 0.2],
      [2, 0.1],
      [2, 0.5],
      [3.5, 0.05],
    ]) {
      const { f1 } = bayesDifficulty(family("shifted").densities(distance), prior);
      const { fBeta } = gaussianOptimum({ prior, positiveMean: distance, negativeMean: 0 });
      // The quadrature takes F at the edges of its cells.
      assert.ok(Math.abs(f1 - fBeta) < 1e-5, `${f1} ${fBeta}`);
    }
  });

  it("is the closed form where only the deviations differ: AUC = (2 / pi) atan 2", () => {
    const { areaUnderRoc } = bayesDifficulty(family("unequal").densities(0), 0.5);
    assert.ok(Math.abs(areaUnderRoc - (2 / Math.PI) * Math.atan(2)) < 1e-5, String(areaUnderRoc));
  });

  it("is met by every synthetic task: the stated AUC, and an F1 above that of calling all positive", () => {
    for (const task of syntheticTasks.filter((_, index) => index % 7 === 0)) {
      const { areaUnderRoc, f1 } = taskDifficulty(task);
      assert.ok(Math.abs(areaUnderRoc - task.areaUnderRoc) < 1e-5, `${task.name}: ${areaUnderRoc}`);
      assert.ok(f1 > (2 * task.prior) / (1 + task.prior) && f1 < 1, `${task.name}: ${f1}`);
    }
  });

  it("refuses an area that a family cannot have", () => {
    assert.throws(() => distanceOfArea(family("unequal").densities, 0.6), /area must be in \[0\.70.*received 0\.6/);
  });
});

describe("tables of the benchmark", () => {
  it("are 102, in trials of one size, each table once per model", () => {
    assert.equal(new Set(benchmarkTables).size, 102);
    const slp = tabularTrials({ models: ["slp"] }).flatMap(({ tables }) => tables);
    assert.deepEqual([...slp].sort(), [...benchmarkTables].sort());
  });

  it("are drawn with the stated share of positives, alike from the same seed", async () => {
    const [task] = syntheticTasks.filter(({ name }) => name === "warped-auc85-prior5");
    const [one, same, other] = [drawTask(task), drawTask(task), drawTask(task, { seed: 2 })];
    assert.equal(
      one.labels.reduce((sum, label) => sum + label, 0),
      50,
    );
    assert.deepEqual(one, same);
    assert.notDeepEqual(one.features, other.features);
    await assert.rejects(benchmarkTable("iris"), /name must be one of adult, .*received "iris"/);
  });

  it("are rotated, not stretched: every feature of a task without signal has deviation 1", () => {
    const task = { name: "null", family: "shifted", areaUnderRoc: 0.5, prior: 0.5, rows: 4000 };
    const { features, columns } = drawTask(task);
    for (let column = 0; column < columns; column++) {
      const values = features.filter((_, place) => place % columns === column);
      const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      // Five standard errors of a variance of 4,000 draws, sqrt(2 / n).
      assert.ok(Math.abs(variance - 1) < 5 * Math.sqrt(2 / 4000), `${column}: ${variance}`);
    }
  });
});

describe("equal folds", () => {
  const table: Table = {
    name: "small",
    columns: 2,
    features: Float32Array.from({ length: 46 }, (_, place) =>
      place % 2 === 0 ? place * 3 + 1 : place % 3 === 0 ? 1 : 0,
    ),
    labels: Int32Array.from({ length: 23 }, (_, row) => (row % 4 === 0 ? 1 : 0)),
  };

  it("test each row once, and share none among the parts of a round", () => {
    // One feature that tells the rows apart and is not standardised: the label column of zeros and ones would not.
    const folds = equalFolds({ ...table, features: table.features.map((value, place) => (place % 2 ? value : 0)) });
    assert.equal(folds.length, 5);
    for (const { train, validation, test } of folds) {
      assert.deepEqual(
        [train, validation, test].map(({ labels }) => [labels.length, labels.reduce((sum, label) => sum + label, 0)]),
        [
          [12, 3],
          [4, 1],
          [4, 1],
        ],
      );
    }
  });

  it("share no row between the parts of a round, and test every kept row once", () => {
    const raw = equalFolds(table).map(({ train, validation, test }) => {
      // Standardising is monotone: undo it by ranks within the round.
      const all = [train, validation, test].flatMap((part) =>
        Array.from(part.features).filter((_, place) => place % 2 === 0),
      );
      assert.equal(new Set(all).size, 20);
      return rowsOf(test).length;
    });
    assert.deepEqual(raw, [4, 4, 4, 4, 4]);
  });

  it("standardise by the training rows alone, and leave columns of zeros and ones", () => {
    for (const { train, test } of equalFolds(table)) {
      const values = train.features.filter((_, place) => place % 2 === 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      assert.ok(Math.abs(mean) < 1e-6 && Math.abs(variance - 1) < 1e-5, `${mean} ${variance}`);
      assert.ok(test.features.every((value, place) => place % 2 === 0 || value === 0 || value === 1));
    }
  });

  it("refuse fewer folds than three and a class with too few rows", () => {
    assert.throws(() => equalFolds(table, { folds: 2 }), /folds must be an integer of at least 3, received 2/);
    assert.throws(() => equalFolds(table, { folds: 7 }), /class 1 of small must have 7 rows, has 6/);
  });
});
