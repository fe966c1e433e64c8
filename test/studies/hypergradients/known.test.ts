import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { exact, hypergradient } from "../../../src/bilevel";
import { gradient, tf } from "../../../src/engine";
import { agreement, knownNetwork, knownQuadratic, knownRidge, numbersOf } from "../../../src/studies/hypergradients";
import { ridgeData, solveRidge } from "../../../src/studies/hypergradients/knownRidge";
import { onEachBackend } from "../../support/backends";

const makers = {
  quadratic: () => knownQuadratic({ seed: 2, size: 12, condition: 50 }),
  "ridge regression": () => knownRidge({ seed: 2, features: 8, samples: 20 }),
  "tanh network": () => knownNetwork({ seed: 3 }),
};

onEachBackend("problems with a known hypergradient", () => {
  for (const [name, make] of Object.entries(makers)) {
    it(`${name}: the library's exact method gives it, and nothing is left behind`, () => {
      const before = tf.memory().numTensors;
      const known = make();
      const { gradients } = hypergradient(known.problem, exact());
      // A condition of 50 times the rounding of float32, 6e-8, and some operations on the way.
      assert.ok(agreement(numbersOf(gradients), known.truth).relativeError < 1e-5);
      tf.dispose(gradients);
      known.dispose();
      assert.equal(tf.memory().numTensors, before);
    });

    it(`${name}: the inner gradient vanishes at the minimiser, and not after setInner to another place`, () => {
      const known = make();
      const slope = () =>
        tf.tidy(() =>
          Math.hypot(...numbersOf(gradient(() => known.problem.innerLoss(0), known.problem.inner as tf.Variable[]))),
        );
      assert.ok(slope() < 1e-5, `slope ${slope()}`);
      assert.ok(known.spectrum[0] > 0 && known.spectrum[0] < known.spectrum[1]);
      known.setInner(known.minimiser.map((value) => value + 0.1));
      assert.ok(slope() > 1e-3);
      assert.ok(agreement(numbersOf(known.problem.inner), known.minimiser).relativeError > 1e-4);
      known.dispose();
    });
  }
});

describe("the closed form of ridge regression", () => {
  it("agrees with central differences of the closed-form solver to 1e-7", () => {
    const data = ridgeData(6, 20, 4);
    const alpha = [-3, -2, -4, -1, -3, -2];
    const { gradient: slope } = solveRidge(data, alpha);
    const step = 1e-4;
    const differences = alpha.map((_, j) => {
      const at = (distance: number) =>
        solveRidge(
          data,
          alpha.map((value, k) => value + (j === k ? distance : 0)),
        ).value;
      return (at(step) - at(-step)) / (2 * step);
    });
    assert.ok(agreement(slope, differences).relativeError < 1e-7);
  });
});

describe("agreement", () => {
  it("tells direction and length apart", () => {
    assert.deepEqual(agreement([2, 0], [1, 0]), { cosine: 1, relativeError: 1 });
    assert.deepEqual(agreement([0, 4], [3, 0]), { cosine: 0, relativeError: 5 / 3 });
    assert.ok(Number.isNaN(agreement([0, 0], [1, 0]).cosine));
    assert.throws(() => agreement([1], [1, 2]), /got must have the 2 numbers of wanted, received 1/);
  });
});
