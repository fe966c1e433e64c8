import assert from "node:assert/strict";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { shuffledSampler, stepRandom } from "../../src/data";
import { tf } from "../../src/engine";
import {
  adamW,
  checkpointStore,
  cosine,
  fit,
  movingAverage,
  plainState,
  sgd,
  type CheckpointStore,
  type FitOptions,
  type Loss,
  type Stateful,
} from "../../src/training";
import { batch, crossEntropy, inFolder, newModel, numbers, settings, trainError } from "./support";

/** A loss weight that a method would learn beside the model: it depends on all steps before. */
function driftingWeight(): Stateful & { readonly loss: Loss } {
  let weight = 1;
  return {
    loss: (logits, labels, batch) => {
      weight += 0.1 * Math.sin(weight);
      return tf.mul(crossEntropy(logits, labels, batch), weight) as tf.Scalar;
    },
    state: () => ({ tensors: {}, values: { weight } }),
    restore: ({ values }) => void (weight = Number(values.weight)),
  };
}

/** The numbers of an unbroken run. */
async function unbrokenRun() {
  const { begun, ...rest } = await run();
  assert.equal(begun, 0);
  return rest;
}

/** A run with everything in it; `abortAt` interrupts it after so many updates. */
async function run(checkpoints?: CheckpointStore, abortAt?: number, more: Partial<FitOptions> = {}) {
  const model = newModel();
  const weight = driftingWeight();
  const average = movingAverage(model, { decay: 0.9, warmup: true });
  const optimizer = adamW({ learningRate: cosine({ base: 0.05, steps: 18, warmup: 3 }) });
  const controller = new AbortController();
  const begun: number[] = [];
  const options = settings(model, {
    epochs: 3,
    optimizer,
    average,
    loss: weight.loss,
    stateful: { weight },
    clipNorm: 1,
    evaluate: () => ({ error: trainError(model) }),
    earlyStopping: { metric: "error", mode: "min", patience: 3 },
    checkpoints,
    signal: controller.signal,
    observers: [
      { begin: ({ step }) => void begun.push(step), step: (made) => void (made === abortAt && controller.abort()) },
    ],
    ...more,
  });
  try {
    return { ...numbers(model, await fit(options)), weight: weight.state().values.weight, begun: begun[0] };
  } finally {
    [average, optimizer, model].forEach((part) => part.dispose());
  }
}

const isAbort = (error: Error) => error.name === "AbortError";

describe("a run that is interrupted", () => {
  it("goes on from the very step, and ends in the numbers of an unbroken one bit for bit", async () => {
    const unbroken = await unbrokenRun();
    // At the start, within epochs, at their ends, and one step before the end.
    for (const abortAt of [1, 4, 6, 11, 12, 17]) {
      await inFolder(async (folder) => {
        const checkpoints = checkpointStore({ folder });
        await assert.rejects(run(checkpoints, abortAt), isAbort);
        const { begun, ...resumed } = await run(checkpoints);
        assert.equal(begun, abortAt);
        assert.deepEqual(resumed, unbroken, `interrupted after ${abortAt} updates`);
      });
    }
  });

  it("again and again does too", async () => {
    const unbroken = await unbrokenRun();
    await inFolder(async (folder) => {
      const checkpoints = checkpointStore({ folder, keep: 1 });
      for (const abortAt of [2, 5, 9, 13, 14]) await assert.rejects(run(checkpoints, abortAt), isAbort);
      const { begun, ...resumed } = await run(checkpoints);
      assert.equal(begun, 14);
      assert.deepEqual(resumed, unbroken);
    });
  });

  it("during an evaluation evaluates again", async () => {
    const unbroken = await unbrokenRun();
    await inFolder(async (folder) => {
      const checkpoints = checkpointStore({ folder });
      const controller = new AbortController();
      const evaluate = ({ epoch, signal }: { epoch: number; signal: AbortSignal | undefined }) => {
        if (epoch === 1) controller.abort();
        signal?.throwIfAborted();
        return { error: 0.5 };
      };
      await assert.rejects(run(checkpoints, undefined, { evaluate, signal: controller.signal }), isAbort);
      const { begun, epochs, ...resumed } = await run(checkpoints);
      assert.equal(begun, 12);
      assert.deepEqual(epochs.slice(1), unbroken.epochs.slice(1));
      assert.deepEqual(resumed.loss, unbroken.loss);
    });
  });

  it("passes over a checkpoint that is damaged", async () => {
    const unbroken = await unbrokenRun();
    await inFolder(async (folder) => {
      const checkpoints = checkpointStore({ folder });
      await assert.rejects(run(checkpoints, 10), isAbort);
      const [older, newest] = await checkpoints.list();
      assert.match(older, /00000006/);
      await truncate(newest, 2000);
      const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
      const { begun, ...resumed } = await run(checkpoints);
      assert.equal(begun, 6);
      assert.deepEqual(resumed, unbroken);
      assert.match((await warned).message, /passed over: .*00000010.safetensors is no whole safetensors file/);
    });
  });
});

