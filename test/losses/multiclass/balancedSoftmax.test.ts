import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { balancedSoftmax, crossEntropy, logitAdjusted } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { derivativesOf, normals } from "./support";

onEachBackend("balancedSoftmax", () => {
  it("is minus the log of n_y exp(f_y) over the sum of n_k exp(f_k)", () => {
    const value = take(tf.tidy(() => balancedSoftmax({ counts: [90, 9, 1] })(tf.tensor2d([[0.5, -1, 2]]), [2])));
    const weighted = [90 * Math.exp(0.5), 9 * Math.exp(-1), Math.exp(2)];
    assertClose(value, [-Math.log(weighted[2] / weighted.reduce((a, b) => a + b))]);
  });

  it("is logitAdjusted with tau 1, and cross-entropy for balanced counts", () => {
    const [logits, along, labels] = [normals(13, 4, 3), normals(14, 4, 3), [0, 1, 2, 2]];
    const all = (loss: typeof balancedSoftmax, counts: number[]) =>
      derivativesOf((z) => loss({ counts })(z, labels), [logits], [along]);
    const pairs = [
      [all(balancedSoftmax, [50, 20, 1]), all(logitAdjusted, [50, 20, 1])],
      [all(balancedSoftmax, [3, 3, 3]), all(crossEntropy as typeof balancedSoftmax, [3, 3, 3])],
    ];
    for (const [got, want] of pairs) {
      assertClose([got.value], [want.value]);
      assertClose(got.gradient[0], want.gradient[0]);
      assertClose(got.hvp[0], want.hvp[0]);
    }
  });

  it("says which counts it cannot take", () => {
    assert.throws(() => balancedSoftmax({ counts: [1, 0] }), /counts must be/);
  });
});
