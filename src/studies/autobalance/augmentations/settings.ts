import { type AugmentationName } from "../../../data";
import { type Profile } from "../../../notebook/parameters";
import { classTrials, type ClassConfig } from "../classes/settings";

/** Which augmentation the training from scratch gets. */
export type AugmentationKind =
  | "none"
  /** Every operation at its start, for all classes alike. */
  | "fixed"
  /** Magnitudes and probabilities are learned, one per operation for all classes. */
  | "shared"
  /** Learned per operation and class. */
  | "perClass"
  /** What was learned per class is given to the classes in the opposite order of frequency: the same strengths, to the wrong classes. */
  | "reversed";

/** The learning of an augmentation by the upper level. */
export type AugmentationSearch = {
  readonly operations: readonly AugmentationName[];
  /** Magnitude and probability at the start. */
  readonly magnitude: number;
  readonly probability: number;
  readonly searchSteps: number;
  readonly warmup: number;
  readonly every: number;
  readonly iterations: number;
  readonly damping: number;
  readonly trainingBatches: number;
  readonly validationBatches: number;
  readonly outerRate: number;
};

/** One trial: an augmentation on one draw of the data. `settings` is the loss, the same in all of them. */
export type AugmentationConfig = ClassConfig & {
  readonly kind: AugmentationKind;
  readonly search: AugmentationSearch;
};

/** Logit adjustment with tau = 1: nothing is tuned. */
const LOSS = { kind: "loss", loss: "logitAdjusted", candidates: [1] } as const;

/** In the order of the tables, with their names there. */
export const AUGMENTATIONS: Readonly<Record<AugmentationKind, string>> = {
  none: "none",
  fixed: "fixed, as the search starts",
  shared: "learned for all classes",
  perClass: "learned per class",
  reversed: "learned per class, given in reverse",
};

/** The grid of a profile, for the given seeds: the data, networks and trainings of `autobalance-classes`. */
export function augmentationTrials(profile: Profile, seeds: readonly number[]): AugmentationConfig[] {
  const kinds = Object.keys(AUGMENTATIONS) as AugmentationKind[];
  return classTrials(profile, seeds)
    .filter(({ method }) => method === "CE")
    .flatMap((config) => {
      const search = searchSettings(profile, config.steps);
      return kinds.map((kind) => ({ ...config, method: "LA", settings: LOSS, kind, search }));
    });
}

function searchSettings(profile: Profile, steps: number): AugmentationSearch {
  const isPaper = profile === "paper";
  return {
    operations: ["shearX", "shearY", "translateX", "translateY", "rotate"],
    magnitude: 0.2,
    probability: 0.5,
    // The release's 300 epochs of search to 200 of retraining, with 78 and 98 steps.
    searchSteps: isPaper ? 300 * 78 : Math.round(0.6 * steps),
    warmup: isPaper ? 120 * 78 : Math.round(0.1 * steps),
    every: profile === "smoke" ? 5 : isPaper ? 20 : 10,
    iterations: profile === "smoke" ? 2 : 8,
    damping: 0.05,
    trainingBatches: 2,
    validationBatches: 2,
    // At five times this, which suits l, magnitudes per class jump between 0 and 1 (tried on seed 1).
    outerRate: 0.01,
  };
}
