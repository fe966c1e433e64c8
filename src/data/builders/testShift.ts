import { membersByClass } from "../classes";
import type { Subset } from "../split";
import { longTailed } from "./longTailed";

/** Whether a test set is long-tailed as the training set, even, or the other way round. */
export type ShiftDirection = "forward" | "uniform" | "backward";

/** A test set with a class distribution of its own. */
export interface ShiftedTest extends Subset {
  /** Such as `"forward 50"`, `"uniform"`, `"backward 2"`. */
  readonly name: string;
  /** Share of every class [K]. */
  readonly prior: readonly number[];
}

/** Which test set to make. */
export interface TestShiftOptions {
  /** Class of every sample of the (balanced) test set: integers from 0. */
  readonly labels: ArrayLike<number>;
  readonly direction: ShiftDirection;
  /** Most over least frequent class, at least 1; not used by `"uniform"`. */
  readonly imbalanceRatio?: number;
  /** Samples per class of the training set [K]: the order of classes is theirs, ties by class. By default 0, 1, .., K - 1. */
  readonly trainCounts?: readonly number[];
  readonly seed: number;
}

/**
 * A test set whose classes are as unevenly frequent as chosen, for evaluation under a shift of the prior.
 *
 *     forward   n_i = floor(n r^(-i / (K - 1))) at rank i, the most frequent class of training first
 *     backward  the same at rank K - 1 - i
 *     uniform   the same number of every class
 *
 * @param options see {@link TestShiftOptions}.
 * @returns indices in ascending order, counts [K], hash, prior [K] and name. With the same seed, a set of a larger ratio is a
 *   part of one of a smaller ratio in the same direction.
 * @throws RangeError for a ratio below 1 or none where one is needed, an unknown direction, train counts that do not fit the
 *   classes, a class without test samples, a bad label or seed.
 * @see Hong et al., Disentangling label distribution for long-tailed visual recognition (LADE), CVPR 2021, and its code (read:
 *   the same counts on CIFAR; samples are drawn by another generator).
 */
export function testShift(options: TestShiftOptions): ShiftedTest {
  const { labels, direction, imbalanceRatio, trainCounts, seed } = options;
  if (direction !== "forward" && direction !== "uniform" && direction !== "backward") {
    throw new RangeError(
      `testShift: direction must be forward, uniform or backward, received ${JSON.stringify(direction)}`,
    );
  }
  const ratio = direction === "uniform" ? 1 : imbalanceRatio;
  if (ratio === undefined || !(ratio >= 1 && ratio < Infinity)) {
    throw new RangeError(`testShift: imbalanceRatio must be a finite number of at least 1, received ${ratio}`);
  }
  const classes = membersByClass("testShift", labels).members.length;
  const order = frequencyOrder(trainCounts ?? new Array<number>(classes).fill(1), classes);
  const subset = longTailed({
    labels,
    imbalanceRatio: ratio,
    classOrder: direction === "backward" ? order.reverse() : order,
    seed,
  });
  return {
    ...subset,
    name: direction === "uniform" ? direction : `${direction} ${ratio}`,
    prior: subset.counts.map((count) => count / subset.indices.length),
  };
}

/** The ratios that LADE evaluates under. */
const RATIOS: readonly number[] = [50, 25, 10, 5, 2];

/**
 * The test sets of a whole evaluation: forward from the largest ratio to the smallest, uniform, backward the other way.
 *
 * @param options.ratios default 50, 25, 10, 5, 2, as LADE.
 * @param options others as for {@link testShift}.
 * @returns 2 ratios + 1 test sets.
 */
export function testShifts(
  options: Omit<TestShiftOptions, "direction" | "imbalanceRatio"> & { readonly ratios?: readonly number[] },
): ShiftedTest[] {
  const { ratios = RATIOS, ...rest } = options;
  const falling = [...ratios].sort((a, b) => b - a);
  const shift = (direction: ShiftDirection) => (imbalanceRatio: number) =>
    testShift({ ...rest, direction, imbalanceRatio });
  return [
    ...falling.map(shift("forward")),
    testShift({ ...rest, direction: "uniform" }),
    ...falling.reverse().map(shift("backward")),
  ];
}

/** The classes from the most to the least frequent. */
function frequencyOrder(counts: readonly number[], classes: number): number[] {
  if (counts.length !== classes || !counts.every((count) => count >= 0)) {
    throw new RangeError(
      `testShift: trainCounts must be ${classes} nonnegative numbers, one per class, received [${counts.join(", ")}]`,
    );
  }
  return counts.map((_, label) => label).sort((a, b) => counts[b] - counts[a]);
}
