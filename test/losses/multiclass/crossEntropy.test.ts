import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import { crossEntropy } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { derivativesOf } from "./support";

onEachBackend("crossEntropy", () => {
  it("is log K where all logits are equal, and 0 where the own logit is far above", () => {
    const z = tf.tensor2d([
      [7, 7, 7, 7],
      [0, 0, 0, 40],
    ]);
    assertClose(take(crossEntropy({ reduction: "none" })(z, [2, 3])), [Math.log(4), 0]);
    z.dispose();
  });

  it("has value, gradient and curvature of its limit at logits of +-100", () => {
    // p = (1, 0, 0): the loss is 200, its gradient p - e_1, its Hessian 0.
    const got = derivativesOf((z) => crossEntropy()(z, [1]), [[[100, -100, -50]]], [[[1, 2, 3]]]);
    assertClose([got.value], [200]);
    assertClose(got.gradient[0], [1, -1, 0]);
    assertClose(got.hvp[0], [0, 0, 0]);
  });

  it("has the gradient (p - e_y) / n and the Hessian (diag p - p p^T) / n", () => {
    const z = [
      [0.2, -1, 0.7],
      [2, 0, 1],
    ];
    const v = [
      [1, 0, 0],
      [0.5, -1, 2],
    ];
    const softmax = (row: number[]) => {
      const e = row.map(Math.exp);
      return e.map((x) => x / e.reduce((a, b) => a + b));
    };
    const got = derivativesOf((x) => crossEntropy()(x, [2, 0]), [z], [v]);
    const gradient = z.map((row, i) => softmax(row).map((p, k) => (p - Number(k === [2, 0][i])) / 2));
    const hvp = z.map((row, i) => {
      const p = softmax(row);
      const mean = p.reduce((sum, q, k) => sum + q * v[i][k], 0);
      return p.map((q, k) => (q * (v[i][k] - mean)) / 2);
    });
    assertClose(got.gradient[0], gradient.flat());
    assertClose(got.hvp[0], hvp.flat());
  });

  it("does not pass over a label out of range in a tensor: an error, or NaN where the device has none", () => {
    for (const wrong of [3, -1]) {
      const value = () =>
        tf.tidy(() => crossEntropy()(tf.zeros([2, 3]), tf.tensor1d([0, wrong], "int32")).dataSync()[0]);
      try {
        assert.ok(Number.isNaN(value()), `label ${wrong}: a number`);
      } catch (error) {
        assert.match(String(error), /label|index|range/i);
      }
    }
  });

  it("gives the losses of the samples, their sum or their mean", () => {
    const z = tf.tensor2d([
      [1, 0],
      [0, 0],
      [-1, 2],
    ]);
    const terms = take(crossEntropy({ reduction: "none" })(z, [0, 0, 0]));
    assertClose(terms, [Math.log(1 + Math.exp(-1)), Math.LN2, Math.log(1 + Math.exp(3))]);
    const sum = terms.reduce((a, b) => a + b);
    assertClose(take(crossEntropy({ reduction: "sum" })(z, [0, 0, 0])), [sum]);
    assertClose(take(crossEntropy()(z, [0, 0, 0])), [sum / 3]);
    z.dispose();
  });
});

describe("crossEntropy's options", () => {
  it("may hold what the family knows, and nothing else", () => {
    assert.doesNotThrow(() => crossEntropy({ counts: [1, 2], beta: 0.9 }));
    assert.throws(() => crossEntropy({ gamma: 2 } as never), /crossEntropy: unknown option gamma; accepted are/);
  });
});
