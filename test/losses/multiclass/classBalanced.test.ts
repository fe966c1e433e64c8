import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import {
  classBalanced,
  classBalancedWeights,
  crossEntropy,
  weightedCrossEntropy,
} from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { derivativesOf, normals, type AnyLoss } from "./support";

const counts = [800, 50, 3];
const logits = normals(7, 5, 3);
const labels = [0, 1, 2, 0, 1];
const all = (loss: AnyLoss) => derivativesOf((z) => loss(z, labels), [logits], [normals(8, 5, 3)]);

onEachBackend("classBalanced", () => {
  it("is cross-entropy weighted by the class-balanced weights of the counts", () => {
    const want = weightedCrossEntropy({ weight: classBalancedWeights(counts, 0.99) });
    assert.deepEqual(all(classBalanced({ counts, beta: 0.99 })), all(want));
  });

  it("is cross-entropy with beta 0, and with balanced counts", () => {
    const want = all(crossEntropy());
    for (const loss of [classBalanced({ counts, beta: 0 }), classBalanced({ counts: [9, 9, 9] })]) {
      const got = all(loss);
      assertClose([got.value], [want.value]);
      assertClose(got.gradient[0], want.gradient[0]);
      assertClose(got.hvp[0], want.hvp[0]);
    }
  });

  it("divides a batch by its samples: the loss of a rare class is larger than that of a frequent one", () => {
    const value = (label: number) =>
      take(tf.tidy(() => classBalanced({ counts })(tf.zeros([2, 3]), [label, label])))[0];
    const [w0, , w2] = classBalancedWeights(counts);
    assertClose([value(2) / value(0)], [w2 / w0]);
  });

  it("says which counts and beta it cannot take", () => {
    assert.throws(() => classBalanced({ counts: [5, 0] }), /counts must be a list or tensor \[K\] of positive numbers/);
    assert.throws(() => classBalanced({ counts, beta: 1 }), /beta must be a number in \[0, 1\), received 1/);
    assert.throws(() => classBalanced({} as never), /counts must be .* received/);
    assert.throws(
      () => tf.tidy(() => classBalanced({ counts })(tf.zeros([1, 2]), [0])),
      /counts must have one entry per class, 2 for logits \[1, 2\]; received 3/,
    );
  });
});
