import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import {
  bestThreshold,
  confusionCounts,
  fBeta,
  fBetaConstant,
  gaussianCrossEntropyOptimum,
  gaussianFBeta,
  gaussianFBetaBand,
  gaussianFBetaGradient,
  gaussianOptimum,
  gaussianPointOfPosterior,
  gaussianPosterior,
  gaussianRates,
  gaussianRatesAt,
  gradientPath,
  hardFBetaPath,
  isoFBetaLine,
  largeSampleFBeta,
  largeSampleFBetaGradient,
} from "../../src/metrics";

/** Agreement asked of the closed forms; the rows give five or six decimals. */
const CLOSED_FORM_TOLERANCE = 1e-5;
/** The gradient's row gives seven decimals. */
const GRADIENT_TOLERANCE = 1e-6;
/** Rounding of the normal distribution function and a few operations. */
const ROUNDING = 1e-13;

/** Means -1 and 1, deviation 1: prior, beta, c, t*, T, Q, F*. */
const OPTIMA = [
  [0.5, 1, 1, -0.15699, 0.87636, 0.199611, 0.84429],
  [0.2, 1, 0.25, 0.39292, 0.7281, 0.081822, 0.70848],
  [0.2, 2, 1, -0.15699, 0.87636, 0.199611, 0.772151],
  [0.1, 0.5, 0.02778, 1.15683, 0.43769, 0.01551, 0.661342],
  [0.1, 1, 0.11111, 0.68932, 0.62198, 0.045579, 0.612126],
  [0.1, 2, 0.44444, 0.17145, 0.79632, 0.120709, 0.676832],
  [0.05, 1, 0.05263, 0.9471, 0.52109, 0.025761, 0.518357],
  [0.01, 1, 0.0101, 1.4705, 0.319, 0.006746, 0.321106],
] as const;

const skewed = { prior: 0.15, positiveMean: 3, negativeMean: 0.5, deviation: 1.7 };

describe("gaussianOptimum", () => {
  for (const [prior, beta, ...want] of OPTIMA) {
    it(`has the closed-form values at prior ${prior}, beta ${beta}`, () => {
      const { threshold, truePositiveRate, falsePositiveRate, fBeta: value } = gaussianOptimum({ prior }, { beta });
      const got = [fBetaConstant({ prior, beta }), threshold, truePositiveRate, falsePositiveRate, value];
      got.forEach((number, index) => {
        assert.ok(Math.abs(number - want[index]) <= CLOSED_FORM_TOLERANCE, `${got} against ${want}`);
      });
    });
  }

  it("is the best of all thresholds, and its posterior F* / (1 + beta^2)", () => {
    for (const toy of [skewed, { prior: 0.001 }, { prior: 0.9, deviation: 3 }]) {
      for (const beta of [0.25, 1, 3]) {
        const best = gaussianOptimum(toy, { beta });
        const at = (t: number) => largeSampleFBeta(gaussianRatesAt(toy, t), { prior: toy.prior, beta });
        for (let t = best.threshold - 8; t < best.threshold + 8; t += 0.01) assert.ok(at(t) <= best.fBeta + ROUNDING);
        assert.ok(Math.abs(best.posterior - best.fBeta / (1 + beta ** 2)) < ROUNDING);
        assert.ok(Math.abs(gaussianPosterior(toy, best.threshold) - best.posterior) < 1e-9, "posterior at t*");
      }
    }
  });

  it("depends on prior and beta through c alone", () => {
    const beta = Math.sqrt((0.2 / 0.8) / (0.05 / 0.95)); // prettier-ignore
    const [a, b] = [gaussianOptimum({ prior: 0.2 }), gaussianOptimum({ prior: 0.05 }, { beta })];
    assert.ok(Math.abs(a.threshold - b.threshold) < 1e-12);
  });

  it("is what the sweep over a large sample finds", () => {
    const generator = random(10);
    const labels = Array.from({ length: 200_000 }, () => (generator.next() < skewed.prior ? 1 : 0));
    const scores = labels.map(
      (label) => (label ? skewed.positiveMean : skewed.negativeMean) + skewed.deviation * generator.normal(),
    );
    const best = gaussianOptimum(skewed, { beta: 2 });
    // Standard errors at 30 000 positives: 3e-3 for a rate, so for F.
    assert.ok(Math.abs(bestThreshold({ scores, labels }, { beta: 2 }).fBeta - best.fBeta) < 0.01);
    const sampled = fBeta(confusionCounts({ scores, labels }, best.threshold), 2);
    assert.ok(Math.abs(sampled - best.fBeta) < 0.01);
  });

  it("names what it cannot take", () => {
    assert.throws(() => gaussianOptimum({ prior: 0 }), /prior must be in \(0, 1\), received 0/);
    assert.throws(
      () => gaussianOptimum({ prior: 0.5, positiveMean: -2 }),
      /must exceed negativeMean, received -2 and -1/,
    );
    assert.throws(() => gaussianOptimum({ prior: 0.5, deviation: 0 }), /deviation .* received 0/);
    assert.throws(() => gaussianOptimum({ prior: 0.5 }, { beta: NaN }), /beta .* received NaN/);
  });
});

