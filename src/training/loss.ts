import { type tf } from "../engine";
import { type Batch } from "./batch";

/**
 * What a run minimises: a scalar of the logits and labels of a batch.
 *
 * The batch is there for losses that see more of it, such as groups: `(z, y, { groups }) => loss(z, y, groups)`.
 */
export type Loss = (logits: tf.Tensor, labels: tf.Tensor, batch: Batch) => tf.Scalar;

/** A loss that depends on the epoch. */
export interface LossSchedule {
  /** The loss of an epoch; epochs count from 0. */
  at(epoch: number): Loss;
}

/**
 * Deferred re-weighting: one loss first, another from an epoch on.
 *
 * @param options.first loss of the epochs before.
 * @param options.then loss of epoch `from` and after, for example the same one with class weights.
 * @param options.from epoch of the change, counted from 0; an integer >= 1.
 * @returns the schedule, for `fit`.
 * @throws RangeError when `from` is no positive integer.
 * @see Cao, Wei, Gaidon, Arechiga, Ma: Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019 (DRW:
 *   from epoch 160 of 200).
 */
export function deferred({ first, then, from }: { first: Loss; then: Loss; from: number }): LossSchedule {
  if (!Number.isInteger(from) || from < 1) {
    throw new RangeError(`deferred: from must be an epoch, an integer of at least 1, received ${from}`);
  }
  return { at: (epoch) => (epoch < from ? first : then) };
}

/** The loss of an epoch, of a loss that may be a schedule. */
export function lossOf(loss: Loss | LossSchedule, epoch: number): Loss {
  return typeof loss === "function" ? loss : loss.at(epoch);
}
