import { random } from "../engine/random";
import { concatenate, membersByClass } from "./classes";
import { indexHash } from "./hash";

/** Which classes make the task, and how rare the positives are. */
export interface BinaryTaskOptions {
  /** Class of every sample of the set: integers from 0. */
  readonly labels: ArrayLike<number>;
  /** The class, or classes, whose samples are the positives. */
  readonly positiveClass: number | readonly number[];
  /** The class, or classes, whose samples are the negatives; by default all others. */
  readonly negativeClasses?: number | readonly number[];
  /** Share of positives in the task, in (0, 1). */
  readonly prior: number;
  /** Number of samples; by default the largest that the set has samples for. */
  readonly size?: number;
  /** The same seed gives the same task on every machine. */
  readonly seed: number;
  /** The samples to choose from, where these are not all. */
  readonly indices?: ArrayLike<number>;
}

/** A binary classification task on samples of a set. */
export interface BinaryTask {
  /** Positions in the set [size], in random order. */
  readonly indices: Int32Array;
  /** 1 for the positives, 0 for the negatives [size], in the order of `indices`. */
  readonly labels: Int32Array;
  readonly counts: { readonly positive: number; readonly negative: number };
  /** Share of positives that was achieved: positive / size. */
  readonly prior: number;
  /** Hash of the indices, see `indexHash`. */
  readonly hash: string;
}

/**
 * Builds a binary task: one class (or several) against the rest (or against chosen classes), with a chosen share of
 * positives.
 *
 * Of `size` samples, round(prior size) are positives, halves rounded up. Samples are drawn without replacement. Several
 * classes on one side share its places in proportion to the samples they have (largest remainders; ties go to the lower
 * class). Draws are per class, so that with the same seed a smaller task is a part of a larger one of the same shares.
 *
 * @param options see {@link BinaryTaskOptions}.
 * @returns indices [size], labels [size] in {0, 1}, the counts, the achieved prior and the hash.
 * @throws RangeError saying how many samples there are, when they do not suffice; for a prior outside (0, 1), a size
 *   that leaves one side empty, a class without samples or on both sides, a bad label, index or seed.
 */
export function binaryTask(options: BinaryTaskOptions): BinaryTask {
  const { labels, prior, seed, indices } = options;
  if (!(prior > 0 && prior < 1)) throw new RangeError(`binaryTask: prior must lie in (0, 1), received ${prior}`);
  const { members } = membersByClass("binaryTask", labels, indices);
  const available = members.map((ofClass) => ofClass.length);
  const positives = classList(options.positiveClass, "positiveClass", available);
  const others = available.flatMap((count, label) => (count > 0 && !positives.includes(label) ? [label] : []));
  const negatives = classList(options.negativeClasses ?? others, "negativeClasses", available);
  const both = positives.find((label) => negatives.includes(label));
  if (both !== undefined) {
    throw new RangeError(`binaryTask: class ${both} is in positiveClass and in negativeClasses, expected one of them`);
  }

  const supply = { positive: sumOver(positives, available), negative: sumOver(negatives, available) };
  const size = options.size ?? largestSize(prior, supply);
  const counts = countsOf(prior, size);
  checkFeasible(prior, size, counts, supply);

  const source = random(seed);
  const draw = (classes: readonly number[], count: number) => {
    const shares = apportion(
      count,
      classes.map((label) => available[label]),
    );
    return concatenate(
      classes.map((label, position) =>
        source.fork(`binaryTask/${label}`).shuffle(members[label].slice().sort()).subarray(0, shares[position]),
      ),
    );
  };
  const drawn = concatenate([draw(positives, counts.positive), draw(negatives, counts.negative)]);
  const order = source.fork("binaryTask/order").shuffle(Int32Array.from(drawn, (_, position) => position));
  const chosen = order.map((position) => drawn[position]);
  return {
    indices: chosen,
    labels: order.map((position) => (position < counts.positive ? 1 : 0)),
    counts,
    prior: counts.positive / size,
    hash: indexHash(chosen),
  };
}

/**
 * Divides `total` places in proportion to `weights`, by largest remainders, in whole numbers throughout.
 *
 * @param total places, an integer of at most the sum of the weights.
 * @param weights nonnegative integers; their sum times `total` must stay below 2^53.
 * @returns one share per weight; they sum to `total`, and none is above its weight.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((partial, weight) => partial + weight, 0);
  if (sum === 0) return weights.map(() => 0);
  const remainders = weights.map((weight) => (total * weight) % sum);
  const shares = weights.map((weight, position) => (total * weight - remainders[position]) / sum);
  const left = total - shares.reduce((partial, share) => partial + share, 0);
  // Sorting is stable, so ties stay in the order of the weights.
  const byRemainder = weights.map((_, position) => position).sort((a, b) => remainders[b] - remainders[a]);
  for (const position of byRemainder.slice(0, left)) shares[position]++;
  return shares;
}

function classList(given: number | readonly number[], option: string, available: readonly number[]): readonly number[] {
  const classes = [...new Set(typeof given === "number" ? [given] : given)].sort((a, b) => a - b);
  if (classes.length === 0) throw new RangeError(`binaryTask: ${option} names no class, expected at least one`);
  for (const label of classes) {
    if (!(available[label] > 0)) {
      const present = available.flatMap((count, other) => (count > 0 ? [other] : [])).join(", ");
      throw new RangeError(
        `binaryTask: ${option} ${label} has no samples; classes with samples are ${present || "none"}`,
      );
    }
  }
  return classes;
}

function sumOver(classes: readonly number[], available: readonly number[]): number {
  return classes.reduce((sum, label) => sum + available[label], 0);
}

function countsOf(prior: number, size: number): { positive: number; negative: number } {
  const positive = Math.floor(prior * size + 0.5);
  return { positive, negative: size - positive };
}

/** Both counts grow with the size, so the largest feasible one is found from above. */
function largestSize(prior: number, supply: { positive: number; negative: number }): number {
  let size = Math.min(
    supply.positive + supply.negative,
    Math.ceil((supply.positive + 1) / prior),
    Math.ceil((supply.negative + 1) / (1 - prior)),
  );
  for (; size > 0; size--) {
    const { positive, negative } = countsOf(prior, size);
    if (positive <= supply.positive && negative <= supply.negative) break;
  }
  return size;
}

function checkFeasible(
  prior: number,
  size: number,
  counts: { positive: number; negative: number },
  supply: { positive: number; negative: number },
): void {
  if (!Number.isInteger(size) || size < 2) {
    throw new RangeError(`binaryTask: size must be an integer of at least 2, received ${size}`);
  }
  const wanted = `prior ${prior} of ${size} samples means ${counts.positive} positives and ${counts.negative} negatives`;
  if (counts.positive < 1 || counts.negative < 1) {
    throw new RangeError(`binaryTask: ${wanted}, expected at least one of each`);
  }
  if (counts.positive > supply.positive || counts.negative > supply.negative) {
    throw new RangeError(
      `binaryTask: ${wanted}, available are ${supply.positive} and ${supply.negative}; ` +
        `the largest size at this prior is ${largestSize(prior, supply)}`,
    );
  }
}