describe("large-sample F-beta", () => {
  it("is the limit of the counts, in both of its forms", () => {
    const counts = { truePositives: 30, falsePositives: 45, falseNegatives: 20, trueNegatives: 405 };
    const rates = { truePositiveRate: 30 / 50, falsePositiveRate: 45 / 450 };
    const setting = { prior: 0.1, beta: 2 };
    assert.ok(Math.abs(largeSampleFBeta(rates, setting) - fBeta(counts, 2)) < ROUNDING);
    const c = fBetaConstant(setting);
    const identity = 5 / (1 + (9 * (c + rates.falsePositiveRate)) / rates.truePositiveRate);
    assert.ok(Math.abs(largeSampleFBeta(rates, setting) - identity) < ROUNDING);
  });

  it("has the partial derivatives of its formula", () => {
    const setting = { prior: 0.1, beta: 2 };
    const [T, Q, step] = [0.6, 0.1, 1e-6];
    const at = (truePositiveRate: number, falsePositiveRate: number) =>
      largeSampleFBeta({ truePositiveRate, falsePositiveRate }, setting);
    const partial = largeSampleFBetaGradient({ truePositiveRate: T, falsePositiveRate: Q }, setting);
    // Central differences: 1e-12 from truncation, 1e-10 from rounding.
    assert.ok(Math.abs(partial.truePositiveRate - (at(T + step, Q) - at(T - step, Q)) / (2 * step)) < 1e-8);
    assert.ok(Math.abs(partial.falsePositiveRate - (at(T, Q + step) - at(T, Q - step)) / (2 * step)) < 1e-8);
  });
});

describe("a linear score", () => {
  it("has the known gradient of F-beta", () => {
    const { weight, bias } = gaussianFBetaGradient({ prior: 0.1 }, { weight: 1.3, bias: -0.7 }, { beta: 2 });
    assert.ok(Math.abs(weight - 0.0671932) <= GRADIENT_TOLERANCE, `${weight}`);
    assert.ok(Math.abs(bias - 0.1247873) <= GRADIENT_TOLERANCE, `${bias}`);
  });

  it("has the gradient of finite differences, for negative weights too, at right angles to (w, b)", () => {
    const step = 1e-6;
    for (const weight of [-2, -0.4, 0.3, 1.5]) {
      for (const bias of [-1, 0, 2]) {
        const at = (w: number, b: number) => gaussianFBeta(skewed, { weight: w, bias: b }, { beta: 0.5 });
        const found = gaussianFBetaGradient(skewed, { weight, bias }, { beta: 0.5 });
        const byWeight = (at(weight + step, bias) - at(weight - step, bias)) / (2 * step);
        const byBias = (at(weight, bias + step) - at(weight, bias - step)) / (2 * step);
        // Central differences with a step of 1e-6.
        assert.ok(Math.abs(found.weight - byWeight) < 1e-8, `${weight}, ${bias}: ${found.weight}, ${byWeight}`);
        assert.ok(Math.abs(found.bias - byBias) < 1e-8, `${weight}, ${bias}: ${found.bias}, ${byBias}`);
        assert.ok(Math.abs(weight * found.weight + bias * found.bias) < ROUNDING);
      }
    }
  });

  it("has the rates of its threshold, and the mirrored ones for a negative weight", () => {
    const [a, b] = [gaussianRates(skewed, { weight: 2, bias: -3 }), gaussianRatesAt(skewed, 1.5)];
    assert.ok(Math.abs(a.truePositiveRate - b.truePositiveRate) < ROUNDING);
    const mirrored = gaussianRates(skewed, { weight: -2, bias: 3 });
    assert.ok(Math.abs(mirrored.truePositiveRate - (1 - b.truePositiveRate)) < ROUNDING);
    assert.ok(Math.abs(mirrored.falsePositiveRate - (1 - b.falsePositiveRate)) < ROUNDING);
    assert.deepEqual(gaussianRatesAt(skewed, -Infinity), { truePositiveRate: 1, falsePositiveRate: 1 });
    assert.throws(() => gaussianRates(skewed, { weight: 0, bias: 1 }), /weight other than 0 .* received 0, 1/);
  });

  it("is calibrated at the cross-entropy optimum", () => {
    const { weight, bias } = gaussianCrossEntropyOptimum(skewed);
    for (const x of [-2, 0.5, 4]) {
      const density = (mean: number) => Math.exp(-((x - mean) ** 2) / (2 * skewed.deviation ** 2));
      const positive = skewed.prior * density(skewed.positiveMean);
      const posterior = positive / (positive + (1 - skewed.prior) * density(skewed.negativeMean));
      assert.ok(Math.abs(1 / (1 + Math.exp(-weight * x - bias)) - posterior) < ROUNDING);
      assert.ok(Math.abs(gaussianPointOfPosterior(skewed, posterior) - x) < 1e-12);
    }
    assert.equal(gaussianPointOfPosterior(skewed, 0), -Infinity);
    assert.throws(() => gaussianPointOfPosterior(skewed, 1.5), /posterior must be in \[0, 1\], received 1.5/);
  });
});

