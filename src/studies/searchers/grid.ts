import { type Profile } from "../../notebook/parameters";
import {
  type HypergradientSettings,
  type RandomSettings,
  type SearcherConfig,
  type SearcherSettings,
  type SolverSettings,
  type Space,
} from "./settings";

type Common = Omit<SearcherConfig, "seed" | "searcher" | "space" | "settings">;

/** What of a profile the settings of its searchers depend on. */
interface Sizes {
  /** Products of a hypergradient. */
  readonly products: number;
  /** T and V. */
  readonly batches: number;
  readonly innerSteps: number;
  readonly warmup: number;
  readonly candidateSteps: number;
  /** Rate of Adam, the same for all: its steps do not depend on the length of a hypergradient, which differs from solver to solver. */
  readonly outerRate: number;
}

/** Damping of the implicit methods but the published one, as in the study `autobalance-classes`. */
const DAMPING = 0.05;

/** Every hypergradient, by the name it is shown with. */
function hypergradients({ products }: Pick<Sizes, "products">, innerRate: number) {
  const system = { iterations: products, damping: DAMPING } as const;
  return {
    identity: { name: "identity" },
    "one step": { name: "oneStep", rate: innerRate },
    unrolled: { name: "unrolled", steps: products, rate: innerRate },
    // As AutoBalance published it: step 1, undamped, exact Hessian.
    "Neumann, as published": {
      name: "neumann",
      terms: products,
      step: 1,
      damping: 0,
      curvature: "hessian",
      power: 0,
    },
    "Neumann, damped": {
      name: "neumann",
      terms: products,
      step: null,
      damping: DAMPING,
      curvature: "gaussNewton",
      power: 10,
    },
    "conjugate gradient": { name: "conjugateGradient", ...system },
    MINRES: { name: "minres", ...system },
    Nyström: { name: "nystrom", rank: products, damping: DAMPING },
  } as const satisfies Readonly<Record<string, SolverSettings>>;
}

interface Entry {
  readonly searcher: string;
  readonly space: Space | null;
  readonly settings: SearcherSettings;
}

/** Searchers of a profile: the references, all of them on l, and some on the other spaces. */
function entries(sizes: Sizes, innerRate: number): Entry[] {
  const solvers = hypergradients(sizes, innerRate);
  const gradient = (searcher: keyof typeof solvers, space: Space): Entry => {
    const settings: HypergradientSettings = {
      kind: "hypergradient",
      solver: solvers[searcher],
      trainingBatches: sizes.batches,
      validationBatches: sizes.batches,
      innerSteps: sizes.innerSteps,
      warmup: sizes.warmup,
      outerRate: sizes.outerRate,
    };
    return { searcher, space, settings };
  };
  const random: RandomSettings = {
    kind: "random",
    candidateSteps: sizes.candidateSteps,
    shiftSpread: 1.5,
    deltaSpread: 1,
    tauMax: 2,
    gammaMax: 0.5,
  };
  const few: readonly (keyof typeof solvers)[] = ["identity", "conjugate gradient"];
  const moved: Readonly<Record<Space, readonly (keyof typeof solvers)[]>> = {
    shift: Object.keys(solvers) as (keyof typeof solvers)[],
    tau: few,
    scaleShift: few,
    gammaTau: [],
  };
  return [
    { searcher: "CE", space: null, settings: { kind: "fixed", loss: "crossEntropy" } },
    { searcher: "LA", space: null, settings: { kind: "fixed", loss: "logitAdjusted" } },
    ...(Object.keys(moved) as Space[]).flatMap((space): Entry[] => [
      ...moved[space].map((name) => gradient(name, space)),
      { searcher: "random", space, settings: random },
    ]),
  ];
}

const laptop: Common = {
  dataset: "fashion-mnist",
  imbalance: 100,
  head: 1000,
  validationShare: 0.2,
  imageSize: 14,
  network: { kind: "mlp", hidden: [64] },
  batchSize: 128,
  steps: 600,
  learningRate: 0.1,
  schedule: "cosine",
  rateWarmup: 20,
  weightDecay: 5e-4,
  crop: false,
  testSize: 10_000,
  budget: 3000,
  shares: [0.125, 0.25, 0.5, 0.75, 1],
};

/** CIFAR-10-LT with ResNet-32, 200 epochs of 98 batches; a budget of five trainings. */
const paper: Common = {
  ...laptop,
  dataset: "cifar-10",
  head: 5000,
  imageSize: 32,
  network: { kind: "resNet", depth: 32, width: 16 },
  steps: 200 * 98,
  schedule: "step",
  rateWarmup: 5 * 98,
  weightDecay: 1e-4,
  crop: true,
  budget: 5 * 200 * 98,
};

/** The digits that come with the project, in seconds. */
const smoke: Common = {
  ...laptop,
  dataset: "digits",
  imbalance: 10,
  head: 100,
  imageSize: 8,
  network: { kind: "mlp", hidden: [16] },
  batchSize: 32,
  steps: 20,
  rateWarmup: 2,
  testSize: 359,
  budget: 120,
  shares: [0.5, 1],
};

const PROFILES: Readonly<Record<Profile, { readonly common: Common; readonly sizes: Sizes }>> = {
  smoke: {
    common: smoke,
    sizes: {
      products: 2,
      batches: 1,
      innerSteps: 30,
      warmup: 4,
      candidateSteps: 20,
      outerRate: 0.1,
    },
  },
  laptop: {
    common: laptop,
    // Of the candidate lengths 75, 150, 300 and 600 and the rates 0.03, 0.1, 0.2 and 0.4 those with the lowest validation objective on seed 1.
    sizes: {
      products: 5,
      batches: 2,
      innerSteps: 600,
      warmup: 50,
      candidateSteps: 150,
      outerRate: 0.2,
    },
  },
  paper: {
    common: paper,
    sizes: {
      products: 5,
      batches: 2,
      innerSteps: 200 * 78,
      warmup: 40 * 78,
      candidateSteps: 50 * 98,
      outerRate: 0.02,
    },
  },
};

/** The grid of a profile, for the given seeds. */
export function searcherTrials(profile: Profile, seeds: readonly number[]): SearcherConfig[] {
  const { common, sizes } = PROFILES[profile];
  return entries(sizes, common.learningRate).flatMap((entry) => seeds.map((seed) => ({ seed, ...common, ...entry })));
}
