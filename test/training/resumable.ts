/**
 * A small run with every part that a checkpoint holds, as a program of its own, so that it can be killed:
 *
 *     resumable.ts FOLDER
 *
 * trains in the run directory FOLDER/run and prints "began" before the first step and, at the end, all its numbers as one line of JSON.
 */
import { createHash } from "node:crypto";

import { imageBatch, loadImages } from "../../src/data";
import { softmaxCrossEntropy, tf } from "../../src/engine";
import { resNet } from "../../src/models";
import {
  cosine,
  deferred,
  evaluate,
  fit,
  imageBatches,
  movingAverage,
  openRun,
  sgd,
  type Loss,
  type Stateful,
} from "../../src/training";

const EPOCHS = 3;
const BATCH = 32;
const SAMPLES = 512;

/** Class weights that drift with every batch, as a stand-in for what a method learns beside the model. */
function driftingWeights(): Stateful & { next(): tf.Tensor1D } {
  let weights = new Array<number>(10).fill(1);
  return {
    next() {
      weights = weights.map((weight, label) => weight + 0.01 * Math.sin(weight * (label + 1)));
      return tf.tensor1d(weights);
    },
    state: () => ({ tensors: {}, values: { weights } }),
    restore: ({ values }) => void (weights = [...(values.weights as number[])]),
  };
}

async function main(folder: string): Promise<void> {
  const set = await loadImages("digits");
  const model = resNet({ depth: 8, width: 4, inputShape: [8, 8, 1], outputs: 10, seed: 7 });
  const indices = Int32Array.from({ length: SAMPLES }, (_, index) => index);
  const batch = imageBatches({ set, indices, batchSize: BATCH, seed: 7, crop: { padding: 1 } });
  const optimizer = sgd({
    learningRate: cosine({ base: 0.1, steps: EPOCHS * batch.stepsPerEpoch, warmup: 4 }),
    weightDecay: 1e-3,
  });
  const average = movingAverage(model, { decay: 0.95, warmup: true });
  const weights = driftingWeights();
  const plain: Loss = (logits, labels) => tf.mean(softmaxCrossEntropy(logits as tf.Tensor2D, labels.toInt()));
  const weighted: Loss = (logits, labels) => {
    const each = softmaxCrossEntropy(logits as tf.Tensor2D, labels.toInt());
    return tf.mean(tf.mul(each, tf.gather(weights.next(), labels.toInt())));
  };
  const rest = Int32Array.from({ length: 300 }, (_, index) => SAMPLES + index);

  const run = await openRun({ name: "run", folder, config: { seed: 7, epochs: EPOCHS } });
  const history = await fit({
    model,
    optimizer,
    average,
    batch,
    epochs: EPOCHS,
    loss: deferred({ first: plain, then: weighted, from: 1 }),
    clipNorm: 2,
    stateful: { weights },
    run,
    checkpointEvery: { steps: 3, epochs: 1 },
    earlyStopping: { metric: "loss", mode: "min", patience: 5 },
    evaluate: () =>
      evaluate({
        model,
        labels: rest.map((index) => set.labels[index]),
        inputs: (first, end) => imageBatch(set, rest.subarray(first, end)),
        loss: plain,
        batchSize: 128,
      }),
    observers: [{ begin: ({ step }) => console.log(`began at ${step}`) }],
  });
  await run.close();

  const hash = (variables: readonly tf.Tensor[]) => {
    const sha = createHash("sha256");
    for (const variable of variables) sha.update(Buffer.from(Float32Array.from(variable.dataSync()).buffer));
    return sha.digest("hex");
  };
  const numbers = {
    weights: hash(model.parameters),
    statistics: hash(model.statistics),
    velocities: hash(Object.values(optimizer.state().tensors)),
    averages: hash(Object.values(average.state().tensors)),
    classWeights: weights.state().values.weights,
    losses: history.loss,
    epochs: history.epochs.map(({ epoch, step, loss, learningRate, metrics }) => ({
      epoch,
      step,
      loss,
      learningRate,
      metrics,
    })),
    best: history.best,
  };
  console.log(JSON.stringify(numbers));
}

void main(process.argv[2]);
