import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, tf } from "../../src/engine";
import { surrogateFBeta } from "../../src/losses/binary";
import {
  crossEntropyPositiveWeight,
  crossEntropyTerms,
  fBetaConstant,
  focalTerms,
  gaussianOptimum,
  impliedPosteriorThreshold,
  surrogateFBetaTerms,
  surrogateNegativePeak,
  surrogatePositiveWeight,
  type LossTerms,
} from "../../src/metrics";
import { assertClose, take } from "../support/numeric";

const settings = [
  { prior: 0.5, beta: 1 },
  { prior: 0.1, beta: 2 },
  { prior: 0.01, beta: 0.5 },
];
const all: LossTerms[] = [
  crossEntropyTerms(),
  crossEntropyTerms({ positiveWeight: 7 }),
  focalTerms(),
  focalTerms({ gamma: 0.5, alpha: 0.5 }),
  ...settings.flatMap((setting) => [
    surrogateFBetaTerms({ ...setting, normalization: "sample" }),
    surrogateFBetaTerms({ ...setting, normalization: "sample", positiveWeight: 3 }),
    surrogateFBetaTerms({ ...setting, normalization: "class" }),
  ]),
];
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
/** Rounding of a few operations in double precision. */
const ROUNDING = 1e-12;

describe("loss terms", () => {
  for (const [index, terms] of all.entries()) {
    const name = `${terms.name} (${index})`;

    it(`${name}: slopes are the derivatives of the costs`, () => {
      const step = 1e-5;
      for (const z of [-6, -1.3, 0, 0.7, 5]) {
        for (const [cost, slope] of [
          [terms.positive, terms.positiveSlope],
          [terms.negative, terms.negativeSlope],
        ]) {
          const difference = (cost(z + step) - cost(z - step)) / (2 * step);
          // Central differences: step^2 from truncation, 1e-16 / step from rounding, on costs of up to a few hundred.
          assert.ok(Math.abs(difference - slope(z)) < 1e-7, `at ${z}: ${difference}, slope ${slope(z)}`);
        }
      }
    });

    it(`${name}: the minimiser is the best of a grid, and saturates at 1 where the risk falls for ever`, () => {
      for (const eta of [0.001, 0.02, 0.2, 0.37, 0.5, 0.8, 0.999]) {
        const risk = (p: number) => {
          const z = Math.log(p) - Math.log1p(-p);
          return eta * terms.positive(z) + (1 - eta) * terms.negative(z);
        };
        const best = terms.minimiser(eta);
        const own = best === 1 ? risk(1 - 1e-12) : risk(best);
        // Where it saturates the risk at 1 - 1e-12 is above its limit by its slope there, of order 1 / prior.
        for (let p = 0.0005; p < 1; p += 0.001) assert.ok(own <= risk(p) + 1e-9, `eta ${eta}: ${best} against ${p}`);
      }
    });

    it(`${name}: posterior inverts the minimiser and gives the implied threshold`, () => {
      for (const p of [0.01, 0.3, 0.5, 0.95]) {
        assert.ok(Math.abs(terms.minimiser(terms.posterior(p)) - p) < 1e-10, `p ${p}`);
        const z = Math.log(p) - Math.log1p(-p);
        const [push, pull] = [terms.negativeSlope(z), -terms.positiveSlope(z)];
        assert.ok(Math.abs(terms.posterior(p) - push / (push + pull)) < ROUNDING, `p ${p}`);
      }
      const threshold = impliedPosteriorThreshold(terms);
      assert.ok(terms.minimiser(threshold * 1.01) > 0.5 && terms.minimiser(threshold * 0.99) < 0.5);
    });
  }

  it("have the closed forms of threshold and saturation", () => {
    for (const { prior, beta } of settings) {
      const c = fBetaConstant({ prior, beta });
      const sample = surrogateFBetaTerms({ prior, beta, normalization: "sample" });
      const perClass = surrogateFBetaTerms({ prior, beta });
      assert.ok(Math.abs(impliedPosteriorThreshold(sample) - 1 / (2 * (1 + c))) < ROUNDING);
      assert.ok(Math.abs(impliedPosteriorThreshold(perClass) - prior / (1 + 2 * beta ** 2 * prior)) < ROUNDING);
      for (const [terms, end] of [
        [sample, 1 / (2 + c)],
        [perClass, prior / (1 + beta ** 2 * prior)],
      ] as const) {
        assert.equal(terms.minimiser(end * 1.0001), 1);
        assert.ok(terms.minimiser(end * 0.9999) < 1);
      }
      const weighted = surrogateFBetaTerms({ prior, beta, normalization: "sample", positiveWeight: 3 });
      assert.ok(Math.abs(impliedPosteriorThreshold(weighted) - 1 / (1 + 3 * (1 + 2 * c))) < ROUNDING);
    }
  });

  it("have slopes that stay finite and signed at logits of 1000", () => {
    for (const terms of all) {
      for (const z of [-1000, 1000]) {
        const values = [terms.positive(z), terms.negative(z), terms.positiveSlope(z), terms.negativeSlope(z)];
        assert.ok(values.every(Number.isFinite), `${terms.name} at ${z}: ${values}`);
        assert.ok(terms.positiveSlope(z) <= 0 && terms.negativeSlope(z) >= 0, `${terms.name} at ${z}`);
      }
    }
  });

  it("are those of losses.binary.surrogateFBeta: same value and gradient, up to the class prior", () => {
    const logits = [2, -1, 0.3, -3, 1];
    const labels = [1, 0, 1, 0, 0];
    const setting = { prior: 0.4, beta: 2 };
    for (const normalization of ["sample", "class"] as const) {
      const terms = surrogateFBetaTerms({ ...setting, normalization });
      // At a batch whose share of positives is the prior, the batch mean of the terms is the loss in both forms.
      const mean = (value: (z: number, y: number) => number) =>
        logits.map((z, i) => value(z, labels[i]) / logits.length);
      const costs = mean((z, y) => (y === 1 ? terms.positive(z) : terms.negative(z)));
      const slopes = mean((z, y) => (y === 1 ? terms.positiveSlope(z) : terms.negativeSlope(z)));
      const z = tf.variable(tf.tensor1d(logits));
      const y = tf.tensor1d(labels);
      const loss = surrogateFBeta({ ...setting, normalization });
      assertClose(take(loss(z, y)), [costs.reduce((sum, cost) => sum + cost, 0)], { what: "value" });
      assertClose(take(gradient(() => loss(z, y), [z])[0]), slopes, { what: "gradient" });
      tf.dispose([z, y]);
    }
  });

  it("name an option they cannot take", () => {
    assert.throws(() => crossEntropyTerms({ positiveWeight: 0 }), /positiveWeight must be .* received 0/);
    assert.throws(() => surrogateFBetaTerms({ prior: 1 }), /prior must be in \(0, 1\), received 1/);
    const set = { prior: 0.5, normalization: "set" } as unknown as { prior: number };
    assert.throws(() => surrogateFBetaTerms(set), /class or sample, received "set"/);
    assert.throws(() => focalTerms({ gamma: -1 }), /gamma .* received -1/);
    assert.throws(() => impliedPosteriorThreshold(all[0], 1), /probability must be in \(0, 1\), received 1/);
  });
});

