import { random } from "../../engine";
import { membersByClass } from "../classes";
import { indexHash } from "../hash";
import { apportionShares } from "../sampling/shares";

/** Labels of which some are wrong. */
export interface NoisyLabels {
  /** A label for every sample of the set [N]; those that were not asked for keep theirs. */
  readonly labels: Int32Array;
  /** The samples whose label is wrong now, ascending. */
  readonly flipped: Int32Array;
  /** Samples of class i (rows) that are labelled j (columns) now, among those asked for [K][K]. */
  readonly counts: readonly (readonly number[])[];
  /** Hash of the flipped samples followed by their labels, see `indexHash`. */
  readonly hash: string;
}

/**
 * Gives some samples a wrong label, as a transition matrix says.
 *
 *     T[i][j] = P(label j | class i), rows sum to 1
 *
 * Of the n samples of class i, T[i][j] n are labelled j, in whole numbers by largest remainders: the noise rate is met exactly
 * in every class, also in one of 50 samples, where independent draws would be off by several per cent. Which samples is drawn.
 *
 * @param options.labels class of every sample of the set: integers from 0.
 * @param options.transition [K][K], from {@link symmetricNoise}, {@link pairNoise}, {@link asymmetricNoise} or one's own.
 * @param options.seed the same seed flips the same samples on every machine.
 * @param options.indices the samples that may be flipped (such as a training set), where these are not all.
 * @returns see {@link NoisyLabels}.
 * @throws RangeError for a matrix that is not [K][K] with K above every label, has entries outside [0, 1] or rows that do not
 *   sum to 1, and for a bad label, index or seed.
 * @see Patrini et al., Making deep neural networks robust to label noise, CVPR 2017 (transition matrix). There labels are
 *   drawn independently.
 */
export function labelNoise(options: {
  readonly labels: ArrayLike<number>;
  readonly transition: readonly (readonly number[])[];
  readonly seed: number;
  readonly indices?: ArrayLike<number>;
}): NoisyLabels {
  const { labels, transition, seed, indices } = options;
  const { members } = membersByClass("labelNoise", labels, indices);
  checkTransition(transition, members.length);
  const noisy = Int32Array.from(labels);
  const flipped: number[] = [];
  const source = random(seed);
  const counts = transition.map((row, label) => {
    const ofClass = members[label] ?? new Int32Array(0);
    const shares = apportionShares(ofClass.length, row);
    const order = source.fork(`labelNoise/${label}`).shuffle(ofClass.slice().sort());
    let next = 0;
    shares.forEach((count, other) => {
      // Those that stay are passed over last, so that a higher rate flips the samples of a lower one, too, where two classes mix.
      if (other === label) return;
      for (const end = next + count; next < end; next++) {
        noisy[order[next]] = other;
        flipped.push(order[next]);
      }
    });
    return shares;
  });
  const sorted = Int32Array.from(flipped).sort();
  return {
    labels: noisy,
    flipped: sorted,
    counts,
    hash: indexHash([...sorted, ...sorted.map((index) => noisy[index])]),
  };
}

/**
 * Noise that takes every wrong label with the same probability: T[i][i] = 1 - rate, T[i][j] = rate / (K - 1).
 *
 * Beware: other code draws among all K labels, the right one included; its rate r is r (K - 1) / K here.
 *
 * @param classes K, at least 2.
 * @param rate share of wrong labels, in [0, 1).
 * @returns the transition matrix [K][K].
 */
export function symmetricNoise(classes: number, rate: number): number[][] {
  checkNoise("symmetricNoise", classes, rate);
  return matrix(classes, (i, j) => (i === j ? 1 - rate : rate / (classes - 1)));
}

/**
 * Noise that takes each class for the next one: T[i][i] = 1 - rate, T[i][i + 1 mod K] = rate.
 *
 * @param classes K, at least 2.
 * @param rate share of wrong labels, in [0, 1).
 * @returns the transition matrix [K][K].
 */
export function pairNoise(classes: number, rate: number): number[][] {
  checkNoise("pairNoise", classes, rate);
  return matrix(classes, (i, j) => (i === j ? 1 - rate : j === (i + 1) % classes ? rate : 0));
}

/**
 * Noise between named classes: T[i][i] = 1 - rate, T[i][flips[i]] = rate; classes that are not named keep their labels.
 *
 * @param classes K, at least 2.
 * @param rate share of wrong labels in a class that is named, in [0, 1).
 * @param flips for a class, the one it is taken for, such as {@link CIFAR10_FLIPS}.
 * @returns the transition matrix [K][K].
 * @throws RangeError also for a class outside [0, K), or one that is taken for itself.
 */
export function asymmetricNoise(classes: number, rate: number, flips: Readonly<Record<number, number>>): number[][] {
  checkNoise("asymmetricNoise", classes, rate);
  const targets = new Map(Object.entries(flips).map(([from, to]) => [Number(from), to]));
  for (const [from, to] of targets) {
    const known = [from, to].every((label) => Number.isInteger(label) && label >= 0 && label < classes);
    if (!known || from === to) {
      throw new RangeError(
        `asymmetricNoise: flips must lead from a class in [0, ${classes}) to another, received ${from} to ${to}`,
      );
    }
  }
  return matrix(classes, (i, j) => {
    const to = targets.get(i);
    return to === undefined ? Number(i === j) : i === j ? 1 - rate : j === to ? rate : 0;
  });
}

/** Classes of CIFAR-10 that look alike: truck to automobile, bird to airplane, deer to horse, cat to dog and back (Patrini et al.). */
export const CIFAR10_FLIPS: Readonly<Record<number, number>> = { 9: 1, 2: 0, 4: 7, 3: 5, 5: 3 };

function matrix(classes: number, entry: (i: number, j: number) => number): number[][] {
  return Array.from({ length: classes }, (_, i) => Array.from({ length: classes }, (_, j) => entry(i, j)));
}

function checkNoise(caller: string, classes: number, rate: number): void {
  if (!Number.isInteger(classes) || classes < 2) {
    throw new RangeError(`${caller}: classes must be an integer of at least 2, received ${classes}`);
  }
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`${caller}: rate must lie in [0, 1), received ${rate}`);
}

/** Rows may be off by this much from 1, for rounding: a few units in the last place of each entry. */
const ROW_TOLERANCE = 1e-9;

function checkTransition(transition: readonly (readonly number[])[], classes: number): void {
  const size = transition.length;
  if (size < classes || transition.some((row) => row.length !== size)) {
    throw new RangeError(
      `labelNoise: transition must be a square matrix over at least ${classes} classes, ` +
        `received ${size} rows of [${transition.map((row) => row.length).join(", ")}]`,
    );
  }
  transition.forEach((row, label) => {
    const sum = row.reduce((partial, entry) => partial + entry, 0);
    if (!row.every((entry) => entry >= 0 && entry <= 1) || !(Math.abs(sum - 1) <= ROW_TOLERANCE)) {
      throw new RangeError(
        `labelNoise: each row of transition must be probabilities that sum to 1, received [${row.join(", ")}] for class ${label}`,
      );
    }
  });
}
