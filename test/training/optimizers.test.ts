import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { adam, adamW, sgd, type Optimizer } from "../../src/training";
import { onEachBackend } from "../support/backends";
import { assertClose } from "../support/numeric";

/** Gradients of a parameter [2] at four steps. */
const GRADIENTS = [
  [0.1, -0.5],
  [0.3, 0.2],
  [-1, 0],
  [0.05, 2],
];

/** The parameter after each of the gradients, starting at (1, -2). */
function path(optimizer: Optimizer, restart?: () => Optimizer): number[] {
  const parameter = tf.tidy(() => tf.variable(tf.tensor1d([1, -2])));
  let current = optimizer;
  const values = GRADIENTS.flatMap((gradient, step) => {
    tf.tidy(() => current.step([parameter], [tf.tensor1d(gradient)], current.learningRate(step)));
    if (restart) {
      const next = restart();
      next.restore(current.state());
      current.dispose();
      current = next;
    }
    return Array.from(parameter.dataSync());
  });
  current.dispose();
  parameter.dispose();
  return values;
}

/** What PyTorch 2.15 computes in float64, rounded to eight decimals. */
const CASES: Readonly<Record<string, { make: () => Optimizer; expected: number[] }>> = {
  Adam: {
    make: () => adam({ learningRate: 0.1 }),
    expected: [0.90000001, -1.9, 0.8082219, -1.86543942, 0.84775349, -1.83872399, 0.87732978, -1.88916157],
  },
  "Adam with a penalty": {
    make: () => adam({ learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 }),
    expected: [0.90049751, -1.90014265, 0.80294852, -1.83773691, 0.83566456, -1.77531306, 0.85201302, -1.81972041],
  },
  AdamW: {
    make: () => adamW({ learningRate: 0.1, weightDecay: 0.1 }),
    expected: [0.89000001, -1.88, 0.7893219, -1.82663942, 0.82096027, -1.78165759, 0.84232696, -1.8142786],
  },
  "SGD with Nesterov momentum and weight decay": {
    make: () => sgd({ learningRate: 0.1, nesterov: true, weightDecay: 0.1 }),
    expected: [0.962, -1.867, 0.870522, -1.812827, 0.99730988, -1.72843059, 1.00080479, -2.01594908],
  },
};

onEachBackend("optimizers", () => {
  for (const [name, { make, expected }] of Object.entries(CASES)) {
    it(`${name} takes the steps of PyTorch`, () => assertClose(path(make()), expected, { relative: 1e-6 }));

    it(`${name} goes on from its state as if never stopped`, () => {
      assert.deepEqual(path(make(), make), path(make()));
    });

    it(`${name} leaves no tensor behind once disposed`, () => {
      const before = tf.memory().numTensors;
      path(make());
      path(make(), make);
      assert.equal(tf.memory().numTensors, before);
    });
  }
});

describe("an optimizer", () => {
  const parameter = tf.variable(tf.tensor1d([1, -2]));
  const other = tf.variable(tf.tensor1d([1, 2, 3]));

  it("refuses gradients, and parameters, of other shapes than before", () => {
    for (const make of [() => sgd({ learningRate: 1 }), () => adam({ learningRate: 1 })]) {
      const optimizer = make();
      assert.throws(() => optimizer.step([parameter], [tf.zeros([3])], 1), /parameters' shapes, \[2\]; received \[3\]/);
      optimizer.step([parameter], [tf.zeros([2])], 1);
      assert.throws(() => optimizer.step([other], [tf.zeros([3])], 1), /shapes \[2\], received \[3\]/);
      optimizer.dispose();
    }
  });

  it("refuses a state that is not its own, and keeps the one it has", () => {
    const [one, two] = [sgd({ learningRate: 0.1 }), adam({ learningRate: 0.1 })];
    one.step([parameter], [tf.ones([2])], 0.1);
    const before = Array.from(one.state().tensors["velocity.0"].dataSync());
    two.step([parameter], [tf.ones([2])], 0.1);
    assert.throws(() => one.restore(two.state()), /must hold velocity.0, .* received mean.0, square.0/);
    assert.deepEqual(Array.from(one.state().tensors["velocity.0"].dataSync()), before);
    assert.throws(() => two.restore(one.state()), /must hold the number of updates, received undefined/);
    one.dispose();
    two.dispose();
  });

  it("names the option it cannot take", () => {
    assert.throws(() => adam({ learningRate: 0.1, beta1: 1 }), /adam: beta1 must be in \[0, 1\), received 1/);
    assert.throws(() => adamW({ learningRate: 0.1, beta2: -1 }), /adamW: beta2 must be in \[0, 1\), received -1/);
    assert.throws(() => adam({ learningRate: 0.1, epsilon: 0 }), /epsilon must be a positive number, received 0/);
    assert.throws(() => adamW({ learningRate: 0.1, weightDecay: NaN }), /weightDecay must be at least 0, received NaN/);
    assert.throws(() => adam({ learningRate: 0 }), /learningRate must be a positive number, received 0/);
  });
});
