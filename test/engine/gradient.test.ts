import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gradient, stopGradient, tf } from "../../src/engine";
import { resNet } from "../../src/models";
import { onEachBackend } from "../support/backends";
import { assertClose, assertNoLeak, take } from "../support/numeric";
import { dampedLoss, fixture, split } from "./tanhNetwork";

/** Runs work on variables made of these values, and frees them. */
function withVariables<T>(values: tf.TensorLike[], work: (...variables: tf.Variable[]) => T): T {
  const variables = values.map((value) => tf.tidy(() => tf.variable(tf.tensor(value, undefined, "float32"))));
  try {
    return work(...variables);
  } finally {
    tf.dispose(variables);
  }
}

onEachBackend("gradient", () => {
  it("gives one tensor per variable, of its shape: d(a^2 b) = 2ab da + a^2 db", () => {
    withVariables([[[2, 3]], [[5], [7]]], (a, b) => {
      const gradients = gradient(() => tf.sum(tf.mul(tf.square(a), b)), [a, b]);
      assert.deepEqual(
        gradients.map(({ shape }) => shape),
        [
          [1, 2],
          [2, 1],
        ],
      );
      assert.deepEqual(gradients.map(take), [
        [48, 72],
        [13, 13],
      ]);
    });
  });

  it("is zero where the loss does not depend on the variable, and for a constant loss", () => {
    withVariables([[1, 2], 3], (a, b) => {
      assert.deepEqual(gradient(() => tf.sum(a), [a, b]).map(take), [[1, 1], [0]]);
      assert.deepEqual(gradient(() => tf.scalar(1), [a]).map(take), [[0, 0]]);
    });
  });

  it("is differentiated in turn: the third derivative of x^5 is 60 x^2", () => {
    withVariables([2], (x) => {
      const derivative = (f: () => tf.Tensor) => () => gradient(f, [x])[0];
      const third = tf.tidy(derivative(derivative(derivative(() => tf.pow(x, 5)))));
      assertClose(take(third), [240]);
    });
  });

  it("is differentiated a third time through exp, tanh and cross-entropy-like functions", () => {
    withVariables([0.3], (x) => {
      const third = (f: () => tf.Tensor) =>
        take(tf.tidy(() => gradient(() => gradient(() => gradient(f, [x])[0], [x])[0], [x])[0]));
      assertClose(
        third(() => tf.exp(tf.mul(2, x))),
        [8 * Math.exp(0.6)],
      );
      const t = Math.tanh(0.3);
      assertClose(
        third(() => tf.tanh(x)),
        [(1 - t * t) * (6 * t * t - 2)],
      );
      const s = 1 / (1 + Math.exp(-0.3));
      assertClose(
        third(() => tf.softplus(x)),
        [s * (1 - s) * (1 - 2 * s)],
      );
    });
  });

  it("takes what stopGradient returns for a constant, at second order too", () => {
    withVariables([2], (x) => {
      const f = () => tf.mul(tf.square(x), stopGradient(tf.square(x)));
      assert.deepEqual(gradient(f, [x]).map(take), [[16]]);
      assert.deepEqual(take(tf.tidy(() => gradient(() => gradient(f, [x])[0], [x])[0])), [8]);
    });
  });

  it("has no NaN where a power of zero is differentiated twice", () => {
    withVariables([[0, 3]], (x) => {
      for (const [power, want] of [
        [1, [0, 0]],
        [2, [2, 2]],
        [3, [0, 18]],
      ] as const) {
        const second = tf.tidy(() => gradient(() => tf.sum(gradient(() => tf.sum(tf.pow(x, power)), [x])[0]), [x])[0]);
        assertClose(take(second), want, { what: `power ${power}` });
      }
    });
  });

  it("agrees with the float64 reference of a tanh network under parametric cross-entropy", () => {
    const params = split(fixture.theta).map((part) => tf.tidy(() => tf.variable(part)));
    const got = gradient(dampedLoss(params), params).flatMap(take);
    assertClose(got, fixture.trainGradient);
    tf.dispose(params);
  });

  it("leaves variables and running statistics as they were, bit for bit", () => {
    const model = resNet({ depth: 8, width: 2, inputShape: [4, 4, 1], outputs: 2, seed: 1 });
    const images = tf.tidy(() => tf.sin(tf.reshape(tf.range(0, 48), [3, 4, 4, 1])));
    const state = () => [...model.parameters, ...model.statistics].map((variable) => Array.from(variable.dataSync()));
    const before = state();
    const gradients = gradient(() => tf.sum(tf.square(model.apply(images, { training: true }))), [...model.parameters]);
    assert.deepEqual(state(), before);
    assert.ok(gradients.some((part) => take(part).some((value) => value !== 0)));
    tf.tidy(() => void model.apply(images, { training: true }));
    assert.notDeepEqual(state(), before, "an ordinary step in training mode does move the statistics");
    model.dispose();
    images.dispose();
  });

  it("leaves no tensor behind, nor when f or a gradient throws", () => {
    withVariables([[1, 2]], (x) => {
      assertNoLeak(() => tf.dispose(gradient(() => tf.sum(tf.exp(tf.tanh(x))), [x])));
      assertNoLeak(() =>
        assert.throws(
          () =>
            gradient(() => {
              tf.exp(tf.tanh(x));
              throw new Error("in f");
            }, [x]),
          /in f/,
        ),
      );
      assertNoLeak(() => assert.throws(() => gradient(() => tf.sum(tf.diag(tf.exp(x))), [x]), /Diag/));
      assertNoLeak(() => assert.throws(() => gradient(() => tf.exp(x), [x]), TypeError));
      assertNoLeak(() =>
        assert.throws(() => gradient(() => tf.sum(gradient(() => tf.sum(tf.diag(tf.exp(x))), [x])[0]), [x]), /Diag/),
      );
      assert.deepEqual(gradient(() => tf.sum(tf.square(x)), [x]).map(take), [[2, 4]], "and the next gradient is right");
    });
  });
});

describe("gradient", () => {
  it("says what it takes", () => {
    withVariables([[1, 2]], (x) => {
      assert.throws(() => gradient(() => tf.sum(x), []), {
        name: "RangeError",
        message: "gradient: params must hold at least one variable, received none",
      });
      assert.throws(() => gradient(() => tf.square(x), [x]), {
        name: "TypeError",
        message: "gradient: f must return a scalar, received shape [2]",
      });
    });
  });
});
