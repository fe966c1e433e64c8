import {
  autoBalanceSplit,
  channelStatistics,
  classBalancedSampler,
  imageBatch,
  loadImages,
  standardizeImages,
  type ChannelStatistics,
  type ImageSet,
  type Subset,
} from "../../../data";
import { type tf } from "../../../engine";
import { argmax, balancedError, confusionMatrix, perClassAccuracy } from "../../../metrics";
import { resNet, type Head, type Network } from "../../../models";
import {
  constant,
  cosine,
  imageBatches,
  predict,
  sgd,
  stepDecay,
  warmup,
  type EpochBatchSource,
  type Optimizer,
  type Schedule,
} from "../../../training";
import { retrainingPool, type RetrainingPool } from "../retrain";
import { manyClasses, type ClassConfig } from "./settings";

/** Which images: those trained on while choosing, those judged by, both together, or those of the test. */
export type Part = "train" | "validation" | "pool" | "test";

/** The data, network and optimizer of a trial: the same for all methods of a seed. */
export interface ClassTask {
  readonly classes: number;
  /** Counts of the training part, which every loss that knows frequencies is made of. */
  readonly counts: readonly number[];
  readonly parts: { readonly train: Subset; readonly validation: Subset; readonly pool: RetrainingPool };
  readonly statistics: ChannelStatistics;
  newModel(head?: Head): Network;
  newOptimizer(steps: number, phase?: "search" | "training"): Optimizer;
  /** Shuffled batches of a part, crops included where the configuration asks for them. */
  batches(part: "train" | "pool", options?: { readonly raw?: boolean }): EpochBatchSource;
  /** Batches of the validation part in which every class comes equally often, so that no class mean rests on chance alone. */
  validationBatches(): EpochBatchSource;
  /** Logits of all images of a part, row by row. */
  logits(model: Network, part: Part): Promise<Float32Array>;
  /** What a function of a network gives for all images of a part, batch by batch. */
  inputsOf(part: Part): { readonly count: number; readonly inputs: (first: number, end: number) => tf.Tensor4D };
  labelsOf(part: Part): number[];
  /** Balanced error and errors per class of logits. */
  errors(logits: ArrayLike<number>, part: Part): { readonly balanced: number; readonly byClass: number[] };
}

/**
 * Makes the long-tailed task of a configuration.
 *
 * @param config see {@link ClassConfig}; its seed draws the images, the start values and the order of the batches.
 * @returns see {@link ClassTask}.
 * @throws DataUnavailableError when the images are not there; RangeError for more images than there are.
 */
export async function classTask(config: ClassConfig): Promise<ClassTask> {
  const { dataset, seed, imbalance, head, batchSize, crop } = config;
  const [set, test] = await Promise.all([loadImages(dataset), loadImages(dataset, { split: "test" })]);
  const validationSize = Math.round(config.validationShare * head);
  const { train, validation } = autoBalanceSplit({
    labels: set.labels,
    rule: manyClasses(dataset) ? "cifar-100" : "cifar-10",
    imbalanceRatio: imbalance,
    trainSize: head - validationSize,
    validationSize,
    seed,
  });
  const pool = retrainingPool(train, validation);
  const statistics = channelStatistics(set, train.indices);
  const size = [config.imageSize, config.imageSize] as const;
  const look = { size, standardize: statistics };
  const images: Readonly<Record<Part, readonly [ImageSet, readonly number[]]>> = {
    train: [set, Array.from(train.indices)],
    validation: [set, Array.from(validation.indices)],
    pool: [set, Array.from(pool.indices)],
    test: [test, Array.from({ length: Math.min(config.testSize, test.size) }, (_, index) => index)],
  };
  const classes = train.counts.length;
  const labelsOf = (part: Part) => images[part][1].map((index) => images[part][0].labels[index]);
  const inputsOf = (part: Part) => {
    const [source, indices] = images[part];
    return {
      count: indices.length,
      inputs: (first: number, end: number) => imageBatch(source, indices.slice(first, end), look),
    };
  };
  const crops = crop ? { crop: {} } : {};
  return {
    classes,
    counts: [...train.counts],
    parts: { train, validation, pool },
    statistics,
    newModel: (head) =>
      resNet({
        depth: config.depth,
        width: config.width,
        inputShape: [...size, set.shape[2]],
        outputs: classes,
        seed,
        ...(head && { head }),
      }),
    newOptimizer: (steps, phase = "training") =>
      sgd({
        learningRate: (phase === "search" ? searchRate : innerRate)(config, steps),
        momentum: 0.9,
        weightDecay: config.weightDecay,
      }),
    batches: (part, { raw = false } = {}) =>
      imageBatches({
        set,
        indices: images[part][1],
        batchSize,
        seed,
        size,
        ...crops,
        ...(!raw && { standardize: statistics }),
      }),
    validationBatches: () =>
      imageBatches({
        set,
        sampler: classBalancedSampler({ labels: set.labels, indices: validation.indices, batchSize, seed }),
        ...look,
        ...crops,
        ...(crop && { augmentationSeed: seed }),
      }),
    inputsOf,
    logits: (model, part) => predict({ model, ...inputsOf(part) }),
    labelsOf,
    errors(logits, part) {
      const confusion = confusionMatrix({ predictions: argmax(logits, classes), labels: labelsOf(part) }, { classes });
      return { balanced: balancedError(confusion), byClass: perClassAccuracy(confusion).map((right) => 1 - right) };
    },
  };
}

/** Learning rate of a training from scratch: cosine, or tenfold lower at 80 and 90 % of the steps. */
export function innerRate({ schedule, learningRate, rateWarmup }: ClassConfig, steps: number): Schedule {
  const first = Math.min(rateWarmup, steps - 1);
  if (schedule === "cosine") return cosine({ base: learningRate, steps, warmup: first });
  return warmup(
    stepDecay({ base: learningRate, milestones: [Math.round(0.8 * steps), Math.round(0.9 * steps)] }),
    first,
  );
}

/**
 * Learning rate of the network during a search, which has to go on learning while the loss moves: constant, or tenfold lower at 220 / 300
 * and 260 / 300 of the steps as in the released configurations.
 */
export function searchRate({ schedule, learningRate, rateWarmup }: ClassConfig, steps: number): Schedule {
  const first = Math.min(rateWarmup, steps - 1);
  if (schedule === "cosine") return warmup(constant(learningRate), first);
  const milestones = [Math.round((220 / 300) * steps), Math.round((260 / 300) * steps)];
  return warmup(stepDecay({ base: learningRate, milestones }), first);
}

/** Puts images that come on [0, 1] on the scale that the network sees. */
export const standardizer =
  ({ statistics }: ClassTask) =>
  (x: tf.Tensor4D) =>
    standardizeImages(x, statistics);
