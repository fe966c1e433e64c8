import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random, tf } from "../../src/engine";
import { anyLoss, sigmoidF1, surrogateFBeta } from "../../src/losses/binary";
import {
  anyLossDecision,
  cosineSimilarity,
  gaussianSoftFBeta,
  gaussianSoftFBetaGradient,
  gaussianSoftRates,
  logisticDecision,
  surrogateSetGradient,
  type LinearScore,
  type SoftDecision,
} from "../../src/metrics";

const skewed = { prior: 0.15, positiveMean: 3, negativeMean: 0.5, deviation: 1.7 };
const decisions = [logisticDecision(), logisticDecision({ slope: 9, offset: 1 }), anyLossDecision()];

describe("soft decisions", () => {
  const names = (decision: SoftDecision) => decision.name;

  it("rise from 0 to 1, or from sigmoid(-L/2) to sigmoid(L/2), and have the slope of finite differences", () => {
    const step = 1e-5;
    for (const decision of decisions) {
      for (let z = -8; z <= 8; z += 0.37) {
        const slope = (decision.value(z + step) - decision.value(z - step)) / (2 * step);
        // Central differences of a curve with a third derivative of at most 100.
        assert.ok(Math.abs(decision.slope(z) - slope) < 2e-8, `${names(decision)} at ${z}`);
        assert.ok(decision.slope(z) > 0);
      }
      assert.ok(decision.value(-40) < 1e-7 && decision.value(40) > 1 - 1e-7);
    }
    assert.ok(anyLossDecision({ amplification: 73 }).slope(-700) > 0);
  });

  it("are steepest by the factor that they state", () => {
    for (const decision of decisions) {
      const middle = decision.name.includes("offset 1") ? -1 : 0;
      // In units of the probability's 1/4; AnyLoss has a quarter of its amplification.
      assert.ok(Math.abs(decision.slope(middle) / 0.25 - decision.steepness) < 1e-12, names(decision));
    }
  });

  it("quote options out of range", () => {
    assert.throws(() => logisticDecision({ slope: 0 }), /slope must be a positive finite number, received 0/);
    assert.throws(() => logisticDecision({ offset: NaN }), /offset must be a finite number, received NaN/);
    assert.throws(() => anyLossDecision({ amplification: -1 }), /amplification must be .* received -1/);
  });
});

describe("soft F-beta of a decision", () => {
  it("has the gradient of finite differences, steep decisions included", () => {
    const step = 1e-5;
    for (const decision of decisions) {
      for (const [weight, bias] of [
        [1.1, -2],
        [5, -8],
      ]) {
        const at = (w: number, b: number) => gaussianSoftFBeta(skewed, { weight: w, bias: b }, { beta: 2, decision });
        const found = gaussianSoftFBetaGradient(skewed, { weight, bias }, { beta: 2, decision });
        assert.ok(Math.abs(found.weight - (at(weight + step, bias) - at(weight - step, bias)) / (2 * step)) < 1e-8);
        assert.ok(Math.abs(found.bias - (at(weight, bias + step) - at(weight, bias - step)) / (2 * step)) < 1e-8);
      }
    }
  });

  it("is the soft F-beta of the scaled and shifted score for the logistic decision", () => {
    const decision = logisticDecision({ slope: 3, offset: 0.5 });
    const direct = gaussianSoftFBeta(skewed, { weight: 0.8, bias: -1 }, { decision });
    const scaled = gaussianSoftFBeta(skewed, { weight: 3 * 0.8, bias: 3 * (-1 + 0.5) });
    assert.ok(Math.abs(direct - scaled) < 1e-12);
  });

  it("keeps its digits where the score is steep: E Phi-like rates against a finer rule", () => {
    // A score so steep that the base step would leave errors of 1e-3: its rates are all but those of the hard decision.
    const { truePositiveRate, falsePositiveRate } = gaussianSoftRates(
      { prior: 0.1 },
      { weight: 400, bias: -0.01 * 400 },
    );
    // Phi(0.99) and Phi(-1.01); smoothing over a width of 1/400 changes them by less than (1/400)^2.
    assert.ok(Math.abs(truePositiveRate - 0.8389129) < 1e-5, `${truePositiveRate}`);
    assert.ok(Math.abs(falsePositiveRate - 0.1562476) < 1e-5, `${falsePositiveRate}`);
  });

  it("is what the losses of these names estimate", () => {
    const generator = random(3);
    const n = 20_000;
    const score: LinearScore = { weight: 1.2, bias: -2.5 };
    const labels = Array.from({ length: n }, () => (generator.next() < skewed.prior ? 1 : 0));
    const logits = labels.map((label) => {
      const x = (label ? skewed.positiveMean : skewed.negativeMean) + skewed.deviation * generator.normal();
      return score.weight * x + score.bias;
    });
    const valueOf = (loss: (logits: tf.Tensor, labels: tf.Tensor) => tf.Tensor) =>
      tf.tidy(() => loss(tf.tensor1d(logits), tf.tensor1d(labels)).dataSync()[0]);
    const prior = skewed.prior;
    const steep = { slope: 9, offset: 1 };
    // Standard error of F at 3 000 positives: about 0.01; both share sample and decision.
    assert.ok(Math.abs(1 - valueOf(anyLoss({ prior })) - gaussianSoftFBeta(skewed, score, { decision: anyLossDecision() })) < 0.02); // prettier-ignore
    assert.ok(Math.abs(1 - valueOf(sigmoidF1({ ...steep, prior })) - gaussianSoftFBeta(skewed, score, { decision: logisticDecision(steep) })) < 0.02); // prettier-ignore
    const { truePositiveRate, falsePositiveRate } = gaussianSoftRates(skewed, score);
    const set = Math.log(prior / (1 - prior) + falsePositiveRate) - Math.log(truePositiveRate);
    assert.ok(Math.abs(valueOf(surrogateFBeta({ prior, normalization: "set" })) - set) < 0.03);
  });
});

describe("surrogateSetGradient", () => {
  it("is the gradient of log(c + Q) - log T, by finite differences", () => {
    const [weight, bias, step] = [0.9, -1.5, 1e-5];
    const c = (4 * skewed.prior) / (1 - skewed.prior);
    const at = (w: number, b: number) => {
      const { truePositiveRate, falsePositiveRate } = gaussianSoftRates(skewed, { weight: w, bias: b });
      return Math.log(c + falsePositiveRate) - Math.log(truePositiveRate);
    };
    const found = surrogateSetGradient(skewed, { weight, bias }, { beta: 2 });
    assert.ok(Math.abs(found.weight - (at(weight + step, bias) - at(weight - step, bias)) / (2 * step)) < 1e-8);
    assert.ok(Math.abs(found.bias - (at(weight, bias + step) - at(weight, bias - step)) / (2 * step)) < 1e-8);
  });

  it("points against the gradient of the soft F-beta: the same paths", () => {
    for (const [weight, bias] of [
      [0.2, 1],
      [2, -3],
      [5, 2],
    ]) {
      const soft = gaussianSoftFBetaGradient(skewed, { weight, bias }, { beta: 2 });
      const set = surrogateSetGradient(skewed, { weight, bias }, { beta: 2 });
      assert.ok(cosineSimilarity(soft, set) < -1 + 1e-12);
    }
  });
});
