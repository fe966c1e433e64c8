import { logarithm, power } from "../power";

/** How the number of samples falls from the most to the least frequent class. */
export type Profile = "exponential" | "step" | "pareto";

/** How a number of samples is made whole. */
export type Rounding = "floor" | "ceil" | "round";

/** The shape of a long tail. */
export interface ProfileOptions {
  /** Samples of the most frequent class over samples of the least frequent one, before rounding; from 1 to 1e9. */
  readonly imbalanceRatio: number;
  /** Default `"exponential"`. */
  readonly profile?: Profile;
  /** Default `"floor"`. */
  readonly rounding?: Rounding;
  /** For `"step"`: how many classes are rare; by default the lesser half, floor(K / 2). */
  readonly tailClasses?: number;
  /** For `"pareto"`: the exponent a, in [0.1, 100]; by default ln(ratio) / ln(K), the power law of ranks. */
  readonly exponent?: number;
}

const PROFILES: readonly Profile[] = ["exponential", "step", "pareto"];
const ROUNDINGS: readonly Rounding[] = ["floor", "ceil", "round"];

/**
 * Samples per class of a long tail, from the most frequent class to the least frequent.
 *
 * With n the samples of the first class, r the ratio and ranks i = 0 .. K - 1:
 *
 *     "exponential"  n r^(-i / (K - 1))
 *     "step"         n for the first K - t ranks, n / r for the last t
 *     "pareto"       n (1 + i / s)^(-a), s = (K - 1) / (r^(1 / a) - 1): the tail of a Pareto law; by default s = 1
 *
 * The exact exponential count is whole at the last class for all usual n and r, and there the noise of double arithmetic
 * decides between a number and its neighbour. It is that of the published sets: `"floor"` takes n (1/r)**(i/(K-1)) as LDAM
 * does; `"ceil"` and `"round"` take n mu**i with mu = r**(-1/(K-1)), as AutoBalance does. At n = 5000, K = 10, r = 100 that
 * gives 12,406 with floor, and 12,415 with ceil (51 in the last class, not 50). Powers are rounded once, see `power`.
 *
 * @param classes K, at least 1; a single class has n samples.
 * @param maxCount n, samples of the most frequent class, a positive integer.
 * @param options see {@link ProfileOptions}.
 * @returns K nonnegative integers, never rising. Halves are rounded to the even neighbour, as Python does.
 * @throws RangeError for a ratio below 1, an unknown profile or rounding, and numbers out of range.
 * @see Cao et al., Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019, and its code
 *   (exponential, step; read). Li et al., AutoBalance, NeurIPS 2021, and its code (read). Sets drawn "following the Pareto
 *   distribution" (ImageNet-LT) are published as lists of files; the form here is derived, not theirs.
 */
export function longTailedCounts(classes: number, maxCount: number, options: ProfileOptions): number[] {
  checkProfile("longTailedCounts", classes, options);
  if (!Number.isInteger(maxCount) || maxCount < 1) {
    throw new RangeError(`longTailedCounts: maxCount must be a positive integer, received ${maxCount}`);
  }
  return countsByHead(classes, options)(maxCount);
}

/** {@link longTailedCounts} as a function of n, for options that were checked: powers, which take the time, are taken once. */
export function countsByHead(classes: number, options: ProfileOptions): (maxCount: number) => number[] {
  const { imbalanceRatio: ratio, profile = "exponential", rounding = "floor" } = options;
  const { tailClasses = Math.floor(classes / 2), exponent } = options;
  const ranks = Array.from({ length: classes }, (_, rank) => rank);
  if (classes === 1 || ratio === 1) return (maxCount) => ranks.map(() => maxCount);
  switch (profile) {
    case "exponential": {
      const mu = power(ratio, -1 / (classes - 1));
      const share = (i: number) => (rounding === "floor" ? power(1 / ratio, i / (classes - 1)) : power(mu, i));
      const shares = ranks.map(share);
      return (maxCount) => shares.map((of) => roundBy(rounding, maxCount * of));
    }
    case "step":
      return (maxCount) =>
        ranks.map((i) => (i < classes - tailClasses ? maxCount : roundBy(rounding, maxCount / ratio)));
    case "pareto": {
      const a = exponent ?? logarithm(ratio) / logarithm(classes);
      const s = exponent === undefined ? 1 : (classes - 1) / (power(ratio, 1 / a) - 1);
      const shares = ranks.map((i) => power(1 + i / s, -a));
      // The last count is given by the ratio itself: no noise decides whether it is whole.
      return (maxCount) =>
        shares.map((of, i) => roundBy(rounding, i === classes - 1 ? maxCount / ratio : maxCount * of));
    }
  }
}

/** Throws unless the options name a long tail over so many classes; `caller` is the public function that was given them. */
export function checkProfile(caller: string, classes: number, options: ProfileOptions): void {
  const { imbalanceRatio, profile = "exponential", rounding = "floor", tailClasses, exponent } = options;
  if (!(imbalanceRatio >= 1 && imbalanceRatio <= 1e9)) {
    throw new RangeError(
      `${caller}: imbalanceRatio must be a number of at least 1, at most 1e9, received ${imbalanceRatio}` +
        (imbalanceRatio > 0 && imbalanceRatio < 1
          ? `; a ratio of 1 to ${1 / imbalanceRatio} is ${1 / imbalanceRatio}`
          : ""),
    );
  }
  if (!PROFILES.includes(profile)) {
    throw new RangeError(
      `${caller}: profile must be one of ${PROFILES.join(", ")}, received ${JSON.stringify(profile)}`,
    );
  }
  if (!ROUNDINGS.includes(rounding)) {
    throw new RangeError(
      `${caller}: rounding must be one of ${ROUNDINGS.join(", ")}, received ${JSON.stringify(rounding)}`,
    );
  }
  if (!Number.isInteger(classes) || classes < 1 || classes > 65_536) {
    throw new RangeError(`${caller}: classes must be an integer in [1, 65536], received ${classes}`);
  }
  if (tailClasses !== undefined && (!Number.isInteger(tailClasses) || tailClasses < 0 || tailClasses >= classes)) {
    throw new RangeError(`${caller}: tailClasses must be an integer in [0, ${classes - 1}], received ${tailClasses}`);
  }
  if (exponent !== undefined && !(exponent >= 0.1 && exponent <= 100)) {
    throw new RangeError(`${caller}: exponent must lie in [0.1, 100], received ${exponent}`);
  }
}

/** floor, ceil, or the nearest integer with halves to the even one. */
export function roundBy(rounding: Rounding, value: number): number {
  if (rounding !== "round") return rounding === "floor" ? Math.floor(value) : Math.ceil(value);
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