describe("a run whose batches are drawn one after the other", () => {
  it("goes on with the sampler and the generator where they stood", async () => {
    /** Interrupted after `abortAt` updates; everything is made anew, as in another process. */
    const drawn = async (folder: string, abortAt?: number) => {
      const model = newModel();
      const sampler = shuffledSampler({ labels: new Array<number>(48).fill(0), batchSize: 8, seed: 3 });
      const noise = stepRandom(3, "noise");
      const seen: string[] = [];
      const source = (step: number) => {
        const chosen = sampler.next();
        const shift = noise.next().next();
        seen.push(`${chosen.join()} ${shift}`);
        const made = batch(step);
        const inputs = tf.tidy(() => tf.add(made.inputs, shift + chosen[0] / 100));
        made.inputs.dispose();
        return { ...made, inputs };
      };
      const controller = new AbortController();
      const history = await fit(
        settings(model, {
          batch: Object.assign(source, { stepsPerEpoch: 6 }),
          stateful: { sampler: plainState(sampler), noise: plainState(noise) },
          checkpoints: checkpointStore({ folder }),
          signal: controller.signal,
          observers: [{ step: (made) => void (made === abortAt && controller.abort()) }],
        }),
      ).catch((error: Error) => assert.ok(isAbort(error), error));
      const result = history && numbers(model, history);
      model.dispose();
      return { seen, result };
    };
    await inFolder(async (folder) => {
      const unbroken = await drawn(join(folder, "unbroken"));
      const first = await drawn(join(folder, "broken"), 7);
      const second = await drawn(join(folder, "broken"));
      assert.equal(first.seen.length, 7);
      assert.deepEqual([...first.seen, ...second.seen], unbroken.seen);
      assert.deepEqual(second.result, unbroken.result);
    });
  });
});

describe("a run that is finished", () => {
  it("is not trained again: its numbers come back at once", async () => {
    await inFolder(async (folder) => {
      const checkpoints = checkpointStore({ folder });
      const first = await run(checkpoints);
      assert.deepEqual(await run(checkpoints), { ...first, begun: 18 });
    });
  });

  it("goes on where more epochs are asked for", async () => {
    await inFolder(async (folder) => {
      const [model, other] = [newModel(), newModel()];
      const checkpoints = checkpointStore({ folder });
      await fit(settings(model, { checkpoints, epochs: 1 }));
      const longer = await fit(settings(model, { checkpoints, epochs: 3 }));
      assert.deepEqual(numbers(model, longer), numbers(other, await fit(settings(other, { epochs: 3 }))));
      model.dispose();
      other.dispose();
    });
  });
});

describe("a checkpoint of another run", () => {
  it("is refused, naming what differs", async () => {
    await inFolder(async (folder) => {
      const model = newModel();
      const checkpoints = checkpointStore({ folder });
      const optimizer = () => sgd({ learningRate: cosine({ base: 0.1, steps: 12 }) });
      const controller = new AbortController();
      const observers = [{ step: (made: number) => void (made === 8 && controller.abort()) }];
      const first = settings(model, { checkpoints, optimizer: optimizer(), observers, signal: controller.signal });
      await assert.rejects(fit(first), isAbort);
      const refused = (more: Partial<FitOptions>, message: RegExp) =>
        assert.rejects(fit(settings(model, { checkpoints, optimizer: optimizer(), ...more })), message);
      await refused({ optimizer: sgd({ learningRate: 0.1 }) }, /whose nextLearningRate is 0.025.*, received 0.1/);
      await refused({ optimizer: adamW({ learningRate: 0.1 }) }, /whose optimizer is SGD .*, received AdamW/);
      await refused({ stepsPerEpoch: 4 }, /whose stepsPerEpoch is 6, received 4/);
      const average = movingAverage(model, { decay: 0.9 });
      await refused({ average }, /with the parts settings, model, optimizer, history, received .*, average/);
      await refused({ epochs: undefined, steps: 7 }, /8 updates, more than the 7 that are asked for/);
      average.dispose();
      model.dispose();
    });
  });
});
