import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { random, softmaxCrossEntropy, tf } from "../../src/engine";
import { mlp, type Network } from "../../src/models";
import { sgd, type Batch, type FitHistory, type FitOptions, type Loss } from "../../src/training";

export const FEATURES = 6;
export const CLASSES = 3;
const SAMPLES = 48;
const BATCH = 8;

/** Points whose class is that of the largest of the first three coordinates. */
function points() {
  const generator = random(5);
  const inputs = Array.from({ length: SAMPLES }, () => Array.from({ length: FEATURES }, () => generator.normal()));
  const labels = inputs.map((point) => point.slice(0, CLASSES).indexOf(Math.max(...point.slice(0, CLASSES))));
  return { inputs, labels };
}

const { inputs, labels } = points();

export const crossEntropy: Loss = (logits, y) =>
  tf.tidy(() => tf.mean(softmaxCrossEntropy(logits as tf.Tensor2D, y.toInt())));

/** A small perceptron with batch norm. */
export const newModel = (): Network =>
  mlp({ inputShape: FEATURES, hidden: [7], outputs: CLASSES, seed: 3, batchNorm: true });

/** Six batches of eight points make an epoch. */
export const batch = Object.assign(
  (step: number): Batch => {
    const chosen = Array.from({ length: BATCH }, (_, place) => (step * BATCH + place * 5) % SAMPLES);
    return {
      inputs: tf.tensor2d(chosen.map((index) => inputs[index])),
      labels: tf.tensor1d(chosen.map((index) => labels[index])),
      indices: chosen,
    };
  },
  { stepsPerEpoch: SAMPLES / BATCH },
);

/** Options of a run of two epochs. */
export function settings(model: Network, more: Partial<FitOptions> = {}): FitOptions {
  return { model, batch, loss: crossEntropy, optimizer: sgd({ learningRate: 0.1 }), epochs: 2, ...more };
}

/** Share of points whose class is not found. */
export function trainError(model: Network): number {
  return tf.tidy(() => {
    const found = tf.argMax(model.apply(tf.tensor2d(inputs)), 1).dataSync();
    return labels.filter((label, index) => label !== found[index]).length / SAMPLES;
  });
}

/** Everything that a run comes to, without its times. */
export function numbers(model: Network, history: FitHistory) {
  return {
    weights: [...model.parameters, ...model.statistics].map((variable) => Array.from(variable.dataSync())),
    loss: history.loss,
    epochs: history.epochs.map((record) => ({ ...record, seconds: 0 })),
    best: history.best,
    stoppedEarly: history.stoppedEarly,
  };
}

/** Runs `body` in a folder that is removed after. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "counterweight-training-"));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
