import { drawCrops, imageBatch, stepRandom, type CropOptions, type ImageBatchOptions, type ImageSet } from "../data";
import { tf, type Random } from "../engine";
import { batches, type BatchesOptions, type EpochBatchSource } from "./batches";

export interface ImageBatchesOptions
  extends Omit<BatchesOptions, "inputs" | "labels">, Omit<ImageBatchOptions, "crops"> {
  readonly set: ImageSet;
  /** One label per image of the whole set; default: its classes. */
  readonly labels?: ArrayLike<number>;
  /** Random windows and mirroring, drawn anew at every step; default none. */
  readonly crop?: CropOptions;
  /** What else is done to the images of a step; it may draw from the generator, which is the step's own. Its input is freed. */
  readonly augment?: (images: tf.Tensor4D, draws: Random) => tf.Tensor4D;
  /** Seed of crops and augmentation where a sampler takes the place of `seed`. */
  readonly augmentationSeed?: number;
}

/**
 * Deals out the images of a set, epoch after epoch, each in an order of its own.
 *
 * The batch of a step depends on the options and the step alone, so that a run can be repeated or resumed anywhere.
 *
 * @param options see {@link ImageBatchesOptions}.
 * @returns (step) => { inputs [n, height, width, channels], labels [n], indices }, for `fit`; `stepsPerEpoch` batches make an epoch.
 * @throws RangeError for a batch size or a seed that cannot be used; when a batch is made, for indices outside the set.
 */
export function imageBatches(options: ImageBatchesOptions): EpochBatchSource {
  const {
    set,
    labels = set.labels,
    groups,
    indices,
    batchSize,
    seed,
    sampler,
    crop,
    augment,
    augmentationSeed,
    ...look
  } = options;
  const drawSeed = augmentationSeed ?? seed;
  if ((crop || augment) && drawSeed === undefined) {
    throw new RangeError(
      "imageBatches: crop and augment need a seed beside a sampler: augmentationSeed; received none",
    );
  }
  const [windows, draws] = ["crop", "augment"].map((purpose) => stepRandom(drawSeed ?? 0, `imageBatches/${purpose}`));
  const inputs = (chosen: Int32Array, step: number) => {
    const crops = crop && drawCrops(chosen.length, crop, windows.at(step));
    return tf.tidy(() => {
      const images = imageBatch(set, chosen, { ...look, ...(crops && { crops }) });
      return augment ? augment(images, draws.at(step)) : images;
    });
  };
  return batches({ inputs, labels, groups, indices, batchSize, seed, sampler });
}
