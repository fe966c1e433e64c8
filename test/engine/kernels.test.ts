import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { batchNormTraining, random, stopGradient, tf } from "../../src/engine";
import { assertClose, assertNoLeak, take } from "../support/numeric";

const generator = random(1);
const normal = (...shape: number[]) =>
  tf.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => generator.normal()),
    shape,
  );

/** The formula from elementary operations whose gradients tfjs has right. */
function elementaryBatchNorm(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, [0, 1, 2]));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), [0, 1, 2]), epsilon));
  return tf.add(tf.mul(tf.mul(centred, inverse), scale), offset);
}

/** A scalar whose third derivatives do not vanish, so that second-order errors show. */
const cubic = (y: tf.Tensor, weight: tf.Tensor) => tf.sum(tf.mul(weight, tf.mul(y, tf.square(y)))) as tf.Scalar;

describe("batchNormTraining", () => {
  const [x, scale, offset, weight] = [normal(6, 3, 3, 4), normal(4), normal(4), normal(6, 3, 3, 4)];
  const epsilon = 1e-3;
  const fused = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
    cubic(batchNormTraining(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, { epsilon }).y, weight);
  const elementary = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => cubic(elementaryBatchNorm(a, b, c, epsilon), weight);

  it("gives the values and gradients of the elementary formula", () => {
    assertClose(take(fused(x, scale, offset)), take(elementary(x, scale, offset)));
    const got = tf.grads(fused)([x, scale, offset]);
    tf.grads(elementary)([x, scale, offset]).forEach((want, index) => {
      assertClose(take(got[index]), take(want), { what: ["x", "scale", "offset"][index] });
    });
  });

  it("gives the Hessian-vector products of the elementary formula, mixed ones included", () => {
    const directions = [normal(6, 3, 3, 4), normal(4), normal(4)];
    const product = (f: typeof fused) =>
      tf.grads((...inputs) =>
        tf
          .grads(f)(inputs as never)
          .map((gradient, index) => tf.sum(tf.mul(gradient, directions[index])))
          .reduce((sum, term) => tf.add(sum, term)),
      )([x, scale, offset]);
    const want = product(elementary);
    product(fused).forEach((got, index) => {
      assertClose(take(got), take(want[index]), { what: ["x", "scale", "offset"][index] });
    });
  });

  it("returns the batch's mean and its variance with Bessel's correction", () => {
    const { y, mean, variance } = batchNormTraining(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D, {
      epsilon,
    });
    const moments = tf.moments(x, [0, 1, 2]);
    assertClose(take(mean), take(moments.mean));
    assertClose(take(variance), take(tf.mul(moments.variance, 54 / 53)));
    y.dispose();
  });

  it("treats the statistics as constants", () => {
    const gradient = tf.grad((a: tf.Tensor) =>
      tf.sum(batchNormTraining(a as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D, { epsilon }).mean),
    )(x);
    assert.ok(take(gradient).every((value) => value === 0));
  });

  it("leaves no tensor behind, forward or backward", () => {
    assertNoLeak(() => tf.dispose(tf.grads(fused)([x, scale, offset])));
  });
});

describe("batchNormTraining with relu", () => {
  const [x, scale, offset] = [normal(6, 3, 3, 4), normal(4), normal(4)] as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
  const running = { mean: tf.fill([4], 3), variance: tf.fill([4], 2), share: 0.25 };
  const run = () => {
    const { y, mean, variance } = batchNormTraining(x, scale, offset, { epsilon: 1e-3, relu: true, running });
    const slope = tf.grad((at: tf.Tensor) => {
      const out = batchNormTraining(at as tf.Tensor4D, scale, offset, { epsilon: 1e-3, relu: true });
      return tf.sum(tf.mul(tf.square(out.y), x));
    })(x);
    return [y, mean, variance, slope].map(take);
  };

  it("is max(0, the normalised batch), and moves running statistics by their share", () => {
    const [y, mean, variance] = run();
    assertClose(y, take(tf.relu(elementaryBatchNorm(x, scale, offset, 1e-3))));
    const batch = tf.moments(x, [0, 1, 2]);
    assertClose(mean, take(tf.add(0.75 * 3, tf.mul(batch.mean, 0.25))));
    assertClose(variance, take(tf.add(0.75 * 2, tf.mul(batch.variance, (0.25 * 54) / 53))));
  });

  it("gives the same where TensorFlow comes without oneDNN's operations", (test) => {
    const tried = (tf.backend() as unknown as Record<symbol, Record<string, boolean>>)[
      Symbol.for("counterweight.oneDnn")
    ];
    if (!tried) return test.skip("no native backend");
    const [fused, before] = [run(), { ...tried }];
    for (const name of Object.keys(tried)) tried[name] = false;
    try {
      run().forEach((values, index) => assertClose(values, fused[index], { what: `output ${index}` }));
    } finally {
      Object.assign(tried, before);
    }
  });
});

describe("the gradient of relu", () => {
  it("passes where the input is positive and stops elsewhere, at zero too", () => {
    const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(tf.relu(x), [1, 2, 3, 4])))(
      tf.tensor1d([-1, 0, 0.5, 100]),
    );
    assert.deepEqual(take(gradient), [0, 0, 3, 4]);
  });

  it("differentiates again: the second derivative of relu(x)^3 is 6 relu(x)", () => {
    const cube = (x: tf.Tensor) => tf.sum(tf.mul(tf.relu(x), tf.square(tf.relu(x))));
    const second = tf.grad((x: tf.Tensor) => tf.sum(tf.grad(cube)(x)))(tf.tensor1d([-2, 0.5, 3]));
    assertClose(take(second), [0, 3, 18]);
  });
});

describe("stopGradient", () => {
  it("keeps the value and stops the derivative", () => {
    const x = tf.tensor1d([2, 3]);
    assert.deepEqual(take(stopGradient(x)), [2, 3]);
    assert.deepEqual(take(tf.grad((v: tf.Tensor) => tf.sum(tf.mul(v, stopGradient(v))))(x)), [2, 3]);
  });
});
