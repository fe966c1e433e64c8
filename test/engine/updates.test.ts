import assert from "node:assert/strict";
import { it } from "node:test";

import { adamUpdate, momentumUpdate, random, slot, tf } from "../../src/engine";
import { onEachBackend } from "../support/backends";
import { assertClose, assertNoLeak } from "../support/numeric";

const SHAPE = [3, 4];
const generator = random(3);
const draws = (count: number) => Array.from({ length: count }, () => generator.normal());

/** Theta and the gradients of four steps, in double precision. */
const start = draws(12);
const slopes = [draws(12), draws(12), draws(12), draws(12)];

onEachBackend("optimizer updates", () => {
  for (const nesterov of [false, true]) {
    it(`momentum${nesterov ? ", Nesterov" : ""}: four steps agree with the formula in double precision`, () => {
      const [rate, momentum] = [0.3, 0.8];
      const theta = [...start];
      const velocity = theta.map(() => 0);
      const parameter = tf.variable(tf.tensor(start, SHAPE));
      const kept = slot(parameter);
      for (const slope of slopes) {
        slope.forEach((g, index) => {
          velocity[index] = momentum * velocity[index] + g;
          theta[index] -= rate * (nesterov ? g + momentum * velocity[index] : velocity[index]);
        });
        const g = tf.tensor(slope, SHAPE);
        momentumUpdate(parameter, kept, g, { learningRate: rate, momentum, nesterov });
        g.dispose();
      }
      assertClose(parameter.dataSync(), theta);
      const read = kept.read();
      assertClose(read.dataSync(), velocity);
      kept.dispose();
      tf.dispose([read, parameter]);
    });
  }

  it("Adam: four steps agree with the published form in double precision, epsilon included", () => {
    // An epsilon of the size of the gradients, so that its place in the formula shows.
    const options = { learningRate: 0.2, beta1: 0.7, beta2: 0.9, epsilon: 0.5 };
    const { learningRate, beta1, beta2, epsilon } = options;
    const theta = [...start];
    const [m, s] = [theta.map(() => 0), theta.map(() => 0)];
    const parameter = tf.variable(tf.tensor(start, SHAPE));
    const [first, second] = [slot(parameter), slot(parameter)];
    slopes.forEach((slope, index) => {
      const step = index + 1;
      slope.forEach((g, i) => {
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        s[i] = beta2 * s[i] + (1 - beta2) * g * g;
        theta[i] -= (learningRate * m[i]) / (1 - beta1 ** step) / (Math.sqrt(s[i] / (1 - beta2 ** step)) + epsilon);
      });
      const g = tf.tensor(slope, SHAPE);
      adamUpdate(parameter, first, second, g, { ...options, step });
      g.dispose();
    });
    assertClose(parameter.dataSync(), theta);
    first.dispose();
    second.dispose();
    parameter.dispose();
  });

  it("goes on from a value that the parameter was given from outside, and from a slot that was written", () => {
    const parameter = tf.variable(tf.tensor1d([1, 2]));
    const velocity = slot(parameter);
    const g = tf.tensor1d([1, 1]);
    const options = { learningRate: 1, momentum: 0.5, nesterov: false };
    momentumUpdate(parameter, velocity, g, options);
    const [outside, written] = [tf.tensor1d([10, 20]), tf.tensor1d([4, 8])];
    parameter.assign(outside);
    velocity.write(written);
    tf.dispose([outside, written]);
    momentumUpdate(parameter, velocity, g, options);
    assert.deepEqual(Array.from(parameter.dataSync()), [10 - 3, 20 - 5]);
    velocity.dispose();
    tf.dispose([parameter, g]);
  });

  it("a slot that was read keeps what was read", () => {
    const parameter = tf.variable(tf.tensor1d([0]));
    const velocity = slot(parameter);
    const g = tf.tensor1d([1]);
    const options = { learningRate: 1, momentum: 1 / 2, nesterov: false };
    momentumUpdate(parameter, velocity, g, options);
    const [before, position] = [velocity.read(), tf.clone(parameter as tf.Tensor)];
    momentumUpdate(parameter, velocity, g, options);
    assert.equal(before.dataSync()[0], 1);
    assert.equal(position.dataSync()[0], -1);
    velocity.dispose();
    tf.dispose([parameter, g, before, position]);
  });

  it("leaves no tensor behind", () => {
    const parameter = tf.variable(tf.tensor1d([0, 1]));
    const g = tf.tensor1d([1, 1]);
    assertNoLeak(() => {
      const [first, second] = [slot(parameter), slot(parameter)];
      momentumUpdate(parameter, first, g, { learningRate: 1, momentum: 0, nesterov: true });
      adamUpdate(parameter, first, second, g, { learningRate: 1, beta1: 0.9, beta2: 0.9, epsilon: 1, step: 1 });
      first.read().dispose();
      first.dispose();
      second.dispose();
    });
    tf.dispose([parameter, g]);
  });
});
