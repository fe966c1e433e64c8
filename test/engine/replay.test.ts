import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { canReplay, replayedStep, tf, type StateTensor } from "../../src/engine";
import { onEachBackend } from "../support/backends";

/** Steps that are taken operation by operation before the first replay. */
const BEFORE = 3;

const stateOf = (variable: tf.Variable): StateTensor => ({
  tensor: () => variable,
  assign: (value) => void variable.assign(value),
});

/** Takes steps on fresh inputs, and tells what they gave. */
function takeSteps(
  variable: tf.Variable,
  body: (x: tf.Tensor, rate: tf.Scalar) => tf.Tensor,
  { steps = 6, shapeAt = () => [2, 3] }: { steps?: number; shapeAt?: (index: number) => number[] } = {},
) {
  const step = replayedStep({ step: ({ x }, { rate }) => [body(x, rate)], state: () => [stateOf(variable)] });
  const values = Array.from({ length: steps }, (_, index) => {
    const shape = shapeAt(index);
    const x = tf.tensor(
      Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i + 3 * index)),
      shape,
    );
    const [result] = step.take({ tensors: { x }, numbers: { rate: 1 / (index + 1) } });
    const numbers = Array.from(result.dataSync());
    tf.dispose([x, result]);
    return numbers;
  });
  const found = { values, end: Array.from(variable.dataSync()), replayed: step.replayed, hindrance: step.hindrance };
  step.dispose();
  return found;
}

/** The same steps in operations. */
function inOperations(body: (x: tf.Tensor, rate: tf.Scalar) => tf.Tensor): number[][] {
  return Array.from({ length: 6 }, (_, index) =>
    tf.tidy(() => {
      const x = tf.tensor(
        Array.from({ length: 6 }, (_, i) => Math.sin(i + 3 * index)),
        [2, 3],
      );
      return Array.from(body(x, tf.scalar(1 / (index + 1))).dataSync());
    }),
  );
}

const newVariable = () => tf.tidy(() => tf.variable(tf.tensor1d([0.5, -1, 2])));

onEachBackend("replayed steps", (backend) => {
  const expected = (replayed: number) => (backend === "tensorflow" && canReplay() ? replayed : 0);

  it("give the numbers of the steps they replay bit by bit, with new inputs, rates and state, and leave no tensor", () => {
    const move = (variable: tf.Variable) => (x: tf.Tensor, rate: tf.Scalar) => {
      const y = tf.sigmoid(tf.mul(tf.pow(x, 2), variable));
      variable.assign(tf.sub(variable, tf.mul(tf.mean(y, 0), rate)) as tf.Tensor);
      return tf.sum(tf.expandDims(y, 0));
    };
    const before = tf.memory().numTensors;
    const [one, other] = [newVariable(), newVariable()];
    const found = takeSteps(one, move(one));
    assert.deepEqual(found.values, inOperations(move(other)));
    assert.deepEqual(found.end, Array.from(other.dataSync()));
    assert.equal(found.hindrance, undefined);
    assert.equal(found.replayed, expected(6 - BEFORE));
    tf.dispose([one, other]);
    assert.equal(tf.memory().numTensors, before);
  });

  it("follow a variable that is changed from outside, and leave alone what shares its old value", () => {
    const variable = newVariable();
    const step = replayedStep({
      step: () => {
        variable.assign(tf.mul(variable, 2));
        return [tf.sum(variable)];
      },
      state: () => [stateOf(variable)],
    });
    const take = () => tf.tidy(() => step.take({ tensors: {}, numbers: {} })[0].dataSync()[0]);
    assert.deepEqual(Array.from({ length: 4 }, take), [3, 6, 12, 24]);
    tf.tidy(() => variable.assign(tf.tensor1d([1, 1, 1])));
    const kept = variable.clone();
    assert.equal(take(), 6);
    assert.deepEqual(Array.from(kept.dataSync()), [1, 1, 1]);
    assert.equal(step.replayed, expected(2));
    step.dispose();
    tf.dispose([variable, kept]);
  });

  it("record inputs of every shape anew", () => {
    const variable = newVariable();
    const found = takeSteps(variable, (x) => tf.sum(tf.mul(x, variable)), {
      steps: 10,
      shapeAt: (index) => [2 + (index % 2), 3],
    });
    assert.equal(found.replayed, expected(10 - 2 * BEFORE));
    variable.dispose();
  });
});

