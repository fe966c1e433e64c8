import { lines, type Figure } from "../../../figures";
import { summary } from "../../../metrics";
import { dataSetHash, meanCell, type StoredStudy, type Study, type StudyTable } from "../../core";
import { type Profile } from "../../../notebook/parameters";
import { classCost } from "./cost";
import { classTrials, type ClassConfig } from "./settings";
import { runClassTrial, type ClassResult } from "./trial";

type Stored = StoredStudy<ClassConfig, ClassResult>;

/** Shares of each class for validation; trials with 0.2, that of the paper, are those of `autobalance-classes`. */
const SHARES = [0.1, 0.3, 0.5] as const;
/** A method that tunes one number, and one that searches a number per class. */
const METHODS = ["LA", "AutoBalance l"];

/**
 * How much of the data should choose the loss: tuned logit adjustment and AutoBalance's l over the validation share.
 *
 * Data, trainings and seeds are those of `autobalance-classes`, whose trials may be put among these for tables and figures. All the images, both parts together, train the network that is measured, so
 * that the share decides about the choice of the loss alone.
 */
export const autoBalanceSplits: Study<ClassConfig, ClassResult> = {
  name: "autobalance-splits",
  title: "AutoBalance's validation share",
  question: "How does the balanced error depend on the share of the data that the loss is chosen on?",
  version: 1,
  profiles: {
    smoke: { seeds: [1], trials: (seeds) => splitTrials("smoke", seeds), resources: { memory: 1.5, minutes: 5 } },
    laptop: {
      seeds: [2, 3, 4],
      trials: (seeds) => splitTrials("laptop", seeds),
      resources: { memory: 1.5, minutes: 30 },
    },
    paper: {
      seeds: [2, 3, 4, 5, 6],
      trials: (seeds) => splitTrials("paper", seeds),
      resources: { memory: 8, minutes: 1440 },
    },
  },
  labels: ({ dataset, method, validationShare, seed }) => ({ dataset, method, share: validationShare, seed }),
  dataHash: ({ dataset }) => dataSetHash(dataset),
  run: runClassTrial,
  cost: classCost,
  tables: ({ trials, profile }) => ({
    errors: {
      caption: `Balanced error in % on test images against the share for validation, profile ${profile}; mean and standard deviation over seeds`,
      rows: cellsOf(trials).map(({ method, share, test, validation }) => ({
        method,
        share: 100 * share,
        testError: meanCell(test),
        validationError: meanCell(validation),
      })),
      columns: {
        method: "Method",
        share: "Share, %",
        testError: "Balanced error",
        validationError: "Of the chosen on validation",
      },
      digits: { share: 0, testError: 2, validationError: 2 },
    } satisfies StudyTable,
  }),
  figures: ({ trials }): Record<string, Figure> => {
    const cells = cellsOf(trials);
    const series = METHODS.filter((name) => cells.some(({ method }) => method === name)).map((name) => {
      const of = cells.filter(({ method }) => method === name);
      return {
        name,
        x: of.map(({ share }) => 100 * share),
        y: of.map(({ test }) => test.mean),
        ...(of.every(({ test }) => test.count > 1) && {
          low: of.map(({ test }) => test.mean - test.standardDeviation),
          high: of.map(({ test }) => test.mean + test.standardDeviation),
        }),
      };
    });
    return {
      share: lines({
        series,
        xTitle: "Share of each class for validation (%)",
        yTitle: "Balanced error on test images (%)",
        width: "oneColumn",
        height: 2.4,
      }),
    };
  },
  methods: ({ trials }) => {
    const { config } = trials[0];
    return [
      `Validation shares ${[...new Set(trials.map(({ config: { validationShare } }) => validationShare))].join(", ")} of each class of long-tailed ${config.dataset};`,
      `all else as in the study autobalance-classes (${config.head} images of the most frequent class, ResNet-${config.depth} of width ${config.width}, ${config.steps} steps).`,
      "The loss is chosen on the validation part; the network that is measured is trained anew on both parts.",
    ].join(" ");
  },
};

function splitTrials(profile: Profile, seeds: readonly number[]): ClassConfig[] {
  const shares = profile === "smoke" ? [0.3] : SHARES;
  const methods = profile === "smoke" ? ["LA"] : METHODS;
  const trials = classTrials(profile, seeds).filter(({ method }) => methods.includes(method));
  return shares.flatMap((validationShare) => trials.map((trial) => ({ ...trial, validationShare })));
}

function cellsOf(trials: Stored["trials"]) {
  const shares = [...new Set(trials.map(({ config }) => config.validationShare))].sort((a, b) => a - b);
  return METHODS.flatMap((method) =>
    shares.flatMap((share) => {
      const of = trials.filter(({ config }) => config.method === method && config.validationShare === share);
      if (of.length === 0) return [];
      const measured = (name: "testError" | "validationError") =>
        summary(of.map(({ numbers }) => 100 * numbers[name]!));
      return [{ method, share, test: measured("testError"), validation: measured("validationError") }];
    }),
  );
}
