import { random, type Random } from "../../engine";

/** Where a sequence of generators stands: plain JSON. */
export interface StepRandomState {
  readonly seed: number;
  readonly purpose: string;
  /** The step that comes next. */
  readonly step: number;
}

/** One generator per step of a run. */
export interface StepRandom {
  /** The generator of a step; the same draws each time it is asked for. Does not move the sequence. */
  at(step: number): Random;
  /** The generator of the next step. */
  next(): Random;
  state(): StepRandomState;
  /** Goes to a state of a sequence of the same seed and purpose; throws a RangeError for any other. */
  restore(state: StepRandomState): void;
}

/**
 * Generators for what is drawn anew at every step, such as crops: each depends on seed, purpose and step alone.
 *
 * So the state to be saved is a number, and a run that goes on from a checkpoint draws what the unbroken one would have drawn.
 *
 * @param seed integer in [-2^31, 2^32).
 * @param purpose keeps the draws of several uses of one seed apart; default `"augmentation"`.
 * @returns the sequence, at step 0.
 * @throws RangeError for a bad seed.
 */
export function stepRandom(seed: number, purpose = "augmentation"): StepRandom {
  const source = random(seed);
  let step = 0;
  const at = (number: number) => {
    if (!Number.isInteger(number) || number < 0) {
      throw new RangeError(`stepRandom: step must be a nonnegative integer, received ${number}`);
    }
    return source.fork(`${purpose}/${number}`);
  };
  return {
    at,
    next: () => at(step++),
    state: () => ({ seed, purpose, step }),
    restore(state) {
      if (state.seed !== seed || state.purpose !== purpose) {
        throw new RangeError(
          `stepRandom: the state must be one of seed ${seed} and purpose ${purpose}, received ${state.seed} and ${state.purpose}`,
        );
      }
      at(state.step);
      step = state.step;
    },
  };
}