describe("steps that are not replayed", { skip: !canReplay() && "the native CPU backend is not there" }, () => {
  const outside = tf.keep(tf.tensor1d([1, 2, 3]));
  const counter = { calls: 0 };
  const cases: [string, RegExp, (x: tf.Tensor, variable: tf.Variable) => tf.Tensor][] = [
    ["a random mask", /same at every call/, (x) => tf.sum(tf.mul(x, tf.randomUniform(x.shape)))],
    ["dropout", /same at every call|random/, (x) => tf.sum(tf.dropout(x, 0.5))],
    ["a number that counts calls", /same at every call/, (x) => tf.mul(tf.sum(x), counter.calls++)],
    ["numbers read back", /reads numbers back/, (x) => tf.mul(tf.sum(x), tf.sum(x).dataSync()[0])],
    ["a tensor from outside", /neither an input nor made by it/, (x) => tf.sum(tf.mul(x, outside))],
  ];
  for (const [what, reason, body] of cases) {
    it(`${what}: every step is taken as always, and the reason is told`, () => {
      const variable = newVariable();
      const found = takeSteps(variable, (x) => body(x, variable));
      assert.equal(found.replayed, 0);
      assert.match(found.hindrance ?? "", reason);
      variable.dispose();
    });
  }

  it("numbers from outside that TensorFlow has not seen yet are found", () => {
    const variable = newVariable();
    // A new tensor every time, made before the step: the next may hold other numbers.
    let given = tf.tensor1d([1, 2, 3]);
    const step = replayedStep({ step: ({ x }) => [tf.sum(tf.mul(x, given))], state: () => [stateOf(variable)] });
    for (let index = 0; index < 5; index++) {
      given.dispose();
      given = tf.tensor1d([index < 4 ? 1 : 5, 2, 3]);
      tf.tidy(() => {
        const sum = step.take({ tensors: { x: tf.ones([3]) }, numbers: {} })[0].dataSync()[0];
        assert.equal(sum, index < 4 ? 6 : 10);
      });
    }
    assert.match(step.hindrance ?? "", /no input/);
    step.dispose();
    tf.dispose([variable, given]);
  });

  it("a variable that is changed but not among the state is found", () => {
    const [variable, other] = [newVariable(), newVariable()];
    const found = takeSteps(variable, (x) => {
      other.assign(tf.tensor1d([1, 1, 1]));
      return tf.sum(x);
    });
    assert.match(found.hindrance ?? "", /not among its state/);
    tf.dispose([variable, other]);
  });

  it("an error of TensorFlow in a replay leaves the state as it was", () => {
    const variable = newVariable();
    const step = replayedStep({
      step: ({ x }) => {
        const picked = tf.gather(variable, x as tf.Tensor1D);
        variable.assign(tf.add(variable, tf.sum(picked)));
        return [tf.sum(picked)];
      },
      state: () => [stateOf(variable)],
    });
    const take = (index: number) =>
      tf.tidy(() => step.take({ tensors: { x: tf.tensor1d([index], "int32") }, numbers: {} })[0].dataSync()[0]);
    for (let count = 0; count < 4; count++) take(1);
    assert.equal(step.replayed, 1);
    const before = Array.from(variable.dataSync());
    assert.throws(() => take(7), /7 is not in \[0, 3\)/);
    assert.deepEqual(Array.from(variable.dataSync()), before);
    assert.equal(take(1), before[1]);
    step.dispose();
    variable.dispose();
  });
});
