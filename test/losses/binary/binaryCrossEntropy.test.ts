import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { binaryCrossEntropy } from "../../../src/losses/binary";
import { assertClose, assertNoLeak, take } from "../../support/numeric";

describe("binaryCrossEntropy", () => {
  it("is log 2 per sample at logit 0, times the weight for positives", () => {
    assertClose(take(binaryCrossEntropy()(tf.zeros([4]), [1, 0, 0, 0])), [Math.LN2]);
    assertClose(take(binaryCrossEntropy({ positiveWeight: 5 })(tf.zeros([4]), [1, 0, 0, 0])), [2 * Math.LN2]);
  });

  it("has the gradient (sigmoid(z) - y) / n", () => {
    const z = tf.tensor1d([-2, 0.3, 4]);
    const gradient = tf.grad((x: tf.Tensor) => binaryCrossEntropy()(x, [0, 1, 1]))(z);
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    assertClose(take(gradient), [sigmoid(-2) / 3, (sigmoid(0.3) - 1) / 3, (sigmoid(4) - 1) / 3]);
  });

  it("stays finite, and right, at logits of +-100", () => {
    const z = tf.tensor1d([100, -100, 100, -100]);
    const labels = [1, 0, 0, 1];
    assertClose(take(binaryCrossEntropy()(z, labels)), [50]);
    assertClose(take(tf.grad((x: tf.Tensor) => binaryCrossEntropy()(x, labels))(z)), [0, 0, 0.25, -0.25]);
  });

  it("takes labels as numbers, booleans or integers alike", () => {
    const z = tf.tensor1d([0.5, -1]);
    const want = take(binaryCrossEntropy()(z, [1, 0]));
    for (const dtype of ["int32", "bool", "float32"] as const) {
      assert.deepEqual(take(binaryCrossEntropy()(z, tf.tensor1d([1, 0], dtype))), want, dtype);
    }
  });

  it("gives the terms themselves, [n], or their sum", () => {
    const z = tf.tensor1d([0, 0, 0]);
    const terms = binaryCrossEntropy({ positiveWeight: 5, reduction: "none" })(z, [1, 0, 0]);
    assert.deepEqual(terms.shape, [3]);
    assertClose(take(terms), [5 * Math.LN2, Math.LN2, Math.LN2]);
    assertClose(take(binaryCrossEntropy({ reduction: "sum" })(z, [1, 0, 0])), [3 * Math.LN2]);
  });

  it("is 0 on an empty batch", () => {
    assert.deepEqual(take(binaryCrossEntropy()(tf.tensor1d([]), tf.tensor1d([]))), [0]);
  });

  it("leaves no tensor behind", () => {
    const [z, y] = [tf.tensor1d([1, 2]), tf.tensor1d([0, 1])];
    assertNoLeak(() => binaryCrossEntropy()(z, y).dispose());
  });

  it("names the weight or the shapes it cannot take", () => {
    assert.throws(
      () => binaryCrossEntropy({ positiveWeight: 0 }),
      /positiveWeight must be a positive finite number, received 0/,
    );
    assert.throws(() => binaryCrossEntropy()(tf.zeros([2, 1]), [0, 1]), /shape \[n\], received \[2, 1\] and \[2\]/);
    assert.throws(() => binaryCrossEntropy()(tf.zeros([3]), [0, 1]), /received \[3\] and \[2\]/);
  });
});
