import { membersByClass } from "../classes";
import type { Subset } from "../split";
import { checkCounts, checkSupply, drawPerClass } from "./drawPerClass";
import { checkProfile, countsByHead, type ProfileOptions } from "./profiles";

/** What to make a long tail of, and which. */
export interface LongTailedOptions extends ProfileOptions {
  /** Class of every sample of the set: integers from 0. */
  readonly labels: ArrayLike<number>;
  /** Samples of the most frequent class; by default as many as the set allows for this tail. */
  readonly maxCount?: number;
  /** The classes from the most to the least frequent; by default 0, 1, .., K - 1. */
  readonly classOrder?: readonly number[];
  /** The same seed gives the same samples on every machine and backend. */
  readonly seed: number;
  /** The samples to choose from, where these are not all. */
  readonly indices?: ArrayLike<number>;
}

/**
 * Makes a long-tailed set out of a balanced one (or of any set that has the samples).
 *
 * Counts are those of `longTailedCounts`: CIFAR-10 at ratio 100 has 12,406 samples with floor, as LDAM, and 12,415 with
 * ceil. Which samples is drawn per class; with the same seed a smaller tail is a part of a larger one.
 *
 * @param options see {@link LongTailedOptions}.
 * @returns indices [n] in ascending order, counts [K] per class (by class, not by rank), and the hash of the indices.
 * @throws RangeError for a ratio below 1, a class order that is no permutation, a bad label, index or seed, no samples, more
 *   samples than a class has, and a tail that leaves a class empty.
 * @see Cao et al., NeurIPS 2019, and `longTailedCounts`.
 */
export function longTailed(options: LongTailedOptions): Subset {
  const { labels, seed, indices } = options;
  const { members, total } = membersByClass("longTailed", labels, indices);
  if (total === 0) throw new RangeError("longTailed: there are no samples to choose from, expected at least one");
  const classes = members.length;
  checkProfile("longTailed", classes, options);
  const order = options.classOrder ?? members.map((_, label) => label);
  checkOrder("longTailed", order, classes);
  const available = members.map((ofClass) => ofClass.length);
  const ranked = countsByHead(classes, options);
  const counts = (maxCount: number) => {
    const byRank = ranked(maxCount);
    const byClass = new Array<number>(classes);
    order.forEach((label, rank) => (byClass[label] = byRank[rank]));
    return byClass;
  };
  const { maxCount = largestHead(available, order, counts) } = options;
  if (!Number.isInteger(maxCount) || maxCount < 1) {
    throw new RangeError(`longTailed: maxCount must be a positive integer, received ${maxCount}`);
  }
  const chosen = counts(maxCount);
  checkSupply("longTailed", available, chosen);
  const empty = chosen.indexOf(0);
  if (empty >= 0) {
    throw new RangeError(
      `longTailed: class ${empty} would have no sample left at ratio ${options.imbalanceRatio} from ` +
        `${Math.max(...chosen)} in the most frequent class; take a smaller ratio, or rounding "ceil"`,
    );
  }
  return drawPerClass(members, chosen, seed);
}

/**
 * Draws a given number of samples of every class.
 *
 * @param options.labels class of every sample of the set: integers from 0.
 * @param options.counts samples per class [K], nonnegative integers; classes beyond its end are left out.
 * @param options.seed the same seed gives the same samples; they are those of `longTailed` at equal counts.
 * @param options.indices the samples to choose from, where these are not all.
 * @returns indices [n] in ascending order, the counts per class of the set and the hash.
 * @throws RangeError naming the classes that have fewer samples; for counts that are no nonnegative integers or all zero, and
 *   a bad label, index or seed.
 */
export function withCounts(options: {
  readonly labels: ArrayLike<number>;
  readonly counts: readonly number[];
  readonly seed: number;
  readonly indices?: ArrayLike<number>;
}): Subset {
  const { labels, counts, seed, indices } = options;
  const { members } = membersByClass("withCounts", labels, indices);
  checkCounts("withCounts", "counts", counts);
  const available = members.map((ofClass) => ofClass.length);
  checkSupply("withCounts", available, counts);
  return drawPerClass(
    members,
    available.map((_, label) => counts[label] ?? 0),
    seed,
  );
}

/** Throws unless `order` names each of the classes once. */
export function checkOrder(caller: string, order: readonly number[], classes: number): void {
  const named = new Set(order);
  const whole = order.every((label) => Number.isInteger(label) && label >= 0 && label < classes);
  if (order.length !== classes || named.size !== classes || !whole) {
    throw new RangeError(
      `${caller}: classOrder must name each of the ${classes} classes 0 to ${classes - 1} once, ` +
        `received [${order.slice(0, 20).join(", ")}${order.length > 20 ? ", .." : ""}]`,
    );
  }
}

/** The most samples the most frequent class can have; counts never fall when it grows, so halving finds it. */
function largestHead(
  available: readonly number[],
  order: readonly number[],
  counts: (maxCount: number) => number[],
): number {
  const fits = (maxCount: number) => counts(maxCount).every((count, label) => count <= available[label]);
  let low = 0;
  let high = available[order[0]];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  if (low === 0) {
    const missing = available.findIndex((count) => count === 0);
    throw new RangeError(
      missing >= 0
        ? `longTailed: class ${missing} has no samples; every class from 0 to ${available.length - 1} needs one`
        : "longTailed: no class size fits this tail: even one sample in the most frequent class asks for too many",
    );
  }
  return low;
}
