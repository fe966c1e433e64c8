import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { random, tf } from "../../../src/engine";
import { multiclass } from "../../../src/losses";
import { logisticRegression, type Model } from "../../../src/models";
import {
  balancedObjective,
  lossParameters,
  type LossParameters,
  type LossParametersOptions,
  type SearchOptions,
} from "../../../src/studies/autobalance";
import { batches, sgd, type BatchSource } from "../../../src/training";

/** Samples per class of the training set: a long tail. */
export const COUNTS = [200, 40, 10];
const MEANS = [
  [0, 0],
  [1.5, 0],
  [0, 1.5],
];

export interface Points {
  readonly inputs: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly groups: readonly number[];
}

/** Three Gaussian classes in the plane; the groups are drawn apart from them. */
export function gaussians(counts: readonly number[], seed: number): Points {
  const draws = random(seed);
  const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label));
  const inputs = labels.map((label) => MEANS[label].map((mean) => mean + draws.normal()));
  return { inputs, labels, groups: labels.map(() => draws.integer(2)) };
}

export const TRAIN = gaussians(COUNTS, 1);
export const VALIDATION = gaussians([40, 40, 40], 2);

/** Batches of points, groups among them. */
export function source(points: Points, batchSize: number, seed: number): BatchSource {
  return batches({
    inputs: (indices) => tf.tensor2d(Array.from(indices, (index) => [...points.inputs[index]])),
    labels: points.labels,
    groups: points.groups,
    batchSize,
    seed,
  });
}

export const newModel = (): Model => logisticRegression({ inputShape: 2, outputs: 3 });

/** A search on whole batches, what is left out of it, and a way to free it all. */
export function setting(
  more: Partial<SearchOptions> = {},
  loss: Partial<LossParametersOptions> = {},
): { options: SearchOptions; parameters: LossParameters; model: Model; dispose(): void } {
  const parameters = lossParameters({ counts: COUNTS, ...loss });
  const model = more.model ?? newModel();
  const optimizer = more.optimizer ?? sgd({ learningRate: 0.5 });
  const options: SearchOptions = {
    model,
    parameters,
    objective: balancedObjective({ normalization: "classMeans" }),
    train: source(TRAIN, 250, 3),
    validation: source(VALIDATION, 120, 4),
    optimizer,
    steps: 150,
    warmup: 50,
    every: 5,
    ...more,
  };
  return {
    options,
    parameters,
    model,
    dispose() {
      parameters.dispose();
      model.dispose();
      optimizer.dispose();
    },
  };
}

/** Balanced cross-entropy of a model on points. */
export function balancedLoss(model: Model, { inputs, labels }: Points): number {
  return tf.tidy(() => {
    const logits = model.apply(tf.tensor2d(inputs.map((point) => [...point])));
    return multiclass
      .balancedCrossEntropy()(logits, [...labels])
      .dataSync()[0];
  });
}

/** Runs work with a folder that is removed behind it. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "autobalance-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
