import { classBalancedWeights } from "./classCounts";
import { checkedCounts, checkNumber, type Counts } from "./options";

export interface DeferredReweightingOptions<Loss> {
  /** Makes the loss of class weights [K]. */
  readonly loss: (weight: number[]) => Loss;
  /** Training samples per class, n_k > 0, [K]. */
  readonly counts: Counts;
  /** beta of the class-balanced weights, in [0, 1); default 0.9999. */
  readonly beta?: number;
  /** First epoch with weights, counted from 0; default 160. */
  readonly from?: number;
}

/**
 * Deferred re-weighting (DRW): equal weights first, class-balanced ones for the last epochs.
 *
 *     w_k = 1                                                           epoch < from
 *     w_k proportional to (1 - beta) / (1 - beta^n_k), sum_k w_k = K    epoch >= from
 *
 * The first stage learns features from the data as they are, the second moves the classifier; the learning rate should drop where the
 * second begins, as it does in the published recipe.
 *
 *     const lossOf = deferredReweighting({ counts, loss: (weight) => labelDistributionAwareMargin({ counts, weight }) });
 *     ... lossOf(epoch)(logits, labels)
 *
 * @param options.loss called twice, here, with [1, ..., 1] and with the weights.
 * @param options.counts training samples per class, n_k > 0, [K].
 * @param options.beta in [0, 1); default 0.9999.
 * @param options.from first epoch with weights, an integer >= 0; default 160, which is meant for 200 epochs.
 * @returns (epoch, counted from 0) => the loss to use in it: one of two objects, the same one throughout each stage. It throws a
 *   RangeError unless the epoch is an integer >= 0.
 * @throws RangeError when an option is out of range.
 * @see Cao, Wei, Gaidon, Arechiga, Ma: Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019. Epoch and
 *   weights read in its public code (200 epochs, learning rate times 0.01 at epoch 160 and again at 180).
 */
export function deferredReweighting<Loss>({
  loss,
  counts,
  beta = 0.9999,
  from = 160,
}: DeferredReweightingOptions<Loss>): (epoch: number) => Loss {
  const n = checkedCounts("deferredReweighting", counts);
  checkNumber("deferredReweighting", "beta", beta, beta >= 0 && beta < 1, "a number in [0, 1)");
  checkEpoch("from", from);
  const before = loss(n.map(() => 1));
  const after = loss(classBalancedWeights(n, beta));
  return (epoch) => {
    checkEpoch("epoch", epoch);
    return epoch < from ? before : after;
  };
}

const checkEpoch = (name: string, epoch: number) =>
  checkNumber("deferredReweighting", name, epoch, Number.isInteger(epoch) && epoch >= 0, "a non-negative integer");
