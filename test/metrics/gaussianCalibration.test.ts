import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import {
  brierScore,
  gaussianCalibrationError,
  gaussianCrossEntropyOptimum,
  gaussianPosterior,
} from "../../src/metrics";

const toy = { prior: 0.15, positiveMean: 3, negativeMean: 0.5, deviation: 1.7 };

describe("gaussianCalibrationError", () => {
  it("is 0 for the posterior itself", () => {
    const optimum = gaussianCrossEntropyOptimum(toy);
    assert.ok(gaussianCalibrationError(toy, optimum) < 1e-15);
    assert.ok(gaussianCalibrationError(toy, optimum, { norm: 2 }) < 1e-15);
  });

  it("is the mean distance from the posterior over a large sample, and its square what calibrating takes off the Brier score", () => {
    const generator = random(5);
    const score = { weight: 2.2, bias: -3 };
    const labels = Array.from({ length: 200_000 }, () => (generator.next() < toy.prior ? 1 : 0));
    const points = labels.map((label) => (label ? 3 : 0.5) + 1.7 * generator.normal());
    const probabilities = points.map((x) => 1 / (1 + Math.exp(-(score.weight * x + score.bias))));
    const posteriors = points.map((x) => gaussianPosterior(toy, x));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // Standard errors over 200 000 draws of numbers in [0, 1]: below 1.2e-3.
    const gap = mean(probabilities.map((p, index) => Math.abs(p - posteriors[index])));
    assert.ok(Math.abs(gap - gaussianCalibrationError(toy, score)) < 4e-3, `${gap}`);
    const excess = brierScore({ scores: probabilities, labels }) - brierScore({ scores: posteriors, labels });
    assert.ok(Math.abs(excess - gaussianCalibrationError(toy, score, { norm: 2 }) ** 2) < 4e-3, `${excess}`);
  });

  it("names what it cannot take", () => {
    assert.throws(
      () => gaussianCalibrationError(toy, { weight: 0, bias: 0 }),
      /weight must be other than 0, received 0/,
    );
    assert.throws(() => gaussianCalibrationError(toy, { weight: 1, bias: NaN }), /finite weight and bias/);
    assert.throws(() => gaussianCalibrationError(toy, { weight: 1, bias: 0 }, { norm: 3 as 2 }), /norm .* received 3/);
  });
});
