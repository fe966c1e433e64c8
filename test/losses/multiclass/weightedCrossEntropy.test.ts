import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { crossEntropy, weightedCrossEntropy } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { derivativesOf, normals } from "./support";

const logits = normals(4, 6, 3);
const labels = [0, 2, 1, 0, 0, 2];
const weight = [0.5, 2, 10];

onEachBackend("weightedCrossEntropy", () => {
  const value = (loss: (z: tf.Tensor, y: number[]) => tf.Tensor) => {
    const z = tf.tensor2d(logits);
    const result = take(loss(z, labels));
    z.dispose();
    return result;
  };

  it("is the mean over samples, not over weights, of weight times cross-entropy", () => {
    const terms = value(crossEntropy({ reduction: "none" }));
    const want = terms.reduce((sum, loss, i) => sum + weight[labels[i]] * loss, 0) / labels.length;
    assertClose(value(weightedCrossEntropy({ weight })), [want]);
    assertClose(
      value(weightedCrossEntropy({ weight, reduction: "none" })),
      terms.map((l, i) => weight[labels[i]] * l),
    );
  });

  it("takes the weights as a number, an array, a typed array, a tensor or a variable", () => {
    const want = value(weightedCrossEntropy({ weight }));
    const tensor = tf.tensor1d(weight);
    const variable = tf.variable(tensor);
    for (const form of [Float32Array.from(weight), tensor, variable]) {
      assertClose(value(weightedCrossEntropy({ weight: form })), want);
    }
    const plain = value(crossEntropy());
    assertClose(value(weightedCrossEntropy({ weight: 3 })), [3 * plain[0]]);
    assertClose(value(weightedCrossEntropy({ weight: tf.scalar(3) })), [3 * plain[0]]);
    assertClose(value(weightedCrossEntropy()), plain);
    tf.dispose([tensor, variable]);
  });

  it("is cross-entropy with equal weights, and ignores classes of weight 0", () => {
    assertClose(value(weightedCrossEntropy({ weight: [1, 1, 1] })), value(crossEntropy()));
    const got = derivativesOf(
      (z) => weightedCrossEntropy({ weight: [0, 1, 1] })(z, [0, 0]),
      [logits.slice(0, 2)],
      [logits.slice(2, 4)],
    );
    assert.deepEqual([got.value, ...got.gradient[0], ...got.hvp[0]].map(Math.abs), Array(13).fill(0));
  });

  it("has the class means of the cross-entropy as gradient in the weights, 0 for absent classes", () => {
    const terms = value(crossEntropy({ reduction: "none" }));
    const want = [0, 1, 2, 3].map((k) => terms.reduce((sum, l, i) => sum + (labels[i] === k ? l : 0), 0) / 6);
    const four = logits.map((row) => [...row, -1e9]);
    const got = derivativesOf(
      (w) => weightedCrossEntropy({ weight: w })(tf.tensor2d(four), labels),
      [[1, 2, 3, 4]],
      [[1, 1, 1, 1]],
    );
    assertClose(got.gradient[0], want);
  });
});

describe("weightedCrossEntropy's weights", () => {
  it("are copied when the loss is made", () => {
    const changing = [1, 1];
    const loss = weightedCrossEntropy({ weight: changing });
    changing[0] = 100;
    assertClose(take(tf.tidy(() => loss(tf.zeros([1, 2]), [0]))), [Math.LN2]);
  });

  it("are refused when they are negative, not finite or not K", () => {
    const accepted = /weight must be a non-negative finite number, K of them, or a tensor or variable \[K\], received /;
    for (const wrong of [-1, NaN, [1, -2], [], [1, Infinity], "1", [[1, 2]]]) {
      assert.throws(() => weightedCrossEntropy({ weight: wrong as never }), accepted, JSON.stringify(wrong));
    }
    const loss = weightedCrossEntropy({ weight: [1, 2] });
    assertNoLeak(() =>
      assert.throws(
        () => tf.tidy(() => loss(tf.zeros([4, 3]), [0, 1, 2, 0])),
        /weight must have one entry per class, 3 for logits \[4, 3\]; received 2/,
      ),
    );
  });
});