describe("the hard-F path", () => {
  const start = { weight: 2, bias: 1.5 };
  const path = hardFBetaPath(skewed, start, { beta: 2, points: 60 });

  it("runs along a circle about the origin from the start to the ray of t*, F-beta rising to F*", () => {
    const { threshold, fBeta: optimum } = gaussianOptimum(skewed, { beta: 2 });
    assert.ok(Math.abs(path[0].weight - start.weight) < ROUNDING && Math.abs(path[0].bias - start.bias) < ROUNDING);
    for (const { weight, bias } of path) assert.ok(Math.abs(Math.hypot(weight, bias) - 2.5) < ROUNDING);
    const values = path.map((score) => gaussianFBeta(skewed, score, { beta: 2 }));
    for (let index = 1; index < values.length; index++) assert.ok(values[index] > values[index - 1]);
    const last = path[path.length - 1];
    assert.ok(Math.abs(-last.bias / last.weight - threshold) < 1e-12);
    assert.ok(Math.abs(values[values.length - 1] - optimum) < ROUNDING);
  });

  it("is what following the gradient gives", () => {
    const field = (score: { weight: number; bias: number }) => gaussianFBetaGradient(skewed, score, { beta: 2 });
    const followed = gradientPath(field, start, { length: 1.5, steps: 100 });
    const angle = Math.atan2(start.bias, start.weight) - 1.5 / 2.5;
    const want = { weight: 2.5 * Math.cos(angle), bias: 2.5 * Math.sin(angle) };
    const end = followed[followed.length - 1];
    // Runge-Kutta of order 4 with a step of 0.015.
    assert.ok(Math.hypot(end.weight - want.weight, end.bias - want.bias) < 1e-8);
  });

  it("stops at the maximum", () => {
    const field = (score: { weight: number; bias: number }) => gaussianFBetaGradient(skewed, score, { beta: 2 });
    const followed = gradientPath(field, start, { length: 10, steps: 1000 });
    assert.ok(followed.length < 1000);
    const end = followed[followed.length - 1];
    // Within two steps of the ray.
    assert.ok(Math.abs(gaussianFBeta(skewed, end, { beta: 2 }) - gaussianOptimum(skewed, { beta: 2 }).fBeta) < 1e-4);
  });

  it("names what it cannot take", () => {
    assert.throws(() => hardFBetaPath(skewed, { weight: 0, bias: 1 }), /weight must be above 0, received 0/);
    assert.throws(() => hardFBetaPath(skewed, start, { points: 1 }), /points .* at least 2, received 1/);
    assert.throws(() => gradientPath(() => start, start, { length: 0 }), /length .* received 0/);
  });
});

describe("gaussianFBetaBand", () => {
  it("ends where F-beta has the level, with t* inside", () => {
    for (const toy of [skewed, { prior: 0.1 }]) {
      const { fBeta: best, threshold } = gaussianOptimum(toy, { beta: 2 });
      const { low, high } = gaussianFBetaBand(toy, 0.9 * best, { beta: 2 });
      assert.ok(low < threshold && threshold < high);
      for (const t of [low, high]) {
        assert.ok(Math.abs(gaussianFBeta(toy, { weight: 1, bias: -t }, { beta: 2 }) - 0.9 * best) < 1e-12);
      }
    }
  });

  it("is open below where calling everything positive reaches the level", () => {
    // F1 of everything positive at prior 0.1: 0.2 / 1.1 = 0.1818.
    assert.equal(gaussianFBetaBand({ prior: 0.1 }, 0.18).low, -Infinity);
    assert.ok(gaussianFBetaBand({ prior: 0.1 }, 0.19).low > -10);
    assert.throws(() => gaussianFBetaBand({ prior: 0.1 }, 0.7), /level must be in \(0, 0\.61.*\], received 0\.7/);
  });
});

describe("isoFBetaLine", () => {
  it("is where F-beta has one value, and passes through (-c, 0)", () => {
    for (const setting of [{ prior: 0.1, beta: 2 }, { prior: 0.5 }]) {
      for (const level of [0.1, 0.6, 1]) {
        const { slope, pole } = isoFBetaLine(level, setting);
        assert.equal(pole, -fBetaConstant(setting));
        for (const falsePositiveRate of [0, 0.05, 0.3]) {
          const rates = { truePositiveRate: slope * (falsePositiveRate - pole), falsePositiveRate };
          assert.ok(Math.abs(largeSampleFBeta(rates, setting) - level) < 1e-14);
        }
      }
    }
    assert.throws(() => isoFBetaLine(1.1, { prior: 0.1 }), /fBeta must be in \[0, 1\], received 1\.1/);
  });
});
