import { binary } from "../../losses";
import { plainState, type Stateful } from "../../training";

/** The positive weight of cross-entropy while it is trained, led towards the fixed point. */
export interface RunningWeight {
  readonly value: number;
  /** Takes the F-beta that was measured at p = 1/2, on data that is not trained on. */
  update(fBeta: number): void;
  /** For `stateful` of `fit`. */
  readonly stateful: Stateful;
}

/**
 * The cost-sensitive fixed point in one training instead of one per round.
 *
 *     w <- (1 + beta^2 - F) / F,   F: F-beta at p = 1/2, but at least (1 + beta^2) pi / (1 + beta^2 pi), that of calling all positive
 *
 * The bound keeps w <= 1 / pi + beta^2 - 1 in the first measurements, when nothing is called positive.
 *
 * @param options.beta > 0.
 * @param options.prior pi in (0, 1).
 * @param options.start weight until the first measurement, > 0.
 * @returns the weight; it changes nothing but itself.
 * @throws RangeError when F is no number in [0, 1].
 * @see losses.binary.costSensitiveRounds, which trains anew for every weight; re-estimating within one training is ours.
 */
export function runningWeight(options: { beta: number; prior: number; start: number }): RunningWeight {
  const { beta, prior, start } = options;
  const floor = ((1 + beta ** 2) * prior) / (1 + beta ** 2 * prior);
  let value = start;
  return {
    get value() {
      return value;
    },
    update(fBeta) {
      if (!(fBeta >= 0 && fBeta <= 1)) {
        throw new RangeError(`runningWeight: F-beta must be a number in [0, 1], received ${fBeta}`);
      }
      value = binary.costWeight(Math.max(fBeta, floor), beta);
    },
    stateful: plainState({
      state: () => ({ value }),
      restore: (state: { value: number }) => {
        value = state.value;
      },
    }),
  };
}
