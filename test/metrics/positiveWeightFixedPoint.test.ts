import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  crossEntropyFixedPoint,
  crossEntropyPositiveWeight,
  gaussianCrossEntropyOptimum,
  gaussianFBeta,
  gaussianOptimum,
  surrogateFixedPoint,
} from "../../src/metrics";

describe("crossEntropyFixedPoint", () => {
  it("reaches F* in at most eight rounds, with the posterior's log-odds shifted by log omega", () => {
    for (const [prior, beta] of [
      [0.5, 1],
      [0.1, 2],
      [0.01, 1],
    ]) {
      const best = gaussianOptimum({ prior }, { beta }).fBeta;
      const found = crossEntropyFixedPoint({ prior }, { beta });
      assert.ok(found.converged && found.history.length <= 8, `${found.history.length} rounds`);
      // F is flat at its maximum: a gradient norm of 1e-9 leaves it right to rounding.
      assert.ok(Math.abs(found.fBeta - best) < 1e-9);
      assert.ok(Math.abs(found.positiveWeight - crossEntropyPositiveWeight(best, { beta })) < 1e-6);
      const shift = found.bias - gaussianCrossEntropyOptimum({ prior }).bias;
      assert.ok(Math.abs(shift - Math.log(found.positiveWeight)) < 1e-6);
    }
  });
});

describe("surrogateFixedPoint", () => {
  it("comes near F*, not onto it", () => {
    const { fBeta, converged, history, weight, bias } = surrogateFixedPoint({ prior: 0.1 });
    assert.ok(converged);
    // Four decimals of the table of F at 0.5.
    assert.ok(Math.abs(fBeta - 0.6075) < 1e-4, `${fBeta}`);
    assert.equal(history[history.length - 1], fBeta);
    assert.equal(gaussianFBeta({ prior: 0.1 }, { weight, bias }), fBeta);
  });

  it("swings without damping where positives are rare", () => {
    const { history } = surrogateFixedPoint({ prior: 0.01 }, { damping: 1, rounds: 6 });
    const steps = history.slice(1).map((value, index) => value - history[index]);
    assert.ok(
      steps.every((step, index) => index === 0 || step * steps[index - 1] < 0),
      `${history}`,
    );
    assert.ok(Math.abs(steps[0]) > 0.1);
  });

  it("names what it cannot take, and says when rounds ran out", () => {
    assert.throws(() => surrogateFixedPoint({ prior: 0.1 }, { damping: 0 }), /damping must be in \(0, 1\], received 0/);
    assert.throws(() => crossEntropyFixedPoint({ prior: 0.1 }, { rounds: 0 }), /rounds .* received 0/);
    assert.throws(() => crossEntropyFixedPoint({ prior: 0.1 }, { beta: 0 }), /beta .* received 0/);
    assert.ok(!surrogateFixedPoint({ prior: 0.1 }, { rounds: 1 }).converged);
  });
});
