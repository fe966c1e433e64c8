import { dataSetHash, type Study } from "../../core";
import { classCost } from "./cost";
import { classFigures } from "./figures";
import { classTrials, manyClassTrials, type ClassConfig } from "./settings";
import { classTables } from "./tables";
import { runClassTrial, type ClassResult } from "./trial";

/**
 * AutoBalance on ten long-tailed image classes, beside fixed, tuned and randomly searched losses.
 *
 * Every method chooses on the validation part of the same draw, then trains a new network on train and validation part together, for the
 * same number of steps, and is measured once on the test images. Seeds draw the images, the start values and the batches, and are
 * paired over methods. `laptop`: Fashion-MNIST at 14 x 14, ResNet-8 of width 8; `paper`: CIFAR-10-LT with ResNet-32.
 */
export const autoBalanceClasses = classStudy({
  name: "autobalance-classes",
  title: "AutoBalance on long-tailed classes",
  question:
    "Does a training loss found by hypergradients on validation data beat cross-entropy, tuned losses, and random search?",
  seeds: [2, 3, 4],
  trialsOf: classTrials,
});

/**
 * The same on a hundred classes, which share parameters by tens.
 *
 * `laptop`: CIFAR-100 at 16 x 16, ResNet-8 of width 16, five methods; `paper`: CIFAR-100-LT with ResNet-32.
 */
export const autoBalanceManyClasses = classStudy({
  name: "autobalance-many-classes",
  title: "AutoBalance on a hundred long-tailed classes",
  question: "Are parameters shared by classes of like frequency enough to beat cross-entropy and tuned losses?",
  seeds: [2, 3, 4, 5, 6],
  trialsOf: manyClassTrials,
});

type Described = Pick<Study, "name" | "title" | "question"> & {
  /** Those of the laptop. */
  readonly seeds: readonly number[];
  readonly trialsOf: typeof classTrials;
};

function classStudy({ seeds: laptopSeeds, trialsOf, ...described }: Described): Study<ClassConfig, ClassResult> {
  return {
    ...described,
    version: 1,
    profiles: {
      smoke: { seeds: [1], trials: (seeds) => trialsOf("smoke", seeds), resources: { memory: 1.5, minutes: 5 } },
      // Settings of the search were tried out on seed 1, test images included: the seeds of the results are others.
      laptop: {
        seeds: laptopSeeds,
        trials: (seeds) => trialsOf("laptop", seeds),
        resources: { memory: 1.5, minutes: 30 },
      },
      paper: {
        seeds: [2, 3, 4, 5, 6],
        trials: (seeds) => trialsOf("paper", seeds),
        resources: { memory: 8, minutes: 1440 },
      },
    },
    labels: ({ dataset, method, seed }) => ({ dataset, method, seed }),
    dataHash: ({ dataset }) => dataSetHash(dataset),
    run: runClassTrial,
    tables: classTables,
    figures: classFigures,
    cost: classCost,
    methods: ({ trials, profile }) => {
      const { config } = trials[0];
      const { dataset } = config;
      const seeds = [...new Set(trials.map(({ config: { seed } }) => seed))].sort((a, b) => a - b);
      return [
        `Long-tailed ${dataset} (profile ${profile}): ${config.head} images of the most frequent class, imbalance ratio ${config.imbalance},`,
        `exponential profile, ${100 * config.validationShare} % of each class for validation, images of ${config.imageSize} x ${config.imageSize} pixels.`,
        `ResNet-${config.depth} of width ${config.width}, momentum SGD with rate ${config.learningRate} (${config.schedule}, warm-up of ${config.rateWarmup} steps),`,
        `momentum 0.9, weight decay ${config.weightDecay}, batches of ${config.batchSize}, ${config.steps} steps${config.crop ? ", random crops and mirroring" : ""}.`,
        "Candidates are trained on the training part and judged by the balanced error of the validation part; the choice is trained anew on both parts.",
        `Reported is the balanced error on ${config.testSize} test images, mean and standard deviation over the seeds ${seeds.join(", ")}.`,
      ].join(" ");
    },
  };
}
