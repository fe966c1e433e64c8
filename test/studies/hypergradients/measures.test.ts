import assert from "node:assert/strict";
import { it } from "node:test";

import { random, tf } from "../../../src/engine";
import { mlp } from "../../../src/models";
import { descentReference, measured, networkProblem, numbersOf } from "../../../src/studies/hypergradients";
import { onEachBackend } from "../../support/backends";

onEachBackend("what a piece of work costs", () => {
  it("is the most that tensors held at once, beyond what there was", () => {
    const kept = tf.zeros([500]);
    const { result, peakBytes, seconds } = measured(() =>
      tf.tidy(() => {
        const [a, b] = [tf.ones([1000]), tf.ones([1000])];
        const sum = tf.add(a, b);
        tf.dispose([a, b]);
        return tf.sum(sum).dataSync()[0];
      }),
    );
    assert.equal(result, 2000);
    // Three arrays of 1000 floats at the addition.
    assert.ok(peakBytes >= 12_000 && peakBytes < 13_000, `${peakBytes} bytes`);
    assert.ok(seconds > 0);
    kept.dispose();
  });

  it("leaves tfjs as it was, also when the work throws", () => {
    const own = Object.getOwnPropertyNames(tf.engine());
    assert.throws(
      () =>
        measured(() => {
          throw new Error("no");
        }),
      /^Error: no$/,
    );
    assert.deepEqual(Object.getOwnPropertyNames(tf.engine()), own);
  });
});

onEachBackend("the gradient through steps of descent", () => {
  it("agrees with central differences of the descent of a smooth network, and leaves it at their end", () => {
    const before = tf.memory().numTensors;
    const source = random(5);
    const batch = (count: number) => ({
      inputs: tf.tensor2d(
        Array.from({ length: count * 3 }, () => source.normal()),
        [count, 3],
      ),
      labels: tf.tensor1d(
        Array.from({ length: count }, (_, index) => index % 3),
        "int32",
      ),
    });
    const model = mlp({ inputShape: [3], hidden: [5], outputs: 3, activation: "tanh", seed: 1 });
    const [train, validation] = [batch(12), batch(9)];
    const network = networkProblem({ model, train, validation, classes: 3 });
    const start = numbersOf(model.parameters);
    const alpha = numbersOf(network.outer);
    const found = descentReference({ problem: network.problem, steps: 5, learningRate: 0.3, seed: 1 });
    assert.equal(found.checks.length, 4);
    const size = Math.hypot(...found.gradient);
    for (const { difference, derivative } of found.checks) {
      // Second order in the displacement of 0.03, and 1e-7 / 0.06 of rounding.
      assert.ok(Math.abs(difference - derivative) < 0.01 * size, `${difference} against ${derivative}, norm ${size}`);
    }
    assert.ok(Math.abs(found.checks[0].derivative - size) < 1e-6 * size, "the first direction is the gradient's own");
    assert.deepEqual(numbersOf(network.outer), alpha);
    assert.notDeepEqual(numbersOf(model.parameters), start);
    network.dispose();
    model.dispose();
    tf.dispose([train, validation].flatMap(({ inputs, labels }) => [inputs, labels]));
    assert.equal(tf.memory().numTensors, before);
  });
});
