import { tf } from "../../engine";
import { logPriors } from "./classCounts";
import { checkedCounts, checkNumber, type Counts } from "./options";

/**
 * Post-hoc logit adjustment: takes the training priors out of a classifier trained with plain cross-entropy.
 *
 *     f_k - tau log pi_k     pi_k = n_k / sum_j n_j
 *
 * Only for logits trained without adjustment: those of `logitAdjusted` fit equal priors already.
 *
 * @param options.counts training samples per class, n_k > 0, [K].
 * @param options.tau any finite number; default 1, for calibrated logits; a value tuned on validation data makes up for miscalibration.
 * @returns (logits [n, K]) => adjusted logits [n, K], to be disposed by the caller. It throws a TypeError unless there are K.
 * @throws RangeError for counts that are not positive or a tau that is not finite.
 * @see Menon, Jayasumana, Rawat, Jain, Veit, Kumar: Long-tail learning via logit adjustment, ICLR 2021. Read in third-party code.
 */
export function postHocLogitAdjustment({
  counts,
  tau = 1,
}: {
  readonly counts: Counts;
  readonly tau?: number;
}): (logits: tf.Tensor) => tf.Tensor2D {
  const n = checkedCounts("postHocLogitAdjustment", counts);
  checkNumber("postHocLogitAdjustment", "tau", tau, Number.isFinite(tau), "a finite number");
  const shift = Float32Array.from(logPriors(n), (logPrior) => -tau * logPrior);
  return (logits) => {
    if (logits.rank !== 2 || logits.shape[1] !== shift.length) {
      throw new TypeError(
        `postHocLogitAdjustment: logits must have shape [n, ${shift.length}], received [${logits.shape.join(", ")}]`,
      );
    }
    return tf.tidy(() => tf.add(logits as tf.Tensor2D, tf.tensor1d(shift)));
  };
}
