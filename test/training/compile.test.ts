import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { canReplay, random, tf } from "../../src/engine";
import { crossEntropy, focal } from "../../src/losses/multiclass";
import { resNet } from "../../src/models";
import {
  adam,
  adamW,
  checkpointStore,
  deferred,
  fit,
  sgd,
  trainingStep,
  type FitOptions,
  type Loss,
} from "../../src/training";
import { batch, CLASSES, newModel, numbers, settings, inFolder } from "./support";

const native = { skip: !canReplay() && "the native CPU backend is not there" };
/** Enough for `fit` to record by itself. */
const STEPS = 102;

const sessions = () =>
  (tf.backend() as unknown as { binding: { getNumOfSavedModels(): number } }).binding.getNumOfSavedModels();

/** What a run comes to. */
async function run(more: () => Partial<FitOptions>) {
  const model = newModel();
  const options = settings(model, { loss: crossEntropy(), epochs: undefined, steps: STEPS, ...more() });
  const history = await fit(options);
  const found = { ...numbers(model, history), optimizer: await stateOf(options) };
  options.optimizer.dispose();
  model.dispose();
  return found;
}

async function stateOf({ optimizer }: FitOptions) {
  const { tensors, values } = optimizer.state();
  const read = await Promise.all(Object.entries(tensors).map(async ([name, each]) => [name, [...(await each.data())]]));
  return { tensors: read, values };
}

describe("compiled training", native, () => {
  const cases: [string, () => Partial<FitOptions>][] = [
    [
      "momentum and weight decay",
      () => ({ optimizer: sgd({ learningRate: (step) => 0.1 / (1 + step), weightDecay: 1e-3 }) }),
    ],
    [
      "Nesterov momentum, bounded gradients",
      () => ({ optimizer: sgd({ learningRate: 0.1, nesterov: true }), clipNorm: 0.1 }),
    ],
    ["Adam", () => ({ optimizer: adam({ learningRate: 0.01, weightDecay: 1e-3 }) })],
    ["AdamW", () => ({ optimizer: adamW({ learningRate: (step) => 0.01 / (1 + step) }) })],
    ["two losses", () => ({ loss: deferred({ first: crossEntropy(), then: focal({ gamma: 2 }), from: 3 }) })],
  ];
  for (const [what, more] of cases) {
    it(`${what}: losses, weights, running statistics and optimizer are the same bit by bit`, async () => {
      const before = tf.memory().numTensors;
      assert.deepEqual(await run(more), await run(() => ({ ...more(), compile: false })));
      assert.equal(tf.memory().numTensors, before);
      assert.equal(sessions(), 0);
    });
  }

  it("takes most steps as one call by default with a loss and a model of the kit", () => {
    const model = resNet({ depth: 8, width: 4, inputShape: [8, 8, 3], outputs: CLASSES, seed: 2 });
    const optimizer = sgd({ learningRate: 0.1 });
    const training = trainingStep({ model, optimizer });
    const loss = crossEntropy();
    const generator = random(4);
    const count: number[] = [];
    for (let step = 0; step < 9; step++) {
      // The last batch of every epoch of three is smaller.
      const size = step % 3 === 2 ? 2 : 4;
      const inputs = tf.tensor4d(
        Float32Array.from({ length: size * 192 }, () => generator.normal()),
        [size, 8, 8, 3],
      );
      const labels = tf.tensor1d(
        Array.from({ length: size }, (_, index) => index % CLASSES),
        "int32",
      );
      training.take({ loss, learningRate: 0.1 }, { inputs, labels }).dispose();
      count.push(tf.memory().numTensors);
    }
    assert.equal(training.replayed, 3);
    // One per size of batch; that of the smaller one is ready for the next.
    assert.equal(sessions(), 2);
    assert.deepEqual(count.slice(1), Array(8).fill(count[0]));
    training.dispose();
    assert.equal(sessions(), 0);
    optimizer.dispose();
    model.dispose();
  });

  const own: Loss = (logits, labels) =>
    tf.tidy(() => tf.mean(tf.square(tf.sub(tf.sum(logits, 1), labels)))) as tf.Scalar;
  const taken = (loss: Loss, compile: boolean | undefined, steps = 6): number => {
    const model = newModel();
    const optimizer = sgd({ learningRate: 0.001 });
    const training = trainingStep({ model, optimizer, compile });
    try {
      for (let step = 0; step < steps; step++) training.take({ loss, learningRate: 0.001 }, batch(step)).dispose();
      return training.replayed;
    } finally {
      training.dispose();
      optimizer.dispose();
      model.dispose();
    }
  };

  it("leaves a loss of one's own alone, unless it is declared pure", () => {
    assert.equal(taken(own, undefined), 0);
    assert.equal(taken(own, true), 3);
  });

  it("a loss that is declared pure and is not makes an error that says why", () => {
    const before = tf.memory().numTensors;
    let calls = 0;
    assert.throws(
      () => taken((z, y, b) => tf.mul(own(z, y, b), ++calls), true),
      /cannot be replayed: it does not do the same/,
    );
    assert.throws(
      () => taken((z, y, b) => tf.mul(own(z, y, b), tf.max(z).dataSync()[0]), true),
      /cannot be replayed: it reads numbers back/,
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it("a run that was cut off goes on to the same numbers", async () => {
    const optimizer = () => adam({ learningRate: 0.01 });
    const whole = await run(() => ({ optimizer: optimizer() }));
    await inFolder(async (folder) => {
      const store = checkpointStore({ folder });
      const stop = new AbortController();
      const cut = () =>
        run(() => ({
          optimizer: optimizer(),
          checkpoints: store,
          checkpointEvery: { steps: 20 },
          signal: stop.signal,
          observers: [{ step: (step) => void (step === 50 && stop.abort(new Error("cut off"))) }],
        }));
      await assert.rejects(cut(), /cut off/);
      const resumed = await run(() => ({ optimizer: optimizer(), checkpoints: store, checkpointEvery: { steps: 20 } }));
      assert.deepEqual(resumed, whole);
    });
  });
});
