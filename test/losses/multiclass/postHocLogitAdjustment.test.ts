import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { postHocLogitAdjustment } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";

const counts = [90, 9, 1];

onEachBackend("postHocLogitAdjustment", () => {
  it("subtracts tau times the log priors", () => {
    const z = tf.tensor2d([[1, 2, 3]]);
    const want = [0.9, 0.09, 0.01].map((prior, k) => k + 1 - 0.5 * Math.log(prior));
    assertClose(take(postHocLogitAdjustment({ counts, tau: 0.5 })(z)), want);
    assertClose(take(postHocLogitAdjustment({ counts, tau: 0 })(z)), [1, 2, 3]);
    z.dispose();
  });

  it("turns posteriors under the training priors into the decision for equal priors", () => {
    // Likelihoods 0.2, 0.3, 0.5: the posterior under the priors prefers class 0, the adjusted logits class 2.
    const joint = [0.9 * 0.2, 0.09 * 0.3, 0.01 * 0.5];
    const z = tf.tensor2d([joint.map(Math.log)]);
    const adjusted = postHocLogitAdjustment({ counts })(z);
    assert.deepEqual(take(tf.argMax(z, 1)), [0]);
    assert.deepEqual(take(tf.argMax(adjusted, 1)), [2]);
    assertClose(take(tf.softmax(adjusted)), [0.2, 0.3, 0.5]);
    tf.dispose([z, adjusted]);
  });

  it("leaves no tensor behind and says what it cannot take", () => {
    const z = tf.zeros([2, 3]);
    const adjust = postHocLogitAdjustment({ counts });
    assertNoLeak(() => adjust(z).dispose());
    z.dispose();
    tf.tidy(() => {
      assert.throws(() => adjust(tf.zeros([2, 4])), /logits must have shape \[n, 3\], received \[2, 4\]/);
    });
    assert.throws(() => postHocLogitAdjustment({ counts: [1, 0] }), /counts must be/);
    assert.throws(() => postHocLogitAdjustment({ counts, tau: NaN }), /tau must be a finite number, received NaN/);
  });
});
