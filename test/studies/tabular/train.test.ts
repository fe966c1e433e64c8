import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { drawTask, equalFolds, syntheticTasks, tabularTrial, trainFolds } from "../../../src/studies/tabular";
import { assertClose } from "../../support/numeric";

const small = (family: string, areaUnderRoc: number) =>
  drawTask({ name: `${family} ${areaUnderRoc}`, family, areaUnderRoc, prior: 0.2, rows: 100 });

describe("training folds as one computation", () => {
  const losses = ["crossEntropy", "surrogateClass", "anyLoss", "costSensitive"];
  for (const model of ["slp", "mlp"] as const) {
    it(`${model}: gives each fold, loss and rate the logits of training it alone`, async () => {
      const folds = [...equalFolds(small("shifted", 0.85)), ...equalFolds(small("twoSided", 0.92))];
      const setting = { model, steps: 15, seed: 3 };
      const together = await trainFolds(folds, { ...setting, losses, rates: [0.01, 0.05] });
      for (const [fold, loss, rate, value] of [
        [0, 0, 0, 0.01],
        [7, 2, 1, 0.05],
        [4, 1, 1, 0.05],
        [9, 3, 0, 0.01],
      ]) {
        const alone = await trainFolds([folds[fold]], {
          ...setting,
          losses: [losses[loss]],
          rates: [value],
        });
        assertClose(together[fold][loss][rate].test, alone[0][0][0].test, { what: `fold ${fold}, ${losses[loss]}` });
      }
    });

    it(`${model}: leaves no tensor behind`, async () => {
      const folds = equalFolds(small("shifted", 0.85));
      const before = tf.memory().numTensors;
      await trainFolds(folds, { model, losses, rates: [0.1], steps: 3, seed: 1 });
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it("descends: cross-entropy's scores rank new rows nearly as well as the best score can", async () => {
    const { name, areaUnderRoc } = syntheticTasks.find((task) => task.name === "shifted-auc92-prior20")!;
    const [{ losses: scores }] = await tabularTrial({
      model: "slp",
      tables: [name],
      losses: ["crossEntropy"],
      rates: [0.1],
      steps: 300,
      folds: 5,
      seed: 1,
    });
    // 5 x 200 test rows: the standard error of an AUC of 0.92 with 200 positives in all is about 0.01.
    assert.ok(Math.abs(scores.crossEntropy.areaUnderRoc - areaUnderRoc) < 0.04, `${scores.crossEntropy.areaUnderRoc}`);
  });

  it("refuses folds of different sizes", async () => {
    const folds = [...equalFolds(small("shifted", 0.85)), ...equalFolds(small("wide", 0.85))];
    const options = { model: "slp" as const, losses, rates: [0.1], steps: 1, seed: 1 };
    await assert.rejects(trainFolds(folds, options), /folds must be of one size, received 60 x 6 .* and 60 x 30/);
  });

  it("ends where it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const options = { model: "slp" as const, losses, rates: [0.1], steps: 10, seed: 1, signal };
    const before = tf.memory().numTensors;
    await assert.rejects(trainFolds(equalFolds(small("shifted", 0.85)), options), /enough/);
    assert.equal(tf.memory().numTensors, before);
  });
});
