/** Parameters of the training loss that are searched: which of them a search may move, and with how many numbers. */
export type Space =
  /** l, one number per class; the scale stays 1. */
  | "shift"
  /** l = tau log pi: one number. */
  | "tau"
  /** Delta and l, two numbers per class. */
  | "scaleShift"
  /** Delta = (n / n_max)^gamma and l = tau log pi: two numbers. */
  | "gammaTau";

/** How the hypergradient of an update is made. */
export type SolverSettings =
  /** p = v (T1-T2). */
  | { readonly name: "identity" }
  /** One step of gradient descent, finite differences (DARTS). */
  | { readonly name: "oneStep"; readonly rate: number }
  /** So many steps of gradient descent, differentiated in reverse. */
  | { readonly name: "unrolled"; readonly steps: number; readonly rate: number }
  /** Neumann series; `step: null` is 1 / largest eigenvalue, estimated by `power` products every `power` updates. */
  | {
      readonly name: "neumann";
      readonly terms: number;
      readonly step: number | null;
      readonly damping: number;
      readonly curvature: "hessian" | "gaussNewton";
      readonly power: number;
    }
  | { readonly name: "conjugateGradient"; readonly iterations: number; readonly damping: number }
  | { readonly name: "minres"; readonly iterations: number; readonly damping: number }
  | { readonly name: "nystrom"; readonly rank: number; readonly damping: number };

/** A search by hypergradients: a network is trained on, the loss moves along. */
export type HypergradientSettings = {
  readonly kind: "hypergradient";
  readonly solver: SolverSettings;
  /** T and V: batches of a hypergradient. */
  readonly trainingBatches: number;
  readonly validationBatches: number;
  /** Steps of the network that the search should make, and those before the first update; both about, see `plan.ts`. */
  readonly innerSteps: number;
  readonly warmup: number;
  /** Rate of the Adam that moves the loss. */
  readonly outerRate: number;
};

/** Random search: networks trained from scratch with losses that are drawn. */
export type RandomSettings = {
  readonly kind: "random";
  /** Steps of one training. */
  readonly candidateSteps: number;
  /** Standard deviation of l and of Delta per class. */
  readonly shiftSpread: number;
  readonly deltaSpread: number;
  /** Largest tau and gamma of the families that know the frequencies; the least is 0. */
  readonly tauMax: number;
  readonly gammaMax: number;
};

/** No search: a loss as it is. */
export type FixedSettings = { readonly kind: "fixed"; readonly loss: "crossEntropy" | "logitAdjusted" };

export type SearcherSettings = HypergradientSettings | RandomSettings | FixedSettings;

export type NetworkSettings =
  | { readonly kind: "mlp"; readonly hidden: readonly number[] }
  | { readonly kind: "resNet"; readonly depth: number; readonly width: number };

/** One trial: a searcher on one draw of the data. */
export type SearcherConfig = {
  readonly seed: number;
  readonly dataset: "fashion-mnist" | "cifar-10" | "digits";
  readonly imbalance: number;
  /** Images of the most frequent class, training and validation part together. */
  readonly head: number;
  readonly validationShare: number;
  readonly imageSize: number;
  readonly network: NetworkSettings;
  readonly batchSize: number;
  /** Steps of a training that judges a loss. */
  readonly steps: number;
  readonly learningRate: number;
  readonly schedule: "cosine" | "step";
  readonly rateWarmup: number;
  readonly weightDecay: number;
  readonly crop: boolean;
  /** Test images, the first so many. */
  readonly testSize: number;
  /** Gradients of a training batch that a search may cost. */
  readonly budget: number;
  /** Shares of the budget after which the loss that would be handed back is judged, ascending, 1 the last. */
  readonly shares: readonly number[];
  readonly searcher: string;
  readonly space: Space | null;
  readonly settings: SearcherSettings;
};
