import { epochBatches, imageBatch, type ImageBatchOptions, type ImageSet } from "../data";
import { tf } from "../engine";
import { type Batch } from "./fit";

export interface ImageBatchesOptions extends ImageBatchOptions {
  readonly set: ImageSet;
  /** The samples to train on: positions in the set. */
  readonly indices: ArrayLike<number>;
  /** One label per image of the whole set; default: its classes. */
  readonly labels?: ArrayLike<number>;
  /** Samples of a batch; default 128. The last one of an epoch has the rest. */
  readonly batchSize?: number;
  readonly seed: number;
}

/**
 * Deals out the images of a set, epoch after epoch, each in an order of its own.
 *
 * The batch of a step depends on the options and the step alone, so that a run can be repeated or resumed anywhere.
 *
 * @param options see {@link ImageBatchesOptions}.
 * @returns (step) => { inputs [n, height, width, channels], labels [n] }, for `fit`.
 * @throws RangeError for indices, a batch size or a seed that cannot be used, when the first batch is made.
 */
export function imageBatches(options: ImageBatchesOptions): (step: number) => Batch {
  const { set, indices, labels = set.labels, batchSize = 128, seed, ...look } = options;
  const perEpoch = Math.ceil(indices.length / batchSize);
  let current: { epoch: number; batches: readonly Int32Array[] } | undefined;
  return (step) => {
    const epoch = Math.floor(step / perEpoch);
    if (current?.epoch !== epoch) {
      current = { epoch, batches: epochBatches({ count: indices.length, batchSize, seed, epoch }).batches };
    }
    const chosen = current.batches[step % perEpoch].map((position) => indices[position]);
    return {
      inputs: imageBatch(set, chosen, look),
      labels: tf.tensor1d(Array.from(chosen, (index) => labels[index])),
    };
  };
}
