import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { crossEntropy, logitAdjusted, logPriors, postHocLogitAdjustment } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { LONG_TAILED } from "./counts";
import { derivativesOf, normals, type AnyLoss } from "./support";

const counts = [600, 300, 100];
const logits = normals(11, 5, 3);
const labels = [2, 0, 1, 1, 0];
const all = (loss: AnyLoss) => derivativesOf((z) => loss(z, labels), [logits], [normals(12, 5, 3)]);
const assertSame = (got: ReturnType<typeof all>, want: ReturnType<typeof all>) => {
  assertClose([got.value], [want.value]);
  assertClose(got.gradient[0], want.gradient[0]);
  assertClose(got.hvp[0], want.hvp[0]);
};

onEachBackend("logitAdjusted", () => {
  it("is the entropy of the prior where the raw logits are equal: minus tau = 1 times the log prior of the class", () => {
    for (const y of [0, 4, 9]) {
      const value = take(tf.tidy(() => logitAdjusted({ counts: LONG_TAILED })(tf.zeros([1, 10]), [y])));
      assertClose(value, [-logPriors(LONG_TAILED)[y]]);
    }
  });

  it("is cross-entropy with tau 0, and with balanced counts at any tau", () => {
    assertSame(all(logitAdjusted({ counts, tau: 0 })), all(crossEntropy()));
    assertSame(all(logitAdjusted({ counts: [7, 7, 7], tau: 3 })), all(crossEntropy()));
  });

  it("is cross-entropy of logits from which the priors were taken: training and post-hoc adjustment undo each other", () => {
    const z = tf.tensor2d(logits);
    for (const tau of [0.5, 1, 2]) {
      const adjusted = postHocLogitAdjustment({ counts, tau })(z);
      assertClose(take(logitAdjusted({ counts, tau })(adjusted, labels)), take(crossEntropy()(z, labels)));
      adjusted.dispose();
    }
    z.dispose();
  });

  it("sees the counts only up to a factor", () => {
    assertSame(all(logitAdjusted({ counts: [6, 3, 1] })), all(logitAdjusted({ counts })));
  });

  it("has its population minimum where the raw logits are those of equal priors", () => {
    // Likelihoods of an input under the classes; the gradient of the expected loss vanishes at their logarithms.
    const likelihood = [0.2, 0.5, 0.9];
    const joint = likelihood.map((l, k) => l * counts[k]);
    const total = joint.reduce((a, b) => a + b);
    const posterior = joint.map((x) => x / total);
    const loss = logitAdjusted({ counts, reduction: "none" });
    const expected = (z: tf.Tensor) =>
      tf.sum(tf.mul(loss(tf.tile(z as tf.Tensor2D, [3, 1]), [0, 1, 2]), tf.tensor1d(posterior)));
    const got = derivativesOf(expected, [[likelihood.map(Math.log)]], [[[1, 0, 0]]]);
    assertClose(got.gradient[0], [0, 0, 0]);
  });

  it("says which options it cannot take", () => {
    assert.throws(() => logitAdjusted({ counts, tau: NaN }), /tau must be a finite number, received NaN/);
    assert.throws(() => logitAdjusted({ counts: [] }), /counts must be/);
  });
});
