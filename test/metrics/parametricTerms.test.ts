import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { parametricCrossEntropy } from "../../src/losses/multiclass";
import {
  consistencyLogRatio,
  crossEntropyTerms,
  gaussianBalancedError,
  gaussianParametricThreshold,
  gaussianPosterior,
  parametricCrossEntropyTerms,
  populationMinimiser,
  type BinaryLossParameters,
} from "../../src/metrics";
import { assertClose } from "../support/numeric";

const prior = 0.1;
const logPriors = [Math.log(1 - prior), Math.log(prior)] as const;
const inversePriors = [1 / (1 - prior), 1 / prior] as const;
const general: BinaryLossParameters = { weight: [0.7, 3], scale: [1.2, 0.4], shift: [-0.5, 1.1] };
const settings: BinaryLossParameters[] = [{}, { weight: [1, 7] }, { shift: logPriors }, { scale: [1, 0.25] }, general];
/** Rounding of a few operations in double precision. */
const ROUNDING = 1e-12;
/** The minimiser's gradient is at most 1e-9, and the curvature of the risks here above 1e-2. */
const MINIMISER = 1e-7;
const linearThreshold = (toy: { prior: number }, parameters: BinaryLossParameters) => {
  const { weight, bias, converged } = populationMinimiser(toy, parametricCrossEntropyTerms(parameters));
  assert.ok(converged);
  return -bias / weight;
};

describe("parametric cross-entropy terms", () => {
  it("are cross-entropy by default, and weighted cross-entropy with a weight alone", () => {
    for (const positiveWeight of [1, 7]) {
      const [one, other] = [
        crossEntropyTerms({ positiveWeight }),
        parametricCrossEntropyTerms({ weight: [1, positiveWeight] }),
      ];
      for (const z of [-20, -1, 0, 0.3, 9]) {
        assertClose(
          [other.positive(z), other.negative(z), other.positiveSlope(z), other.negativeSlope(z)],
          [one.positive(z), one.negative(z), one.positiveSlope(z), one.negativeSlope(z)],
          { relative: 0, absolute: ROUNDING },
        );
      }
      assertClose([other.minimiser(0.2), other.posterior(0.8)], [one.minimiser(0.2), one.posterior(0.8)], {
        absolute: ROUNDING,
      });
    }
  });

  it("agree with the loss of two logits (0, z), whose second factor is that of the sample's class", () => {
    const terms = parametricCrossEntropyTerms(general);
    const weight = [...general.weight!];
    const shift = [...general.shift!];
    for (const z of [-4, -0.3, 0, 2, 11]) {
      const [negative, positive] = [0, 1].map((y) =>
        tf.tidy(() => {
          const loss = parametricCrossEntropy({ weight, shift, scale: [1, general.scale![y]] });
          return loss(tf.tensor2d([[0, z]]), tf.tensor1d([y], "int32")).dataSync()[0];
        }),
      );
      // Float32 on the other side.
      assertClose([negative, positive], [terms.negative(z), terms.positive(z)], { relative: 0, absolute: 1e-5 });
    }
  });

  for (const [index, parameters] of settings.entries()) {
    const terms = parametricCrossEntropyTerms(parameters);

    it(`slopes are the derivatives of the costs (${index})`, () => {
      const step = 1e-5;
      for (const z of [-6, -1.3, 0, 0.7, 5]) {
        const difference = (cost: (z: number) => number) => (cost(z + step) - cost(z - step)) / (2 * step);
        // Central differences: step^2 from truncation, 1e-16 / step from rounding, on costs of up to twenty.
        assertClose(
          [difference(terms.positive), difference(terms.negative)],
          [terms.positiveSlope(z), terms.negativeSlope(z)],
          { relative: 0, absolute: 1e-8 },
        );
      }
    });

    it(`the minimiser has the least risk of a grid of scores, and the posterior is its inverse (${index})`, () => {
      for (const eta of [0.001, 0.1, 0.37, 0.5, 0.8, 0.999]) {
        const risk = (z: number) => eta * terms.positive(z) + (1 - eta) * terms.negative(z);
        const p = terms.minimiser(eta);
        const least = risk(Math.log(p) - Math.log1p(-p));
        for (let z = -30; z <= 30; z += 0.05) assert.ok(risk(z) >= least - ROUNDING, `eta ${eta}, z ${z}`);
        assertClose([terms.posterior(p)], [eta], { relative: 0, absolute: 1e-9 });
      }
      assert.deepEqual([terms.minimiser(0), terms.minimiser(1)], [0, 1]);
    });

    it(`the best free score changes sign at the closed-form threshold (${index})`, () => {
      const toy = { prior, positiveMean: 2, negativeMean: 0.5, deviation: 0.8 };
      const at = gaussianParametricThreshold(toy, parameters);
      assertClose([terms.minimiser(gaussianPosterior(toy, at))], [0.5], { relative: 0, absolute: 1e-9 });
    });
  }
});

