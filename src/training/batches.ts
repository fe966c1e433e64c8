import { epochBatches } from "../data";
import { tf } from "../engine";
import { type Batch } from "./batch";

/** Which samples a step sees, such as a sampler of the data room. */
export interface BatchOrder {
  readonly batchesPerEpoch: number;
  /** Positions in the set, from the step alone. */
  at(step: number): ArrayLike<number>;
}

export interface BatchesOptions {
  /** Makes the inputs of a batch from positions in the set. */
  readonly inputs: (indices: Int32Array, step: number) => tf.Tensor;
  /** One label per sample of the whole set. */
  readonly labels: ArrayLike<number>;
  /** One group per sample of the whole set. */
  readonly groups?: ArrayLike<number>;
  /** The samples to train on: positions in the set; default all. */
  readonly indices?: ArrayLike<number>;
  /** Samples of a batch; default 128. The last one of an epoch has the rest. */
  readonly batchSize?: number;
  /** Seed of the order. */
  readonly seed?: number;
  /** Which samples a step sees, in place of `indices`, `batchSize` and `seed`. */
  readonly sampler?: BatchOrder;
}

/** A function of the step, with the number of batches that make an epoch. */
export interface EpochBatchSource {
  (step: number): Batch;
  readonly stepsPerEpoch: number;
}

/**
 * Deals out samples, epoch after epoch, each in an order of its own.
 *
 * The batch of a step depends on the options and the step alone, so that a run can be repeated or resumed anywhere.
 *
 * @param options see {@link BatchesOptions}; either `seed` or `sampler` must be given. A table:
 *   `{ inputs: (indices) => data.tableBatch(set, indices), labels: set.labels, seed }`.
 * @returns (step) => { inputs, labels [n], groups [n] where there are some, indices }, for `fit`.
 * @throws RangeError when neither or both of `seed` and `sampler` are given; for no samples, a batch size or a seed that cannot be used.
 */
export function batches(options: BatchesOptions): EpochBatchSource {
  const { inputs, labels, groups } = options;
  const order = orderOf(options);
  const take = (values: ArrayLike<number>, chosen: Int32Array) =>
    tf.tensor1d(Array.from(chosen, (index) => values[index]));
  const source = (step: number): Batch => {
    const indices = Int32Array.from(order.at(step));
    return {
      inputs: inputs(indices, step),
      labels: take(labels, indices),
      ...(groups && { groups: take(groups, indices) }),
      indices,
    };
  };
  return Object.assign(source, { stepsPerEpoch: order.batchesPerEpoch });
}

function orderOf({ labels, indices, batchSize, seed, sampler }: BatchesOptions): BatchOrder {
  if ((seed === undefined) === (sampler === undefined)) {
    throw new RangeError(
      `batches: either seed or sampler must be given, received ${seed === undefined ? "neither" : "both"}`,
    );
  }
  if (sampler) {
    if (indices !== undefined || batchSize !== undefined) {
      throw new RangeError(
        "batches: a sampler has its own samples and batch size; received indices or batchSize beside it",
      );
    }
    return sampler;
  }
  return shuffled(indices ?? Array.from(labels, (_, index) => index), batchSize ?? 128, seed as number);
}

/** Every sample once per epoch, in a seeded order. */
function shuffled(indices: ArrayLike<number>, batchSize: number, seed: number): BatchOrder {
  const count = indices.length;
  const deal = (epoch: number) => ({ epoch, batches: epochBatches({ count, batchSize, seed, epoch }).batches });
  let current = deal(0);
  const batchesPerEpoch = current.batches.length;
  return {
    batchesPerEpoch,
    at(step) {
      const epoch = Math.floor(step / batchesPerEpoch);
      if (current.epoch !== epoch) current = deal(epoch);
      return current.batches[step % batchesPerEpoch].map((position) => indices[position]);
    },
  };
}
