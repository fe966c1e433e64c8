import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, innerProduct, jacobianVectorProduct, tf } from "../../src/engine";
import { resNet } from "../../src/models";
import { onEachBackend } from "../support/backends";
import { assertClose, assertNoLeak, take } from "../support/numeric";
import { dampedLoss, fixture, logits, split } from "./tanhNetwork";

const variable = (value: tf.TensorLike) => tf.tidy(() => tf.variable(tf.tensor(value, undefined, "float32")));
const MODES = ["exact", "finiteDifference"] as const;

onEachBackend("jacobianVectorProduct", () => {
  for (const mode of MODES) {
    const relative = mode === "exact" ? 1e-5 : 1e-3;

    it(`gives the directional derivative of each output (${mode})`, () => {
      // f = [a_0 b, a_1 b, exp b] at a = (2, 3), b = 0.5 along (1, -1), 4
      const [a, b] = [variable([2, 3]), variable([0.5])];
      const f = () => tf.concat([tf.mul(a, b), tf.exp(b)] as tf.Tensor1D[]);
      const got = jacobianVectorProduct(f, [a, b], [tf.tensor1d([1, -1]), tf.tensor1d([4])], { mode });
      assert.deepEqual(got.shape, [3]);
      assertClose(take(got), [8.5, 11.5, 4 * Math.exp(0.5)], { relative });
      tf.dispose([a, b]);
    });

    it(`of a scalar is the gradient times the vector, of the loss of a tanh network (${mode})`, () => {
      const params = split(fixture.theta).map((part) => tf.tidy(() => tf.variable(part)));
      const want = fixture.trainGradient.reduce((sum, slope, i) => sum + slope * fixture.u[i], 0);
      const got = jacobianVectorProduct(dampedLoss(params), params, split(fixture.u), { mode });
      assert.deepEqual(got.shape, []);
      assertClose(take(got), [want], { relative });
      tf.dispose(params);
    });

    it(`is the transpose of the reverse pass: <u, J v> = <J^T u, v> (${mode})`, () => {
      const params = split(fixture.theta).map((part) => tf.tidy(() => tf.variable(part)));
      const [got, want] = tf.tidy(() => {
        const v = split(fixture.u);
        const forward = jacobianVectorProduct(() => logits(params), params, v, { mode });
        const u = tf.cos(tf.reshape(tf.range(0, forward.size), forward.shape));
        const pulled = gradient(() => tf.sum(tf.mul(u, logits(params))), params);
        return [innerProduct([u], [forward]).dataSync()[0], innerProduct(pulled, v).dataSync()[0]];
      });
      assertClose([got], [want], { relative });
      tf.dispose(params);
    });

    it(`is zero along zero, and for a constant (${mode})`, () => {
      const x = variable([1, 2]);
      assert.deepEqual(take(jacobianVectorProduct(() => tf.exp(x), [x], [tf.zeros([2])], { mode })), [0, 0]);
      assert.deepEqual(take(jacobianVectorProduct(() => tf.ones([3]), [x], [tf.ones([2])], { mode })), [0, 0, 0]);
      x.dispose();
    });

    it(`leaves variables and running statistics as they were, and no tensor behind (${mode})`, () => {
      const model = resNet({ depth: 8, width: 2, inputShape: [4, 4, 1], outputs: 2, seed: 1 });
      const images = tf.tidy(() => tf.sin(tf.reshape(tf.range(0, 48), [3, 4, 4, 1])));
      const params = [...model.parameters];
      const v = params.map((param) => tf.onesLike(param as tf.Tensor));
      const state = () => [...params, ...model.statistics].map((each) => Array.from(each.dataSync()));
      const before = state();
      assertNoLeak(() => {
        const forward = take(jacobianVectorProduct(() => model.apply(images, { training: true }), params, v, { mode }));
        assert.ok(forward.every(Number.isFinite) && forward.some((value) => value !== 0));
      });
      assert.deepEqual(state(), before);
      model.dispose();
      tf.dispose([images, v]);
    });

    it(`leaves nothing behind when f throws (${mode})`, () => {
      const x = variable([1, 2]);
      const v = [tf.ones([2])];
      let calls = 0;
      const f = () => {
        const y = tf.exp(x);
        if (++calls === (mode === "exact" ? 1 : 2)) throw new Error("last evaluation");
        return y;
      };
      assertNoLeak(() => assert.throws(() => jacobianVectorProduct(f, [x], v, { mode }), /last evaluation/));
      assert.deepEqual(Array.from(x.dataSync()), [1, 2]);
      tf.dispose([x, v]);
    });
  }

  it("throws for an operation without a second derivative, naming it; the finite difference does not", () => {
    const x = variable([[[[1, 2, 3, 4]]]]);
    const v = [tf.onesLike(x as tf.Tensor)];
    const f = () => tf.localResponseNormalization(x as unknown as tf.Tensor4D);
    assert.throws(() => jacobianVectorProduct(f, [x], v), /LRNGrad/);
    assert.ok(take(jacobianVectorProduct(f, [x], v, { mode: "finiteDifference" })).every(Number.isFinite));
    tf.dispose([x, v]);
  });
});

describe("jacobianVectorProduct", () => {
  it("says what it takes", () => {
    const x = variable([1, 2]);
    assert.throws(() => jacobianVectorProduct(() => x, [x], [tf.ones([2, 1])]), {
      name: "RangeError",
      message: "jacobianVectorProduct: vectors must have the shapes of params, [2]; received [2, 1]",
    });
    assert.throws(() => jacobianVectorProduct(() => x, [x], [tf.ones([2])], { mode: "forward" as never }), {
      name: "RangeError",
      message: 'jacobianVectorProduct: mode must be exact or finiteDifference, received "forward"',
    });
    x.dispose();
  });
});
