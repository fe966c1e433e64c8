import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { cosine, sgd } from "../../src/training";
import { assertClose } from "../support/numeric";

/** The parameter after each of the gradients, starting at 1. */
function path(options: Parameters<typeof sgd>[0], gradients: number[]): number[] {
  const parameter = tf.tidy(() => tf.variable(tf.scalar(1)));
  const optimizer = sgd(options);
  const values = gradients.map((gradient, step) => {
    tf.tidy(() => optimizer.step([parameter], [tf.scalar(gradient)], optimizer.learningRate(step)));
    return parameter.dataSync()[0];
  });
  optimizer.dispose();
  parameter.dispose();
  return values;
}

describe("sgd", () => {
  it("accumulates a velocity: v <- 0.9 v + g", () => {
    assertClose(path({ learningRate: 0.1 }, [1, 1, 0]), [0.9, 0.71, 0.539]);
  });

  it("is plain gradient descent without momentum", () => {
    assertClose(path({ learningRate: 0.5, momentum: 0 }, [1, -2]), [0.5, 1.5]);
  });

  it("looks ahead with Nesterov momentum", () => {
    // v1 = 1, step g + 0.9 v = 1.9; v2 = 1.9, step 1 + 1.71 = 2.71.
    assertClose(path({ learningRate: 0.1, nesterov: true }, [1, 1]), [0.81, 0.539]);
  });

  it("adds weight decay to the gradient", () => {
    assertClose(path({ learningRate: 0.1, momentum: 0, weightDecay: 0.5 }, [0, 0]), [0.95, 0.9025]);
  });

  it("takes the learning rate of the step from a schedule", () => {
    assertClose(path({ learningRate: (step) => (step === 0 ? 0.1 : 0.01), momentum: 0 }, [1, 1]), [0.9, 0.89]);
  });

  it("leaves no tensor behind once disposed", () => {
    const before = tf.memory().numTensors;
    path({ learningRate: 0.1 }, [1, 1, 1]);
    assert.equal(tf.memory().numTensors, before);
  });

  it("names the option it cannot take", () => {
    assert.throws(() => sgd({ learningRate: 0 }), /learningRate must be a positive number, received 0/);
    assert.throws(() => sgd({ learningRate: 0.1, momentum: 1 }), /momentum must be in \[0, 1\), received 1/);
    assert.throws(() => sgd({ learningRate: 0.1, weightDecay: -1 }), /weightDecay must be at least 0, received -1/);
  });
});

describe("cosine", () => {
  it("warms up linearly, then falls from the base to zero", () => {
    const rate = cosine({ base: 0.2, steps: 12, warmup: 2 });
    assertClose([0, 1, 2, 7, 12].map(rate), [0.1, 0.2, 0.2, 0.1, 0]);
  });

  it("names the number it cannot take", () => {
    assert.throws(
      () => cosine({ base: 0.1, steps: 5, warmup: 5 }),
      /warmup must be an integer in \[0, 5\), received 5/,
    );
    assert.throws(() => cosine({ base: -1, steps: 5 }), /base must be a positive number, received -1/);
  });
});
