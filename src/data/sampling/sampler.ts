/** Where a sampler stands: plain JSON, all that a checkpoint needs to go on with the very same batches. */
export interface SamplerState {
  /** Kind of sampler. */
  readonly sampler: string;
  /** Hash of the samples, their classes and the settings. */
  readonly data: string;
  readonly seed: number;
  /** Epoch and batch within it that come next, from 0. */
  readonly epoch: number;
  readonly batch: number;
}

/**
 * Deals out batches of samples, epoch after epoch.
 *
 * The batches of an epoch depend on the seed, the settings and the epoch's number alone. So a state is a seed and two numbers,
 * and a run can be resumed, or looked into, anywhere.
 */
export interface Sampler {
  readonly name: string;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** Share of each class in the samples [K]. */
  readonly dataPrior: readonly number[];
  /**
   * Share of each class in what the batches of an epoch hold together [K]. A model trained on these batches learns the
   * posterior of this prior: its logits plus log(dataPrior / samplingPrior) are those of the data, and a loss of samples
   * weighted by dataPrior / samplingPrior estimates the data's own.
   */
  readonly samplingPrior: readonly number[];
  /** The same shares per cell [K][G], for samplers that know groups. */
  readonly cells?: {
    readonly dataPrior: readonly (readonly number[])[];
    readonly samplingPrior: readonly (readonly number[])[];
  };
  /** All batches of an epoch, each a list of positions in the set. */
  epoch(epoch: number): readonly Int32Array[];
  /** The batch of a step, counted from 0 through all epochs; does not move the sampler. */
  at(step: number): Int32Array;
  /** The next batch. */
  next(): Int32Array;
  state(): SamplerState;
  /** Goes to a state that a sampler of the same kind, data, settings and seed was in; throws a RangeError for any other. */
  restore(state: SamplerState): void;
}

/** What a kind of sampler provides. */
export interface SamplerPlan extends Pick<Sampler, "name" | "batchSize" | "dataPrior" | "samplingPrior" | "cells"> {
  readonly seed: number;
  /** Hash of all that the batches depend on besides the seed. */
  readonly data: string;
  readonly batchesPerEpoch: number;
  /** Batches of an epoch, from the seed and the epoch alone. */
  readonly plan: (epoch: number) => readonly Int32Array[];
}

/** A sampler from a plan per epoch; keeps the batches of one epoch at a time. */
export function createSampler(parts: SamplerPlan): Sampler {
  const { plan, seed, data, ...shown } = parts;
  const { name, batchesPerEpoch } = shown;
  let current: { epoch: number; batches: readonly Int32Array[] } | undefined;
  let position = { epoch: 0, batch: 0 };
  const batchesOf = (epoch: number) => {
    if (!Number.isInteger(epoch) || epoch < 0) {
      throw new RangeError(`${name}: epoch must be a nonnegative integer, received ${epoch}`);
    }
    if (current?.epoch !== epoch) current = { epoch, batches: plan(epoch) };
    return current.batches;
  };
  return {
    ...shown,
    epoch: (epoch) => batchesOf(epoch).map((batch) => batch.slice()),
    at(step) {
      if (!Number.isInteger(step) || step < 0) {
        throw new RangeError(`${name}: step must be a nonnegative integer, received ${step}`);
      }
      return batchesOf(Math.floor(step / batchesPerEpoch))[step % batchesPerEpoch].slice();
    },
    next() {
      const { epoch, batch } = position;
      const chosen = batchesOf(epoch)[batch].slice();
      position = batch + 1 < batchesPerEpoch ? { epoch, batch: batch + 1 } : { epoch: epoch + 1, batch: 0 };
      return chosen;
    },
    state: () => ({ sampler: name, data, seed, ...position }),
    restore(state) {
      if (state.sampler !== name || state.data !== data || state.seed !== seed) {
        throw new RangeError(
          `${name}: the state must be one of sampler ${name} with data ${data} and seed ${seed}, ` +
            `received ${state.sampler} with data ${state.data} and seed ${state.seed}`,
        );
      }
      const { epoch, batch } = state;
      const reachable = Number.isInteger(epoch) && epoch >= 0 && Number.isInteger(batch) && batch >= 0;
      if (!reachable || batch >= batchesPerEpoch) {
        throw new RangeError(
          `${name}: the state must have an epoch from 0 and a batch in [0, ${batchesPerEpoch}), received ${epoch} and ${batch}`,
        );
      }
      position = { epoch, batch };
    },
  };
}

/** Shares of a list of counts. */
export function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/** Throws unless `value` is an integer in [least, most]. */
export function requireInteger(caller: string, option: string, value: number, least: number, most = 2 ** 31 - 1): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${caller}: ${option} must be an integer in [${least}, ${most}], received ${value}`);
  }
}
