import { random } from "../engine/random";
import { concatenate, membersByClass } from "./classes";
import { indexHash } from "./hash";

/** What to split, and how. */
export interface StratifiedSplitOptions {
  /** Class of every sample of the set: integers from 0. */
  readonly labels: ArrayLike<number>;
  /** Share of each class that becomes the validation part, in (0, 1). */
  readonly share: number;
  /** The same seed gives the same split on every machine. */
  readonly seed: number;
  /** The samples to split, where these are not all. */
  readonly indices?: ArrayLike<number>;
}

/** Samples of a set. */
export interface Subset {
  /** Positions in the set, ascending. */
  readonly indices: Int32Array;
  /** Number of samples per class. */
  readonly counts: readonly number[];
  /** Hash of the indices, see `indexHash`. */
  readonly hash: string;
}

/**
 * Splits samples in two parts that have the same shares of classes, as nearly as whole samples allow.
 *
 * Of a class with n samples, v = round(share n) go to the validation part, halves rounded up, but at least 1 and at
 * most n - 1; a class with a single sample stays in the train part. Which ones is drawn per class, so that adding
 * samples to one class leaves the others' draws as they were.
 *
 * @param options see {@link StratifiedSplitOptions}.
 * @returns `train` and `validation`, each with indices [n] in ascending order, counts [K] and hash.
 * @throws RangeError for a share outside (0, 1), a bad label or index, a bad seed, and for no samples at all.
 */
export function stratifiedSplit(options: StratifiedSplitOptions): { train: Subset; validation: Subset } {
  const { labels, share, seed, indices } = options;
  if (!(share > 0 && share < 1)) throw new RangeError(`stratifiedSplit: share must lie in (0, 1), received ${share}`);
  const { members, total } = membersByClass("stratifiedSplit", labels, indices);
  if (total === 0) throw new RangeError("stratifiedSplit: there are no samples to split, expected at least one");
  const source = random(seed);
  const validation = members.map((ofClass, label) => {
    const count = Math.min(Math.max(Math.floor(share * ofClass.length + 0.5), 1), Math.max(ofClass.length - 1, 0));
    // Sorted first, so that the order in which the caller lists the samples does not matter.
    return source.fork(`stratifiedSplit/${label}`).shuffle(ofClass.slice().sort()).slice(0, count).sort();
  });
  const train = members.map((ofClass, label) => {
    const held = new Set(validation[label]);
    return ofClass.filter((index) => !held.has(index));
  });
  return { train: subset(train), validation: subset(validation) };
}

function subset(perClass: readonly Int32Array[]): Subset {
  const indices = concatenate(perClass).sort();
  return { indices, counts: perClass.map((ofClass) => ofClass.length), hash: indexHash(indices) };
}
