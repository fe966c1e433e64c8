import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import {
  autoBalance,
  baselines,
  randomSearch,
  retrain,
  retrainingPool,
  searchCost,
  separateDraw,
  vectorScalingDraw,
} from "../../../src/studies/autobalance";
import { sgd } from "../../../src/training";
import { assertClose } from "../../support/numeric";
import { balancedLoss, COUNTS, newModel, setting, source, TRAIN, VALIDATION } from "./support";

const subset = (indices: number[], counts: number[]) => ({ indices: Int32Array.from(indices), counts, hash: "" });

describe("retraining", () => {
  it("is on exactly the samples of the search", () => {
    const { indices, counts, hash } = retrainingPool(subset([1, 7], [1, 1]), subset([0, 9, 4], [2, 1]));
    assert.deepEqual(Array.from(indices), [0, 1, 4, 7, 9]);
    assert.deepEqual(counts, [3, 2]);
    assert.match(hash, /^[0-9a-f]{8,}/);
    assert.throws(() => retrainingPool(subset([1, 7], [2]), subset([7], [1])), /received sample 7 in both/);
  });

  it("evaluates the last epoch and beats cross-entropy with the loss found", async () => {
    const before = tf.memory().numTensors;
    const { options, dispose } = setting({ steps: 200 }, { search: ["shift"] });
    const train = (model: ReturnType<typeof newModel>) => {
      const optimizer = sgd({ learningRate: 0.5 });
      const evaluate = () => ({ loss: balancedLoss(model, VALIDATION) });
      return { model, optimizer, batch: source(TRAIN, 125, 9), epochs: 60, evaluateEvery: 7, evaluate };
    };
    const [model, plain] = [newModel(), newModel()];
    const [own, other] = [train(model), train(plain)];
    const { search, retraining } = await autoBalance({ search: options, retraining: own });
    const compared = await retrain({ ...other, found: baselines.crossEntropy(COUNTS) });
    const [found, entropy] = [retraining, compared].map(({ epochs }) => epochs.at(-1)!.metrics.loss);
    assert.ok(search.updates.length > 0);
    assert.ok(found < 0.95 * entropy, `${found} against ${entropy}`);
    await assert.rejects(
      autoBalance({ search: options, retraining: { ...own, model: options.model } }),
      /must have a new model; received that of the search/,
    );
    dispose();
    [model, plain, own.optimizer, other.optimizer].forEach((part) => part.dispose());
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("the budget of a search", () => {
  it("counts steps, outer gradients and products", () => {
    const updates = [{ products: 5 }, { products: 25 }];
    const spent = searchCost({ steps: 100, updates, trainingBatches: 2, validationBatches: 3 });
    assert.equal(spent, 100 + (3 + 2 * 7 * 2) + (3 + 2 * 27 * 2));
  });
});

describe("random search", () => {
  const search = (seed: number, score: (shift: number) => number) =>
    randomSearch({
      budget: 1050,
      stepsPerTrial: 100,
      draw: separateDraw(COUNTS),
      evaluate: (loss) => Promise.resolve(score(loss.shift[0])),
      seed,
    });

  it("spends its budget, takes the best on validation data, and repeats itself", async () => {
    const { best, trials } = await search(1, (shift) => -shift);
    assert.equal(trials.length, 10);
    assert.equal(best.loss.shift[0], Math.max(...trials.map(({ loss }) => loss.shift[0])));
    assert.deepEqual((await search(1, (shift) => -shift)).trials, trials);
    assert.notDeepEqual((await search(2, (shift) => -shift)).trials, trials);
  });

  it("passes over trainings that diverged", async () => {
    const { best } = await search(1, (shift) => (shift > 0 ? NaN : -shift));
    assert.ok(best.loss.shift[0] <= 0);
    await assert.rejects(
      search(1, () => NaN),
      /none of 10 candidates has a score/,
    );
  });

  it("draws the VS family along frequencies", async () => {
    const { trials } = await randomSearch({
      budget: 5,
      stepsPerTrial: 1,
      draw: vectorScalingDraw(COUNTS, { gammaMax: 0.4, tauMax: 2 }),
      evaluate: () => Promise.resolve(0),
      seed: 3,
    });
    for (const { loss } of trials) {
      const gamma = Math.log(loss.scale[2]) / Math.log(10 / 200);
      const tau = loss.shift[0] / Math.log(200 / 250);
      assert.ok(gamma >= 0 && gamma <= 0.4 && tau >= 0 && tau <= 2, `${gamma} ${tau}`);
      assertClose(loss.scale, baselines.vectorScaling(COUNTS, gamma, tau).scale);
      assertClose(loss.shift, baselines.vectorScaling(COUNTS, gamma, tau).shift);
    }
  });

  it("refuses a budget of less than one candidate", async () => {
    const options = { draw: separateDraw(COUNTS), evaluate: () => Promise.resolve(0), seed: 1 };
    await assert.rejects(
      randomSearch({ ...options, budget: 9, stepsPerTrial: 10 }),
      /budget must be at least stepsPerTrial \(10\), received 9/,
    );
    assert.throws(() => separateDraw(COUNTS, { shiftSpread: -1 }), /shiftSpread must be .* received -1/);
  });
});