describe("focal terms", () => {
  it("draw the output from the posterior towards 1/2", () => {
    const { minimiser } = focalTerms({ gamma: 2, alpha: 0.5 });
    for (const eta of [0.01, 0.2, 0.4]) assert.ok(minimiser(eta) > eta && minimiser(eta) < 0.5);
    for (const eta of [0.6, 0.8, 0.99]) assert.ok(minimiser(eta) < eta && minimiser(eta) > 0.5);
    assert.deepEqual([minimiser(0), minimiser(1)], [0, 1]);
  });
});

describe("positive weights", () => {
  it("put the implied threshold of cross-entropy and of the surrogate at F* / (1 + beta^2)", () => {
    for (const { prior, beta } of settings) {
      const optimum = gaussianOptimum({ prior }, { beta });
      const crossEntropy = crossEntropyTerms({ positiveWeight: crossEntropyPositiveWeight(optimum.fBeta, { beta }) });
      assert.ok(Math.abs(impliedPosteriorThreshold(crossEntropy) - optimum.posterior) < ROUNDING);
      const positiveWeight = surrogatePositiveWeight(optimum, { prior, beta });
      const surrogate = surrogateFBetaTerms({ prior, beta, normalization: "sample", positiveWeight });
      assert.ok(Math.abs(impliedPosteriorThreshold(surrogate) - optimum.posterior) < ROUNDING);
    }
    assert.throws(() => crossEntropyPositiveWeight(0), /fBeta must be in \(0, 1\], received 0/);
    const rates = { truePositiveRate: 0, falsePositiveRate: 0 };
    assert.throws(() => surrogatePositiveWeight(rates, { prior: 0.5 }), /received 0 and 0/);
  });
});

describe("surrogateNegativePeak", () => {
  it("is where the slope on negatives is largest", () => {
    for (const c of [0.01, 0.1, 1, 30]) {
      const { probability, slope } = surrogateNegativePeak(c);
      const at = (p: number) => (p * (1 - p)) / (c + p);
      assert.ok(Math.abs(at(probability) - slope) < ROUNDING, `c ${c}`);
      for (let z = -12; z < 12; z += 0.01) assert.ok(at(sigmoid(z)) <= slope + ROUNDING, `c ${c}, z ${z}`);
    }
    assert.throws(() => surrogateNegativePeak(0), /received 0/);
  });
});
