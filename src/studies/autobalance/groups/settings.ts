import { type Profile } from "../../../notebook/parameters";

export type GroupDataset = "fashion-mnist" | "adult" | "compas" | "waterbirds";

/** How a method comes to its classifier, with every number that it depends on. Losses use the counts of the training part. */
export type GroupMethod =
  | { readonly kind: "crossEntropy"; readonly cellsAlike: boolean }
  /** tau is chosen by the worst cell's error on the validation part. */
  | { readonly kind: "logitAdjusted"; readonly taus: readonly number[] }
  /** The step eta of the group weights is chosen likewise; 0.01 is that of GroupDRO's authors, who train for far longer. */
  | { readonly kind: "distributionallyRobust"; readonly stepSizes: readonly number[] }
  | {
      readonly kind: "search";
      readonly objective: "blend" | "worstCell";
      /** lambda of the blend (1 - lambda) balanced cross-entropy + lambda DEO. */
      readonly fairness: number;
      /** Unit of the worst cell's loss below which cells count alike: without it a batch moves the loss by one cell alone. */
      readonly smoothing: number;
      readonly start: "crossEntropy" | "logitAdjusted";
      readonly searchSteps: number;
      readonly warmup: number;
      readonly every: number;
      readonly iterations: number;
      readonly damping: number;
      readonly trainingBatches: number;
      readonly validationBatches: number;
      readonly outerRate: number;
    };

/** One trial: a method on one draw of the data. */
export type GroupConfig = {
  readonly seed: number;
  readonly dataset: GroupDataset;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly validationShare: number;
  /** Images: extent and network; tables have one hidden layer of `width` units, and depth 1. */
  readonly imageSize: number;
  readonly depth: number;
  readonly width: number;
  /** Painted backgrounds: images per class, share that stands before the colour of its own class, noise of the colour in bytes. */
  readonly perClass: number;
  readonly correlation: number;
  readonly noise: number;
  readonly method: string;
  readonly settings: GroupMethod;
};

type Common = Omit<GroupConfig, "seed" | "method" | "settings">;

/** Every method and its settings. */
function groupMethods({ steps }: Common): Readonly<Record<string, GroupMethod>> {
  // A search takes twice a training; it waits until the training part is fitted.
  const search = {
    kind: "search",
    objective: "blend",
    fairness: 0.5,
    smoothing: 0.2,
    start: "logitAdjusted",
    searchSteps: 2 * steps,
    warmup: Math.round(1.1 * steps),
    every: 15,
    iterations: 8,
    damping: 0.05,
    trainingBatches: 2,
    validationBatches: 2,
    outerRate: 0.05,
  } as const;
  return {
    CE: { kind: "crossEntropy", cellsAlike: false },
    "CE on cells alike": { kind: "crossEntropy", cellsAlike: true },
    "group LA": { kind: "logitAdjusted", taus: [0.5, 1, 1.5] },
    GroupDRO: { kind: "distributionallyRobust", stepSizes: [0.01, 0.1] },
    "AutoBalance λ 0": { ...search, fairness: 0 },
    "AutoBalance λ 0.5": search,
    "AutoBalance λ 0.9": { ...search, fairness: 0.9 },
    "AutoBalance from CE": { ...search, start: "crossEntropy" },
    "AutoBalance worst cell": { ...search, objective: "worstCell" },
  };
}

const none = { perClass: 0, correlation: 0, noise: 0 } as const;
const fashion: Common = {
  dataset: "fashion-mnist",
  batchSize: 128,
  steps: 250,
  learningRate: 0.1,
  weightDecay: 5e-4,
  validationShare: 0.25,
  imageSize: 14,
  depth: 8,
  width: 8,
  perClass: 2000,
  correlation: 0.95,
  noise: 40,
};
const adult: Common = {
  ...fashion,
  ...none,
  dataset: "adult",
  steps: 800,
  learningRate: 0.05,
  imageSize: 0,
  depth: 1,
  width: 64,
};
const compas: Common = { ...adult, dataset: "compas", steps: 300 };
/** From scratch: published numbers on Waterbirds start from a network trained on ImageNet, which the kit does not have. */
const waterbirds: Common = {
  ...fashion,
  ...none,
  dataset: "waterbirds",
  imageSize: 112,
  depth: 32,
  width: 16,
  steps: 12_000,
  weightDecay: 1e-4,
};

/** The grid of a profile, for the given seeds. */
export function groupTrials(profile: Profile, seeds: readonly number[]): GroupConfig[] {
  const commons: Readonly<Record<Profile, readonly Common[]>> = {
    smoke: [{ ...compas, steps: 20 }],
    laptop: [fashion, adult, compas],
    paper: [
      { ...fashion, imageSize: 28, depth: 20, width: 16, steps: 4000, perClass: 5000 },
      { ...adult, steps: 8000 },
      { ...compas, steps: 3000 },
      waterbirds,
    ],
  };
  const smoke = ["CE", "AutoBalance λ 0.5"];
  return commons[profile].flatMap((common) =>
    Object.entries(groupMethods(common))
      .filter(([method]) => profile !== "smoke" || smoke.includes(method))
      .flatMap(([method, settings]) => seeds.map((seed) => ({ seed, ...common, method, settings }))),
  );
}