describe("consistency for balanced error", () => {
  it("holds for weights 1 / pi, for l = log pi, and for any mix of them at equal factors", () => {
    const share = 0.3;
    const mixed = {
      weight: [inversePriors[0] ** share, inversePriors[1] ** share] as const,
      shift: [(1 - share) * logPriors[0], (1 - share) * logPriors[1]] as const,
      scale: [0.4, 0.4] as const,
    };
    for (const parameters of [{ weight: inversePriors }, { shift: logPriors }, mixed]) {
      assertClose([consistencyLogRatio({ prior, ...parameters })], [0], { relative: 0, absolute: ROUNDING });
      assertClose([linearThreshold({ prior }, parameters)], [0], { relative: 0, absolute: MINIMISER });
    }
  });

  it("is lost by the logarithm of the ratio of unequal factors", () => {
    for (const base of [{ weight: inversePriors }, { shift: logPriors }]) {
      const ratio = consistencyLogRatio({ prior, ...base, scale: [1, 0.25] });
      assertClose([ratio], [Math.log(0.25)], { relative: 0, absolute: ROUNDING });
      assert.ok(linearThreshold({ prior }, { ...base, scale: [1, 0.25] }) > 0.1);
    }
  });

  it("gives the linear score's threshold at equal factors only", () => {
    for (const parameters of [
      {},
      { weight: [1, 3] as const },
      { shift: [0.2, -0.9] as const, scale: [2, 2] as const },
    ]) {
      assertClose([linearThreshold({ prior }, parameters)], [gaussianParametricThreshold({ prior }, parameters)], {
        absolute: MINIMISER,
      });
    }
    const unequal = { scale: [1, 0.25] as const, shift: [0, Math.log(prior / (1 - prior)) + Math.log(0.25)] as const };
    assertClose([consistencyLogRatio({ prior, ...unequal })], [0], { relative: 0, absolute: ROUNDING });
    assert.ok(Math.abs(linearThreshold({ prior }, unequal)) > 0.01);
  });

  it("refuses parameters that are no loss", () => {
    assert.throws(() => parametricCrossEntropyTerms({ weight: [1, 0] }), /weight must be two positive.*\[1,0\]/);
    assert.throws(() => consistencyLogRatio({ prior, scale: [-1, 1] }), /scale must be two positive/);
    assert.throws(() => gaussianParametricThreshold({ prior }, { shift: [0, NaN] }), /shift must be two finite/);
    assert.throws(() => consistencyLogRatio({ prior: 1 }), /prior must be in \(0, 1\), received 1/);
  });
});

describe("Gaussian balanced error", () => {
  it("is least half-way between the means, whatever the prior", () => {
    const toy = { prior: 0.02, positiveMean: 3, negativeMean: 0.5, deviation: 1.7 };
    const least = gaussianBalancedError(toy, 1.75);
    // Phi(-1.25 / 1.7)
    assertClose([least], [0.2310801949], { relative: 0, absolute: 1e-7 });
    for (const threshold of [-Infinity, 0, 1.7, 1.8, 4]) assert.ok(gaussianBalancedError(toy, threshold) > least);
    assert.equal(gaussianBalancedError(toy, Infinity), 0.5);
  });
});
