import { type ClassDensities, type NormalPart } from "./mixture";

/** A way in which two classes overlap; its distance sets the difficulty. */
export interface Family {
  readonly name: string;
  /** What makes it hard beside the overlap. */
  readonly meaning: string;
  /** Number of features; all directions but one are noise. */
  readonly columns: number;
  /** The densities along the one informative direction, by their distance. */
  readonly densities: (distance: number) => ClassDensities;
  /** A monotone function applied to every feature; left out: none. */
  readonly warp?: (value: number) => number;
}

const normal = (mean: number, deviation = 1, share = 1): NormalPart => ({ share, mean, deviation });
const standard = [normal(0)];

/**
 * Six families of synthetic classification tasks.
 *
 *     shifted        N(d, 1) against N(0, 1): a linear score is the best one
 *     wide           the same among 30 features: more to estimate
 *     contaminated   5 % of the positives lie among the negatives
 *     unequal        N(d, 4) against N(0, 1): the positives lie on both sides
 *     twoSided       half of the positives at -d, half at d: no linear score tells them apart
 *     warped         shifted, every feature passed through sinh: heavy tails
 */
export const families: readonly Family[] = [
  {
    name: "shifted",
    meaning: "two normal classes, best told apart by a linear score",
    columns: 6,
    densities: (distance) => ({ positive: [normal(distance)], negative: standard }),
  },
  {
    name: "wide",
    meaning: "the same among 30 features",
    columns: 30,
    densities: (distance) => ({ positive: [normal(distance)], negative: standard }),
  },
  {
    name: "contaminated",
    meaning: "a twentieth of the positives lies among the negatives",
    columns: 6,
    densities: (distance) => ({ positive: [normal(distance, 1, 0.95), normal(0, 1, 0.05)], negative: standard }),
  },
  {
    name: "unequal",
    meaning: "positives of twice the deviation",
    columns: 6,
    densities: (distance) => ({ positive: [normal(distance, 2)], negative: standard }),
  },
  {
    name: "twoSided",
    meaning: "positives on both sides of the negatives: no linear score tells them apart",
    columns: 6,
    densities: (distance) => ({
      positive: [normal(-distance, 1, 0.5), normal(distance, 1, 0.5)],
      negative: standard,
    }),
  },
  {
    name: "warped",
    meaning: "every feature passed through sinh: heavy tails",
    columns: 6,
    densities: (distance) => ({ positive: [normal(distance)], negative: standard }),
    warp: Math.sinh,
  },
];
