import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { DivergenceError, checkpointStore, deferred, fit, movingAverage, sgd, type Loss } from "../../src/training";
import { assertClose } from "../support/numeric";
import { batch, crossEntropy, inFolder, newModel, settings, trainError } from "./support";

describe("epochs of fit", () => {
  it("are recorded with mean loss, learning rate and metrics", async () => {
    const model = newModel();
    const optimizer = sgd({ learningRate: (step) => 0.1 / (step + 1) });
    const evaluate = () => ({ error: trainError(model) });
    const { epochs, loss } = await fit(settings(model, { optimizer, evaluate }));
    assert.deepEqual(
      epochs.map(({ epoch, step }) => [epoch, step]),
      [
        [0, 6],
        [1, 12],
      ],
    );
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    assertClose(
      epochs.map((record) => record.loss),
      [mean(loss.slice(0, 6)), mean(loss.slice(6))],
      { relative: 1e-12 },
    );
    assertClose(
      epochs.map(({ learningRate }) => learningRate),
      [0.1 / 6, 0.1 / 12],
      { relative: 1e-12 },
    );
    assert.equal(epochs[1].metrics.error, trainError(model));
    assert.ok(epochs.every(({ seconds }) => seconds > 0));
    optimizer.dispose();
    model.dispose();
  });

  it("may end with a part of one, which is evaluated whatever evaluateEvery says", async () => {
    const model = newModel();
    const asked: number[] = [];
    const evaluate = ({ epoch }: { epoch: number }) => ({ asked: asked.push(epoch) });
    const { epochs } = await fit(settings(model, { epochs: undefined, steps: 20, evaluate, evaluateEvery: 2 }));
    assert.deepEqual(
      epochs.map(({ step }) => step),
      [6, 12, 18, 20],
    );
    assert.deepEqual(asked, [1, 3]);
    assert.deepEqual(
      epochs.map(({ metrics }) => metrics),
      [{}, { asked: 1 }, {}, { asked: 2 }],
    );
    model.dispose();
  });

  it("may have losses of their own", async () => {
    const model = newModel();
    const constantLoss =
      (value: number): Loss =>
      (logits) =>
        tf.add(tf.mul(tf.sum(logits), 0), value) as tf.Scalar;
    const loss = deferred({ first: constantLoss(1), then: constantLoss(2), from: 1 });
    const { epochs } = await fit(settings(model, { loss }));
    assert.deepEqual(
      epochs.map((record) => record.loss),
      [1, 2],
    );
    model.dispose();
  });

  it("hand the batch to the loss, groups included, and free all of it", async () => {
    const model = newModel();
    const before = tf.memory().numTensors;
    const optimizer = sgd({ learningRate: 0.1 });
    const sums: number[] = [];
    await fit({
      model,
      optimizer,
      steps: 2,
      batch: async (step) => ({ ...batch(step), groups: tf.fill([8], step) }),
      loss: (logits, labels, { groups }) => {
        sums.push(Array.from((groups as tf.Tensor).dataSync()).reduce((sum, group) => sum + group, 0));
        return crossEntropy(logits, labels, { inputs: logits, labels });
      },
    });
    assert.deepEqual(sums, [0, 8]);
    optimizer.dispose();
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("are evaluated with the averaged weights, and go on with their own", async () => {
    const [model, plain] = [newModel(), newModel()];
    const average = movingAverage(model, { decay: 0.5 });
    let evaluated: number[] = [];
    const evaluate = () => {
      evaluated = Array.from(model.parameters[0].dataSync());
      return {};
    };
    await fit(settings(model, { average, evaluate }));
    await fit(settings(plain));
    assert.deepEqual(Array.from(model.parameters[0].dataSync()), Array.from(plain.parameters[0].dataSync()));
    const trailing = Array.from(average.state().tensors["layer1.weight"].dataSync());
    assert.deepEqual(evaluated, trailing);
    assert.notDeepEqual(evaluated, Array.from(model.parameters[0].dataSync()));
    [average, model, plain].forEach((part) => part.dispose());
  });

  it("stop early, and leave the best weights", async () => {
    const model = newModel();
    const errors = [0.5, 0.2, 0.3, 0.4, 0.1];
    const weights: number[][] = [];
    const { epochs, best, stoppedEarly, loss } = await fit(
      settings(model, {
        epochs: 9,
        earlyStopping: { metric: "error", mode: "min", patience: 2 },
        evaluate: ({ epoch }) => {
          weights.push(Array.from(model.parameters[0].dataSync()));
          return { error: errors[epoch] };
        },
      }),
    );
    assert.equal(epochs.length, 4);
    assert.equal(loss.length, 24);
    assert.deepEqual(best, { epoch: 1, value: 0.2 });
    assert.equal(stoppedEarly, true);
    assert.deepEqual(Array.from(model.parameters[0].dataSync()), weights[1]);
    model.dispose();
  });

  it("clip the gradients of every step by their joint norm", async () => {
    const model = newModel();
    const before = model.parameters.map((variable) => Float32Array.from(variable.dataSync()));
    const optimizer = sgd({ learningRate: 1, momentum: 0 });
    await fit(settings(model, { optimizer, epochs: undefined, steps: 1, clipNorm: 1e-3 }));
    const moved = model.parameters.flatMap((variable, index) =>
      Array.from(variable.dataSync(), (value, place) => value - before[index][place]),
    );
    // The weights are near 1 and keep 7 digits; the step is 1e-3 long.
    assertClose([Math.hypot(...moved)], [1e-3], { relative: 1e-3 });
    model.dispose();
  });
});

describe("a run that diverges", () => {
  const explodes = (from: number, value: number) => {
    let step = 0;
    return ((logits, labels, all) => {
      const loss = crossEntropy(logits, labels, all);
      return step++ < from ? loss : (tf.mul(loss, value) as tf.Scalar);
    }) as Loss;
  };

  it("is stopped with the step, its samples and the last good checkpoint, however late it is found", async () => {
    await inFolder(async (folder) => {
      const model = newModel();
      const checkpoints = checkpointStore({ folder });
      const error = await fit(
        settings(model, {
          loss: explodes(8, NaN),
          epochs: 3,
          readEvery: 10,
          checkpoints,
          checkpointEvery: { steps: 4 },
        }),
      ).then(
        () => assert.fail("the run did not stop"),
        (reason: unknown) => reason as DivergenceError,
      );
      assert.equal(error.name, "DivergenceError");
      assert.equal(error.step, 8);
      assert.equal(error.epoch, 1);
      const { inputs, labels, indices } = batch(8);
      tf.dispose([inputs, labels]);
      assert.deepEqual(error.indices, Array.from(indices as number[]));
      const [last] = (await checkpoints.list()).slice(-1);
      assert.match(last, /step-00000008\.safetensors$/);
      assert.equal(error.checkpoint, last);
      assert.match(
        error.message,
        /the loss is NaN at step 8 of 18, epoch 1; samples 16, 21, .*last good checkpoint: .*00008/,
      );
      model.dispose();
    });
  });

  it("is stopped when the loss is beyond its limit", async () => {
    const model = newModel();
    await assert.rejects(
      fit(settings(model, { loss: explodes(2, 1e9), lossLimit: 1e3 })),
      /the loss is [\d.e+]+, above 1000, at step 2 of 12.*no checkpoint was written before/,
    );
    model.dispose();
  });

  it("writes no checkpoint with weights that are not finite, and names them and the batch", async () => {
    await inFolder(async (folder) => {
      const model = newModel();
      const checkpoints = checkpointStore({ folder });
      // At logits of 0 the root has an infinite slope: the loss is finite, the gradient is not.
      let step = 0;
      const loss: Loss = (logits, labels, all) => {
        const value = crossEntropy(logits, labels, all);
        return step++ < 4 ? value : (tf.add(value, tf.sum(tf.sqrt(tf.mul(logits, 0)))) as tf.Scalar);
      };
      await assert.rejects(
        fit(settings(model, { loss, checkpoints, checkpointEvery: { steps: 1 } })),
        /layer1.weight is not finite after the update at step 4 of 12, epoch 0; samples 32, .*00000004.safetensors/,
      );
      assert.equal((await checkpoints.list()).length, 2);
      model.dispose();
    });
  });

  it("keeps no tensor but the optimizer's", async () => {
    const model = newModel();
    const optimizer = sgd({ learningRate: 0.1 });
    const before = tf.memory().numTensors;
    await assert.rejects(fit(settings(model, { loss: explodes(3, NaN), optimizer })));
    optimizer.dispose();
    assert.equal(tf.memory().numTensors, before);
    const throws = (): tf.Scalar => {
      throw new Error("no such loss");
    };
    await assert.rejects(fit(settings(model, { loss: throws })), /no such loss/);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });
});

describe("options of fit", () => {
  const model = newModel();
  const refused = (more: Parameters<typeof settings>[1], message: RegExp) =>
    assert.rejects(fit(settings(model, more)), message);

  it("that contradict each other or are out of range are quoted", async () => {
    await refused({ steps: 3 }, /either steps or epochs must be given, received steps 3 and epochs 2/);
    await refused({ epochs: undefined }, /received steps undefined and epochs undefined/);
    await refused({ epochs: 0 }, /epochs must be a positive integer, received 0/);
    await refused({ batch: (step) => batch(step) }, /epochs need stepsPerEpoch/);
    await refused({ readEvery: 0 }, /readEvery must be a positive integer, received 0/);
    await refused({ clipNorm: -1 }, /clipNorm must be a positive number, received -1/);
    await refused({ lossLimit: NaN }, /lossLimit must be a positive number, received NaN/);
    await refused({ checkpointEvery: { steps: 1.5 } }, /checkpointEvery.steps must be .* received 1.5/);
    await refused({ earlyStopping: { metric: "x", mode: "min", patience: 1 } }, /earlyStopping needs evaluate/);
    await refused({ stateful: { model: sgd({ learningRate: 1 }) } }, /names .* other than .* received "model"/);
    await refused({ loss: (logits) => logits as tf.Scalar }, /must return a scalar, received shape \[8, 3\]/);
  });
});
