import { indexHash, type Subset } from "../../data";
import { fit, type FitHistory, type FitOptions } from "../../training";
import { foundLoss, type FoundLoss } from "./foundLoss";
import { searchLoss, type SearchOptions, type SearchResult } from "./searchLoss";

/** The samples that a loss is retrained on. */
export type RetrainingPool = Pick<Subset, "indices" | "counts" | "hash">;

/**
 * S_T and S_V together: exactly the samples that the search saw.
 *
 * The released code retrains on CIFAR-10 samples drawn anew, from a pool of which the search had not seen all.
 *
 * @param train S_T.
 * @param validation S_V.
 * @returns indices in ascending order, counts per class and hash.
 * @throws RangeError when a sample is in both.
 */
export function retrainingPool(train: Subset, validation: Subset): RetrainingPool {
  const held = new Set(train.indices);
  const twice = validation.indices.find((index) => held.has(index));
  if (twice !== undefined) {
    throw new RangeError(
      `retrainingPool: train and validation must have no sample in common, received sample ${twice} in both`,
    );
  }
  const indices = Int32Array.from([...train.indices, ...validation.indices]).sort();
  const classes = Math.max(train.counts.length, validation.counts.length);
  const counts = Array.from({ length: classes }, (_, k) => (train.counts[k] ?? 0) + (validation.counts[k] ?? 0));
  return { indices, counts, hash: indexHash(indices) };
}

/**
 * Trains a new model with a loss that was found, as it was found: the last phase of Algorithm 1.
 *
 * @param options of `training.fit`, but the loss; the model must be new, and `batch` deal out the {@link retrainingPool}. With a learned
 *   augmentation, `batch` is `augmentation.source(...)`.
 * @param options.found the loss.
 * @returns the history. The last epoch is always evaluated where `evaluate` is given.
 */
export function retrain({
  found,
  ...options
}: Omit<FitOptions, "loss"> & { readonly found: FoundLoss }): Promise<FitHistory> {
  return fit({ ...options, loss: foundLoss(found) });
}

/**
 * AutoBalance's Algorithm 1, whole: search, then retraining from scratch.
 *
 * @param options.search see {@link searchLoss}.
 * @param options.retraining see {@link retrain}: another, new model.
 * @returns what the search found, and the history of the retraining.
 * @throws RangeError when both are given the same model.
 */
export async function autoBalance(options: {
  readonly search: SearchOptions;
  readonly retraining: Omit<FitOptions, "loss">;
}): Promise<{ readonly search: SearchResult; readonly retraining: FitHistory }> {
  if (options.search.model === options.retraining.model) {
    throw new RangeError(
      "autoBalance: retraining starts from scratch, so it must have a new model; received that of the search",
    );
  }
  const search = await searchLoss(options.search);
  return { search, retraining: await retrain({ ...options.retraining, found: search.found }) };
}
