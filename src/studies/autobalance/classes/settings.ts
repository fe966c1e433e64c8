import { type Profile } from "../../../notebook/parameters";

/** Fixed losses of one number each, which is chosen among candidates on the validation part. */
export type TunedLoss =
  | "crossEntropy"
  | "weighted"
  | "focal"
  | "balancedSoftmax"
  | "logitAdjusted"
  | "classDependentTemperature"
  | "vectorScaling"
  | "labelDistributionAwareMargin";

/** How a method comes to its classifier, with every number that it depends on. */
export type MethodSettings =
  /** A new network per candidate, judged on the validation part; the best is trained anew on both parts. */
  | { readonly kind: "loss"; readonly loss: TunedLoss; readonly candidates: readonly number[] }
  /** Logits of a network trained with cross-entropy are changed afterwards; the strength is chosen on the validation part. */
  | {
      readonly kind: "postHoc";
      readonly change: "logitAdjustment" | "tauNormalization";
      readonly candidates: readonly number[];
    }
  /** cRT: features of a network trained with cross-entropy, a new linear head on classes drawn alike. */
  | { readonly kind: "classifierRetraining"; readonly headSteps: number; readonly headRate: number }
  | SearchSettings
  | { readonly kind: "random"; readonly draw: "separate" | "vectorScaling"; readonly trials: number };

/** AutoBalance: which parameters, from where, towards what, and how. */
export type SearchSettings = {
  readonly kind: "search";
  readonly search: readonly ("scale" | "shift")[];
  readonly sharing: "separate" | "logPriorMultiple" | "frequencyClusters";
  readonly clusterSize: number;
  readonly start: "constant" | "logitAdjusted" | "classDependentTemperature";
  readonly objective: "balanced" | "fBeta";
  readonly mode: "conjugateGradient" | "paper";
  readonly iterations: number;
  readonly damping: number;
  readonly trainingBatches: number;
  readonly validationBatches: number;
  readonly searchSteps: number;
  readonly warmup: number;
  readonly every: number;
  readonly outerRate: number;
  readonly augmentation: boolean;
  /** Scales found are divided by their largest before the training from scratch; absent: taken as found. */
  readonly normalize?: true;
};

/** One trial: a method on one draw of the data. */
export type ClassConfig = {
  readonly seed: number;
  readonly dataset: "fashion-mnist" | "cifar-10" | "cifar-100" | "cifar-100-lt50";
  readonly imbalance: number;
  /** Images of the most frequent class, both parts together. */
  readonly head: number;
  readonly validationShare: number;
  /** Height and width that images are averaged down to. */
  readonly imageSize: number;
  readonly depth: number;
  readonly width: number;
  readonly batchSize: number;
  /** Steps of every training from scratch. */
  readonly steps: number;
  readonly learningRate: number;
  readonly schedule: "cosine" | "step";
  readonly rateWarmup: number;
  readonly weightDecay: number;
  /** Random crops with a padding of 4 and mirroring. */
  readonly crop: boolean;
  /** Test images, the first so many. */
  readonly testSize: number;
  readonly method: string;
  readonly settings: MethodSettings;
};

type Common = Omit<ClassConfig, "seed" | "method" | "settings">;

const conjugateGradient = {
  mode: "conjugateGradient",
  iterations: 8,
  damping: 0.05,
  trainingBatches: 2,
  validationBatches: 2,
  every: 10,
} as const;

/** A hundred classes, which share parameters by tens. */
export const manyClasses = (dataset: ClassConfig["dataset"]): boolean => dataset.startsWith("cifar-100");

/** Every method and its settings, for trainings of so many steps; those of the paper at its full size. */
function methodSettings(common: Common, isPaper: boolean): Readonly<Record<string, MethodSettings>> {
  const { steps, dataset } = common;
  // CIFAR: as in the released configurations, where 78 and 69 steps make an epoch.
  const hasManyClasses = manyClasses(dataset);
  const stepsPerEpoch = hasManyClasses ? 69 : 78;
  const search = (settings: Partial<SearchSettings>): SearchSettings => ({
    kind: "search",
    search: ["scale", "shift"],
    sharing: hasManyClasses ? "frequencyClusters" : "separate",
    clusterSize: hasManyClasses ? 10 : 1,
    start: "constant",
    objective: "balanced",
    ...conjugateGradient,
    searchSteps: isPaper ? 300 * stepsPerEpoch : steps,
    // Delta begins beyond zero training error; factors below 1 for rare classes harm them before.
    warmup: isPaper ? 120 * stepsPerEpoch : Math.round(steps / 2),
    outerRate: isPaper ? 0.02 : 0.05,
    augmentation: false,
    ...(isPaper && { every: 20 }),
    ...settings,
  });
  // l does its work before the training part is fitted.
  const early = isPaper
    ? { search: ["shift"] as const }
    : {
        search: ["shift"] as const,
        warmup: Math.round(0.08 * steps),
        searchSteps: Math.round(0.6 * steps),
        outerRate: 0.1,
      };
  const joint = search({});
  const sweep = (to: number, by: number) =>
    Array.from({ length: Math.round(to / by) + 1 }, (_, index) => Number((index * by).toFixed(6)));
  return {
    CE: { kind: "loss", loss: "crossEntropy", candidates: [0] },
    "weighted CE": { kind: "loss", loss: "weighted", candidates: [0] },
    focal: { kind: "loss", loss: "focal", candidates: [0.5, 1, 2] },
    "LDAM-DRW": { kind: "loss", loss: "labelDistributionAwareMargin", candidates: [0.3, 0.5] },
    "balanced softmax": { kind: "loss", loss: "balancedSoftmax", candidates: [0] },
    LA: { kind: "loss", loss: "logitAdjusted", candidates: [0.75, 1, 1.5] },
    "LA post-hoc": { kind: "postHoc", change: "logitAdjustment", candidates: sweep(3, 0.1) },
    CDT: { kind: "loss", loss: "classDependentTemperature", candidates: [0.1, 0.2, 0.3] },
    VS: { kind: "loss", loss: "vectorScaling", candidates: [0.5, 1, 1.25] },
    cRT: { kind: "classifierRetraining", headSteps: Math.max(10, Math.round(steps / 5)), headRate: 0.2 },
    "tau-norm": { kind: "postHoc", change: "tauNormalization", candidates: sweep(2, 0.1) },
    "AutoBalance τ": search({ ...early, sharing: "logPriorMultiple" }),
    "AutoBalance l": search(early),
    "AutoBalance Δ": search({ search: ["scale"] }),
    "AutoBalance Δ&l": joint,
    "AutoBalance Δ&l from LA": search({ start: "logitAdjusted" }),
    "AutoBalance Δ, normalised": search({ search: ["scale"], normalize: true }),
    "AutoBalance Δ&l, normalised": search({ normalize: true }),
    "AutoBalance Δ&l with augmentation": search({ augmentation: true }),
    "AutoBalance Δ&l for F1": search({ objective: "fBeta" }),
    ...(isPaper && {
      "AutoBalance Δ&l as published": search({
        mode: "paper",
        trainingBatches: 10,
        validationBatches: 10,
        outerRate: hasManyClasses ? 0.1 : 0.01,
      }),
    }),
    "random search per class": { kind: "random", draw: "separate", trials: trialsFor(joint, steps) },
    "random search of VS": { kind: "random", draw: "vectorScaling", trials: trialsFor(joint, steps) },
  };
}

