import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import {
  bestThreshold,
  gaussianOptimum,
  gaussianPosterior,
  plugInThreshold,
  posteriorThreshold,
} from "../../src/metrics";

/** Rounding of sums in double precision. */
const ROUNDING = 1e-12;

describe("posteriorThreshold", () => {
  it("is F* / (1 + beta^2)", () => {
    assert.equal(posteriorThreshold(0.8), 0.4);
    assert.equal(posteriorThreshold(0.8, { beta: 2 }), 0.16);
    assert.throws(() => posteriorThreshold(1.1), /optimum must be in \[0, 1\], received 1.1/);
    assert.throws(() => posteriorThreshold(0.5, { beta: 0 }), /beta must be a positive finite number, received 0/);
  });
});

describe("plugInThreshold", () => {
  it("finds the threshold with the largest ratio of expected counts, for every beta", () => {
    const generator = random(5);
    for (const beta of [0.5, 1, 2]) {
      const probabilities = Array.from({ length: 40 }, () => generator.next() ** 2);
      const expected = (threshold: number) => {
        const called = probabilities.filter((p) => p >= threshold);
        const positives = probabilities.reduce((sum, p) => sum + p, 0);
        return ((1 + beta ** 2) * called.reduce((sum, p) => sum + p, 0)) / (beta ** 2 * positives + called.length);
      };
      const plugIn = plugInThreshold(probabilities, { beta });
      const tried = Math.max(...probabilities.map(expected));
      assert.ok(Math.abs(plugIn.fBeta - tried) < ROUNDING);
      assert.ok(Math.abs(expected(plugIn.threshold) - tried) < ROUNDING, "the threshold itself reaches it");
    }
  });

  it("finds the closed-form threshold of the Gaussian toy case from its posteriors", () => {
    for (const [prior, beta] of [
      [0.2, 1],
      [0.1, 2],
    ]) {
      // Quantiles of the mixture, by counts in proportion to the density on a fine grid.
      const probabilities: number[] = [];
      for (let x = -6; x <= 6; x += 0.01) {
        const density = prior * Math.exp(-((x - 1) ** 2) / 2) + (1 - prior) * Math.exp(-((x + 1) ** 2) / 2);
        const copies = Math.round(200 * density);
        for (let copy = 0; copy < copies; copy++) probabilities.push(gaussianPosterior({ prior }, x));
      }
      const optimum = gaussianOptimum({ prior }, { beta });
      const plugIn = plugInThreshold(probabilities, { beta });
      // The grid's step and the rounding of the counts.
      assert.ok(Math.abs(plugIn.fBeta - optimum.fBeta) < 3e-3, `${plugIn.fBeta}, wanted ${optimum.fBeta}`);
      assert.ok(Math.abs(plugIn.threshold - optimum.posterior) < 3e-3);
    }
  });

  it("agrees with the sweep over labels where the probabilities are 0 and 1", () => {
    const labels = [1, 0, 0, 1, 0];
    const plugIn = plugInThreshold(labels);
    assert.deepEqual(plugIn, { threshold: 0.5, fBeta: 1 });
    assert.equal(bestThreshold({ scores: labels, labels }).threshold, plugIn.threshold);
  });

  it("calls everything positive where probabilities say nothing", () => {
    const { threshold, fBeta } = plugInThreshold([0.1, 0.1, 0.1]);
    assert.ok(threshold < 0.1);
    assert.ok(Math.abs(fBeta - 0.2 / 1.1) < ROUNDING);
    assert.deepEqual(plugInThreshold([0, 0]), { threshold: 0, fBeta: 0 });
  });

  it("names what it cannot take", () => {
    assert.throws(() => plugInThreshold([]), /at least one probability/);
    assert.throws(() => plugInThreshold([0.5, 3]), /in \[0, 1\], received 3 at index 1/);
  });
});
