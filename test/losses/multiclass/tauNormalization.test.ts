import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { tauNormalizedLogits, tauNormalizedWeights } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";

/** [D, K] = [2, 3]: columns of norm 5, 1 and 0. */
const WEIGHT = [
  [3, 0, 0],
  [4, -1, 0],
];

onEachBackend("tau-normalisation", () => {
  it("divides the weights of a class by the tau-th power of their norm", () => {
    const weight = tf.tensor2d(WEIGHT);
    assertClose(take(tauNormalizedWeights(weight, { tau: 1 })), [0.6, 0, 0, 0.8, -1, 0]);
    assertClose(take(tauNormalizedWeights(weight, { tau: 2 })), [3 / 25, 0, 0, 4 / 25, -1, 0]);
    assertClose(take(tauNormalizedWeights(weight)), [0.6, 0, 0, 0.8, -1, 0]);
    weight.dispose();
  });

  it("leaves the weights with tau 0, and the sign of every logit with any", () => {
    const weight = tf.tensor2d(WEIGHT);
    assertClose(take(tauNormalizedWeights(weight, { tau: 0 })), WEIGHT.flat());
    const signs = take(tf.sign(tauNormalizedWeights(weight, { tau: 1.3 })));
    assert.deepEqual(signs, WEIGHT.flat().map(Math.sign));
    weight.dispose();
  });

  it("keeps the weights of a class that are all zero, at any tau", () => {
    tf.tidy(() => {
      for (const tau of [0, 0.5, 1, 5])
        assert.deepEqual(take(tauNormalizedWeights(tf.zeros([2, 2]), { tau })), [0, 0, 0, 0]);
    });
  });

  it("takes the classes along either axis", () => {
    const weight = tf.tensor2d(WEIGHT);
    const turned = tf.transpose(weight);
    const got = tauNormalizedWeights(turned, { tau: 0.7, classAxis: 0 });
    assertClose(take(tf.transpose(got)), take(tauNormalizedWeights(weight, { tau: 0.7 })));
    tf.dispose([weight, turned, got]);
  });

  it("gives the logits of the normalised weights, without the features", () => {
    tf.tidy(() => {
      const [weight, features] = [
        tf.tensor2d(WEIGHT),
        tf.tensor2d([
          [1, 2],
          [-1, 0.5],
        ]),
      ];
      const logits = tf.matMul(features, weight);
      for (const tau of [0, 0.5, 1]) {
        const want = take(tf.matMul(features, tauNormalizedWeights(weight, { tau })));
        assertClose(take(tauNormalizedLogits(logits, weight, { tau })), want);
        const turned = tf.transpose(weight);
        assertClose(take(tauNormalizedLogits(logits, turned, { tau, classAxis: 0 })), want);
      }
    });
  });

  it("leaves no tensor behind and says what it cannot take", () => {
    const weight = tf.tensor2d(WEIGHT);
    assertNoLeak(() => tauNormalizedWeights(weight).dispose());
    assert.throws(
      () => tauNormalizedWeights(weight, { tau: -1 }),
      /tau must be a non-negative finite number, received -1/,
    );
    assert.throws(
      () => tauNormalizedWeights(weight, { classAxis: 2 as never }),
      /classAxis must be 0 or 1, received 2/,
    );
    tf.tidy(() => {
      assert.throws(() => tauNormalizedWeights(tf.zeros([3])), /weight must be a matrix, received shape \[3\]/);
      assert.throws(
        () => tauNormalizedLogits(tf.zeros([2, 2]), weight),
        /logits must have shape \[n, 3\] .* received \[2, 2\]/,
      );
    });
    weight.dispose();
  });
});