/**
 * Trainings that cost what a search may: inner steps, and per update V + T (products + 2) 2 gradients. Never fewer than the
 * candidates of LA, CDT and VS.
 */
function trialsFor({ searchSteps, warmup, every, iterations, ...s }: SearchSettings, steps: number): number {
  const updates = Math.ceil((searchSteps - warmup) / every);
  const cost = searchSteps + updates * (s.validationBatches + s.trainingBatches * (iterations + 2) * 2);
  return Math.max(3, Math.floor(cost / steps));
}

const fashion: Common = {
  dataset: "fashion-mnist",
  imbalance: 100,
  head: 1000,
  validationShare: 0.2,
  imageSize: 14,
  depth: 8,
  width: 8,
  batchSize: 128,
  steps: 1000,
  learningRate: 0.1,
  schedule: "cosine",
  rateWarmup: 20,
  weightDecay: 5e-4,
  crop: false,
  testSize: 10_000,
};

/** As in the released configurations of AutoBalance for long-tailed CIFAR: ResNet-32, 300 epochs of search, 200 of retraining. */
const cifar = (dataset: "cifar-10" | "cifar-100"): Common => ({
  ...fashion,
  dataset,
  head: dataset === "cifar-10" ? 5000 : 500,
  imageSize: 32,
  depth: 32,
  width: 16,
  // 200 epochs of both parts together.
  steps: 200 * (dataset === "cifar-10" ? 98 : 86),
  schedule: "step",
  rateWarmup: 5 * (dataset === "cifar-10" ? 98 : 86),
  weightDecay: 1e-4,
  crop: true,
});

/**
 * A hundred classes on a laptop: images of 16 x 16, and the methods that notebook 32 is about. Images are drawn from the first ones
 * of each class, a tail of ratio 50.
 */
const smallCifar100: Common = {
  ...fashion,
  dataset: "cifar-100-lt50",
  head: 500,
  imageSize: 16,
  width: 16,
  steps: 800,
};
const FEW_METHODS = ["CE", "LA", "CDT", "AutoBalance l", "AutoBalance Δ&l"];

/** The data of each profile, with the methods that are tried on them; all where none are named. */
type Profiles = Readonly<Record<Profile, { readonly common: Common; readonly methods?: readonly string[] }>>;

const shortly = { steps: 12, rateWarmup: 2, testSize: 200 } as const;

const TEN_CLASSES: Profiles = {
  smoke: { common: { ...fashion, ...shortly, head: 200 }, methods: ["CE", "LA", "AutoBalance Δ&l"] },
  laptop: { common: fashion },
  paper: { common: cifar("cifar-10") },
};

const HUNDRED_CLASSES: Profiles = {
  smoke: { common: { ...smallCifar100, ...shortly }, methods: ["CE", "AutoBalance Δ&l"] },
  laptop: { common: smallCifar100, methods: FEW_METHODS },
  paper: { common: cifar("cifar-100") },
};

/** The grid of a profile on ten classes, for the given seeds. */
export const classTrials = trialsOn(TEN_CLASSES);
/** Likewise on a hundred. */
export const manyClassTrials = trialsOn(HUNDRED_CLASSES);

function trialsOn(profiles: Profiles) {
  return (profile: Profile, seeds: readonly number[]): ClassConfig[] => {
    const { common, methods } = profiles[profile];
    return Object.entries(methodSettings(common, profile === "paper"))
      .filter(([method]) => methods?.includes(method) ?? true)
      .flatMap(([method, settings]) =>
        seeds.map((seed) => ({ seed, ...common, method, settings: profile === "smoke" ? short(settings) : settings })),
      );
  };
}

function short(settings: MethodSettings): MethodSettings {
  return settings.kind === "search" ? { ...settings, iterations: 2, warmup: 2, every: 5 } : settings;
}
