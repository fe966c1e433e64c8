import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { binaryCrossEntropy, softFBeta } from "../../../src/losses/binary";
import { blend, differenceOfEqualOpportunity } from "../../../src/losses/group";
import { balancedCrossEntropy, crossEntropy } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak } from "../../support/numeric";
import { derivativesOf } from "../multiclass/support";
import { groups, labels, logits, onBatch } from "./support";

onEachBackend("blend", () => {
  it("is (1 - lambda) L1 + lambda L2, with the derivatives of that", () => {
    const [first, second] = [crossEntropy(), balancedCrossEntropy()];
    const [a, b, got] = [first, second, blend(0.3, first, second)].map((f) => onBatch((z, y) => f(z, y)));
    const mixed = (x: number[], y: number[]) => x.map((value, i) => 0.7 * value + 0.3 * y[i]);
    assertClose([got.value], mixed([a.value], [b.value]));
    assertClose(got.gradient[0], mixed(a.gradient[0], b.gradient[0]));
    assertClose(got.hvp[0], mixed(a.hvp[0], b.hvp[0]));
  });

  it("joins losses of different families: one that does not take groups leaves them unread", () => {
    const deo = differenceOfEqualOpportunity({ groups: 2 });
    const got = onBatch(blend(0.25, crossEntropy(), deo));
    const [ce, gap] = [onBatch((z, y) => crossEntropy()(z, y)), onBatch(deo)];
    assertClose([got.value], [0.75 * ce.value + 0.25 * gap.value]);
    const binary = blend(0.5, binaryCrossEntropy(), softFBeta());
    const value = tf.tidy(() => binary(tf.tensor1d([0, 0]), [1, 0]).dataSync()[0]);
    // Soft F1 at p = 1/2: 2 TP / (2 TP + FP + FN) = 1/2.
    assertClose([value], [0.5 * Math.LN2 + 0.25]);
  });

  it("is one of the two at lambda 0 and 1, without evaluating the other", () => {
    const never = () => assert.fail("evaluated") as never;
    assert.ok(onBatch(blend(0, crossEntropy(), never)).value > 0);
    assert.ok(onBatch(blend(1, never, crossEntropy())).value > 0);
  });

  it("is differentiable in a lambda that is a variable: L2 - L1", () => {
    const [first, second] = [crossEntropy(), balancedCrossEntropy()];
    const got = derivativesOf((l) => blend(l, first, second)(tf.tensor2d(logits), labels), [0.4], [1]);
    const [a, b] = [first, second].map((f) => onBatch((z, y) => f(z, y)).value);
    assertClose([got.value], [0.6 * a + 0.4 * b]);
    assertClose(got.gradient[0], [b - a]);
    assertClose(got.hvp[0], [0]);
  });

  it("leaves no tensor behind", () => {
    const z = tf.tensor2d(logits);
    const loss = blend(0.5, crossEntropy(), differenceOfEqualOpportunity({ groups: 2 }));
    assertNoLeak(() => loss(z, labels, groups).dispose());
    z.dispose();
  });
});

describe("blend's lambda", () => {
  it("is a number in [0, 1] or a scalar tensor", () => {
    for (const wrong of [-0.1, 1.1, NaN, "0.5", undefined]) {
      assert.throws(
        () => blend(wrong as never, crossEntropy(), crossEntropy()),
        /lambda must be a number in \[0, 1\] or a scalar tensor, received/,
      );
    }
    tf.tidy(() => {
      assert.throws(() => blend(tf.zeros([1]), crossEntropy(), crossEntropy()), /received a tensor of shape \[1\]/);
    });
  });
});
