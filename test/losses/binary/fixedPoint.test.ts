import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { jStat } from "jstat";

import { gradient, tf } from "../../../src/engine";
import { binaryCrossEntropy, costSensitiveRounds, costWeight } from "../../../src/losses/binary";
import { assertClose, take } from "../../support/numeric";

/** The best F-beta of classes N(-1, 1) and N(1, 1) at share `prior`, from its fixed-point equation, to six decimals. */
const GAUSSIAN = [
  { prior: 0.5, beta: 1, best: 0.84429 },
  { prior: 0.2, beta: 1, best: 0.70848 },
  { prior: 0.2, beta: 2, best: 0.772151 },
  { prior: 0.1, beta: 0.5, best: 0.661342 },
  { prior: 0.1, beta: 1, best: 0.612126 },
  { prior: 0.1, beta: 2, best: 0.676832 },
  { prior: 0.05, beta: 1, best: 0.518357 },
  { prior: 0.01, beta: 1, best: 0.321106 },
];

/** jstat's normal distribution, with the quantile function that its types here leave out. */
const normal = jStat.normal as typeof jStat.normal & {
  inv(probability: number, mean: number, deviation: number): number;
};

/** F-beta of calling x >= t positive, in the limit of many samples. */
function limit(t: number, prior: number, beta: number): number {
  const [T, Q] = [1 - normal.cdf(t, 1, 1), 1 - normal.cdf(t, -1, 1)];
  return ((1 + beta ** 2) * prior * T) / (beta ** 2 * prior + prior * T + (1 - prior) * Q);
}

/** Where weighted cross-entropy's optimum, logit(prior) + log w + 2 x, is 0. */
const threshold = (weight: number, prior: number) => -(Math.log(prior / (1 - prior)) + Math.log(weight)) / 2;

describe("costSensitiveRounds", () => {
  for (const { prior, beta, best } of GAUSSIAN) {
    it(`reaches the best F-beta of two Gaussians in eight rounds, prior ${prior}, beta ${beta}`, async () => {
      const train = (weight: number) => limit(threshold(weight, prior), prior, beta);
      const result = await costSensitiveRounds({ train, beta, tolerance: 1e-3 });
      assert.ok(result.converged, JSON.stringify(result.rounds));
      assertClose([result.best.fBeta], [best], { relative: 1e-5, absolute: 1e-5 });
    });
  }

  it("raises the F1 of a trained logistic regression from that of cross-entropy to the best", async () => {
    // A grid of quantiles stands for each class, so that the sample is the population but for its spacing.
    const [n, prior] = [200, 0.1];
    const quantiles = Array.from({ length: n }, (_, k) => normal.inv((k + 0.5) / n, 0, 1));
    const x = tf.tensor1d([...quantiles.map((q) => q + 1), ...quantiles.map((q) => q - 1)]);
    const y = tf.tensor1d([...quantiles.map(() => 1), ...quantiles.map(() => 0)]);
    // Classes of equal size stand for the prior by a weight of their own.
    const odds = prior / (1 - prior);
    const train = (weight: number) => {
      const [slope, bias] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(0))];
      const loss = binaryCrossEntropy({ positiveWeight: weight * odds });
      for (let step = 0; step < 300; step++) {
        const slopes = gradient(() => loss(tf.add(tf.mul(slope, x), bias), y), [slope, bias]);
        [slope, bias].forEach((variable, index) => variable.assign(tf.sub(variable, slopes[index])));
        tf.dispose(slopes);
      }
      const t = -take(bias.clone())[0] / take(slope.clone())[0];
      tf.dispose([slope, bias]);
      return limit(t, prior, 1);
    };
    const { best, rounds } = await costSensitiveRounds({ train });
    assert.ok(rounds[0].fBeta < 0.58, `plain cross-entropy reaches ${rounds[0].fBeta}`);
    assertClose([best.fBeta], [0.612126], { relative: 1e-3 });
    tf.dispose([x, y]);
  });

  it("goes on from calling all positive where a round reaches nothing and the prior is known", async () => {
    const weights: number[] = [];
    const train = (weight: number) => (weights.push(weight) === 1 ? 0 : 0.5);
    await costSensitiveRounds({ train, prior: 0.1, rounds: 3 });
    // F1 of calling all positive is 0.2 / 1.1, so w = 10 = 1 / prior + beta^2 - 1.
    assertClose(weights, [1, 10, 3]);
  });

  it("ends when the weight settles, and says which round was best", async () => {
    const given = [0.4, 0.6, 0.5, 0.5];
    const { best, rounds, converged } = await costSensitiveRounds({ train: (_, round) => given[round] });
    assert.equal(rounds.length, 4);
    assert.ok(converged);
    assert.deepEqual(best, { positiveWeight: 4, fBeta: 0.6 });
    assert.equal((await costSensitiveRounds({ train: (_, round) => given[round % 3], rounds: 3 })).converged, false);
  });

  it("names what it cannot take", async () => {
    const refused = (options: object, message: RegExp) =>
      assert.rejects(costSensitiveRounds({ train: () => 0.5, ...options }), message);
    await refused(
      { train: () => 0 },
      /round 0 with weight 1 reached an F-beta of 0.*give the prior, or a larger start/,
    );
    await refused({ train: () => 1.2 }, /the F-beta that train returns must be a number in \[0, 1\], received 1.2/);
    await refused({ train: () => NaN }, /received NaN/);
    await refused({ rounds: 0 }, /rounds must be a positive integer, received 0/);
    await refused({ prior: 1 }, /prior must be a number in \(0, 1\), received 1/);
  });
});

describe("costWeight", () => {
  it("puts the threshold of weighted cross-entropy at F / (1 + beta^2)", () => {
    for (const [fBeta, beta] of [
      [0.5, 1],
      [0.3, 2],
      [1, 0.5],
    ]) {
      assertClose([1 / (1 + costWeight(fBeta, beta))], [fBeta / (1 + beta ** 2)]);
    }
  });

  it("names what it cannot take", () => {
    assert.throws(() => costWeight(0), /costWeight: fBeta must be a number in \(0, 1\], received 0/);
  });
});
