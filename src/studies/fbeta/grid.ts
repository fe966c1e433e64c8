import { type FBetaConfig } from "./config";
import { fBetaLosses } from "./losses";

/** A task: a set of images with the classes that are to be found in it, at a prior. */
type Task = Pick<FBetaConfig, "dataset" | "positiveClasses" | "prior">;

/** What a profile sets beside the tasks: data, network, training. */
type Settings = Omit<FBetaConfig, "seed" | "method" | "beta" | "lossOptions" | keyof Task>;

interface GridOptions {
  readonly seeds: readonly number[];
  readonly tasks: readonly Task[];
  /** Names of losses; default: all. */
  readonly losses?: readonly string[];
  /** The betas that losses which know one are made for, or those of one loss by its name. */
  readonly madeFor: (loss: string) => readonly number[];
  readonly settings: Settings;
}

/** Seed by seed, every loss on every task: the trials that are compared with each other come one after the other. */
function grid({ seeds, tasks, losses, madeFor, settings }: GridOptions): FBetaConfig[] {
  const chosen = fBetaLosses.filter(({ name }) => losses?.includes(name) ?? true);
  return seeds.flatMap((seed) =>
    tasks.flatMap((task) =>
      chosen.flatMap(({ name, dependsOnBeta, options }) =>
        (dependsOnBeta ? madeFor(name) : [null]).map((beta): FBetaConfig => ({
          seed,
          method: name,
          beta,
          lossOptions: options,
          ...task,
          ...settings,
        })),
      ),
    ),
  );
}

const across = (tasks: readonly Omit<Task, "prior">[], priors: readonly number[]): Task[] =>
  tasks.flatMap((task) => priors.map((prior) => ({ ...task, prior })));

/** A few steps on the digits that come with the kit. */
export const smokeTrials = (seeds: readonly number[]): FBetaConfig[] =>
  grid({
    seeds,
    tasks: [{ dataset: "digits", positiveClasses: [3], prior: 0.1 }],
    losses: ["surrogate-class"],
    madeFor: () => [1],
    settings: {
      validationShare: 0.25,
      trainSize: 600,
      validationSize: 200,
      imageSize: [8, 8],
      crop: null,
      depth: 8,
      width: 4,
      steps: 6,
      batchSize: 32,
      minPositives: 4,
      optimizer: "adam",
      learningRates: [0.003],
      warmup: 1,
      weightDecay: 0,
      evaluateEvery: 3,
      betas: [1, 2],
    },
  });

/** Shirts among the other clothes of Fashion-MNIST, at 14 x 14: all losses for F1, and two that know beta for F2 as well. */
export const laptopTrials = (seeds: readonly number[]): FBetaConfig[] =>
  grid({
    seeds,
    tasks: across([{ dataset: "fashion-mnist", positiveClasses: [6] }], [0.1, 0.02]),
    madeFor: (loss) => (["fixed-point-bce", "surrogate-class"].includes(loss) ? [1, 2] : [1]),
    settings: {
      validationShare: 0.2,
      trainSize: 10_000,
      validationSize: 4_000,
      imageSize: [14, 14],
      crop: null,
      depth: 8,
      width: 8,
      steps: 250,
      batchSize: 128,
      minPositives: 10,
      optimizer: "adam",
      learningRates: [0.003, 0.01],
      warmup: 10,
      weightDecay: 0,
      evaluateEvery: 25,
      betas: [1, 2],
    },
  });

const fullSize: Settings = {
  validationShare: 0.1,
  trainSize: null,
  validationSize: null,
  imageSize: [32, 32],
  crop: { padding: 4, flip: 0.5 },
  depth: 32,
  width: 16,
  steps: 64_000,
  batchSize: 128,
  minPositives: 10,
  optimizer: "sgd",
  learningRates: [0.03, 0.1],
  warmup: 400,
  weightDecay: 1e-4,
  evaluateEvery: 1_600,
  betas: [1, 2],
};

/**
 * Four classes to be found at three priors, every loss for every beta it can be made for.
 *
 * CIFAR-10: cats, ships; CIFAR-100: aquatic mammals, five of its classes; ResNet-32. Fashion-MNIST: shirts; ResNet-20. 64,000 steps of 128 images,
 * as many as He et al. (CVPR 2016) train for on CIFAR-10, are 180 to 200 epochs of a task's images there.
 */
export const paperTrials = (seeds: readonly number[]): FBetaConfig[] => {
  const priors = [0.1, 0.03, 0.01];
  const madeFor = () => [1, 2];
  const colour = [
    { dataset: "cifar-10", positiveClasses: [3] },
    { dataset: "cifar-10", positiveClasses: [8] },
    { dataset: "cifar-100", positiveClasses: [4, 30, 55, 72, 95] },
  ];
  const clothes = [{ dataset: "fashion-mnist", positiveClasses: [6] }];
  return seeds.flatMap((seed) => [
    ...grid({ seeds: [seed], tasks: across(colour, priors), madeFor, settings: fullSize }),
    ...grid({
      seeds: [seed],
      tasks: across(clothes, priors),
      madeFor,
      settings: { ...fullSize, imageSize: [28, 28], depth: 20 },
    }),
  ]);
};
