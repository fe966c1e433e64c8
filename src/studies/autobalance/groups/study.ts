import { summary } from "../../../metrics";
import { byMethod, bySeed, dataSetHash, pairedBySeed, spread, type Study, type StudyTable } from "../../core";
import { groupCost } from "./cost";
import { groupFigures } from "./figures";
import { datasetsOf, type Stored, type StoredGroupTrial } from "./rows";
import { groupTrials, type GroupConfig } from "./settings";
import { runGroupTrial, type GroupErrors, type GroupResult } from "./trial";

type ErrorName = Exclude<keyof GroupErrors, "cells">;

/**
 * Losses that know groups, beside AutoBalance with parameters per class and group.
 *
 * `laptop`: Fashion-MNIST at 14 x 14 with spurious backgrounds, Adult by sex, COMPAS by race; `paper` adds Waterbirds and full sizes.
 */
export const autoBalanceGroups: Study<GroupConfig, GroupResult> = {
  name: "autobalance-groups",
  title: "AutoBalance on groups",
  question:
    "Does a loss with searched parameters per class and group lower the worst cell's error and DEO below those of CE, group LA and GroupDRO?",
  version: 1,
  profiles: {
    smoke: { seeds: [1], trials: (seeds) => groupTrials("smoke", seeds), resources: { memory: 1, minutes: 2 } },
    laptop: {
      seeds: [1, 2, 3, 4, 5],
      trials: (seeds) => groupTrials("laptop", seeds),
      resources: { memory: 1.5, minutes: 10 },
    },
    paper: {
      seeds: [1, 2, 3, 4, 5],
      trials: (seeds) => groupTrials("paper", seeds),
      resources: { memory: 12, minutes: 600 },
    },
  },
  labels: ({ dataset, method, seed }) => ({ dataset, method, seed }),
  dataHash: ({ dataset }) => dataSetHash(dataset),
  run: runGroupTrial,
  tables: groupTables,
  figures: groupFigures,
  cost: groupCost,
  methods: ({ trials, profile }) =>
    datasetsOf(trials)
      .map((dataset) => {
        const { config } = trials.find((trial) => trial.config.dataset === dataset)!;
        return [
          `${dataset} (profile ${profile}): ${config.steps} steps of momentum SGD with rate ${config.learningRate} (cosine, warm-up of 20 steps) and weight decay`,
          `${config.weightDecay}, batches of ${config.batchSize}, ${100 * config.validationShare} % of each cell for validation;`,
          config.imageSize > 0
            ? `ResNet-${config.depth} of width ${config.width} at ${config.imageSize} x ${config.imageSize} pixels.`
            : `one hidden layer of ${config.width} units.`,
          "Candidates are judged by the worst cell's error on the validation part; the choice is trained anew on both parts and measured once on the test part.",
        ].join(" ");
      })
      .join("\n\n"),
};

function groupTables(stored: Stored): Record<string, StudyTable> {
  const tables: Record<string, StudyTable> = {};
  for (const dataset of datasetsOf(stored.trials)) {
    const methods = byMethod(stored.trials.filter(({ config }) => config.dataset === dataset));
    tables[`errors-${dataset}`] = {
      caption: `${dataset}, profile ${stored.profile}: errors in % on the test part, mean and standard deviation over seeds`,
      rows: [...methods].map(([method, trials]) => ({
        method,
        balancedError: spread(percents(trials, "balancedError")),
        worstGroupError: spread(percents(trials, "worstGroupError")),
        oddsGap: spread(percents(trials, "oddsGap")),
        gradients: summary(trials.map(({ numbers }) => numbers.gradients)).mean,
      })),
      columns: {
        method: "Method",
        balancedError: "Balanced error",
        worstGroupError: "Worst cell",
        oddsGap: "DEO",
        gradients: "Gradients to choose",
      },
      digits: { balancedError: 2, worstGroupError: 2, oddsGap: 2, gradients: 0 },
    };
    tables[`differences-${dataset}`] = differences(dataset, methods);
  }
  return tables;
}

const percents = (trials: readonly StoredGroupTrial[], name: ErrorName) =>
  trials.map(({ numbers }) => 100 * numbers.test[name]);

function differences(dataset: string, methods: ReadonlyMap<string, readonly StoredGroupTrial[]>): StudyTable {
  const errors = (method: string, name: ErrorName) =>
    bySeed(methods.get(method) ?? [], ({ numbers }) => 100 * numbers.test[name]);
  const rows = [...methods.keys()]
    .filter((method) => method.startsWith("AutoBalance"))
    .flatMap((method) =>
      ["CE", "group LA", "GroupDRO"].flatMap((reference) =>
        (["worstGroupError", "oddsGap"] as const).flatMap((name) => {
          const test = pairedBySeed(errors(method, name), errors(reference, name));
          if (!test) return [];
          const [low, high] = test.interval;
          const measure = name === "oddsGap" ? "DEO" : "worst cell";
          return [{ method, reference, measure, mean: test.mean, low, high }];
        }),
      ),
    );
  return {
    caption: `${dataset}: AutoBalance minus others, in points, with the 95 % t-interval over paired seeds`,
    rows,
    columns: { method: "Method", reference: "Minus", measure: "Of", mean: "Difference", low: "From", high: "To" },
    digits: 2,
  };
}
