import { binaryTask, channelStatistics, loadImages, stratifiedSampler, stratifiedSplit } from "../../data";
import { type BinaryTask, type ImageSet, type Sampler } from "../../data";
import { type FBetaConfig, type Look } from "./config";

/** The data of a trial. */
export interface FBetaData {
  /** The official train part, which training and validation images are taken from, and the official test part. */
  readonly images: ImageSet;
  readonly testImages: ImageSet;
  /** 1 for positives, one per image of the whole part. */
  readonly labels: Int32Array;
  readonly testLabels: Int32Array;
  readonly train: BinaryTask;
  readonly validation: BinaryTask;
  /** The one sampler of all losses. */
  readonly sampler: Sampler;
  readonly look: Look;
}

type Setting = Pick<
  FBetaConfig,
  | "seed"
  | "dataset"
  | "positiveClasses"
  | "prior"
  | "validationShare"
  | "trainSize"
  | "validationSize"
  | "imageSize"
  | "batchSize"
  | "minPositives"
>;

/**
 * Loads a set of images and makes the binary task of a trial.
 *
 * A share of every class is set aside for validation; training and validation images are drawn from either part at the prior. All test images
 * are kept: the test is scored at the prior by their rates, see `fBetaAtPrior`. Losses with one seed get the same images and batches.
 *
 * @param config see `FBetaConfig`.
 * @returns the parts, the sampler and how images are looked at: standardised by the training images.
 * @throws what `loadImages` and `binaryTask` throw.
 */
export async function loadTask(config: Setting): Promise<FBetaData> {
  const { seed, dataset, positiveClasses, prior, validationShare, imageSize, batchSize, minPositives } = config;
  const [images, testImages] = [
    await loadImages(dataset, { split: "train" }),
    await loadImages(dataset, { split: "test" }),
  ];
  const parts = stratifiedSplit({ labels: images.labels, share: validationShare, seed });
  const draw = (indices: Int32Array, size: number | null) =>
    binaryTask({
      labels: images.labels,
      indices,
      positiveClass: positiveClasses,
      prior,
      seed,
      ...(size !== null && { size }),
    });
  const train = draw(parts.train.indices, config.trainSize);
  const labels = isPositive(images, positiveClasses);
  return {
    images,
    testImages,
    labels,
    testLabels: isPositive(testImages, positiveClasses),
    train,
    validation: draw(parts.validation.indices, config.validationSize),
    sampler: stratifiedSampler({ labels, indices: train.indices, batchSize, minPositives, seed }),
    look: { size: imageSize, standardize: channelStatistics(images, train.indices) },
  };
}

function isPositive({ labels }: ImageSet, positiveClasses: readonly number[]): Int32Array {
  return labels.map((label) => Number(positiveClasses.includes(label)));
}
