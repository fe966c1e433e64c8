import { dataSetHash, type Study } from "../core";
import { searcherFigures } from "./figures";
import { searcherTrials } from "./grid";
import { updateCost } from "./plan";
import { searcherTables } from "./tables";
import { SPACE_NAMES } from "./rows";
import { type SearcherConfig } from "./settings";
import { runSearcherTrial, type SearcherResult } from "./trial";

/**
 * Searchers of a training loss at equal cost: hypergradients by every solver of the bilevel room, and random search.
 *
 * All get the same number of gradients to choose a parametric cross-entropy by the balanced cross-entropy of a validation part. What they
 * hand back is judged by trainings from scratch that are the same for all and not counted. Seeds draw images, start values and batches,
 * and are paired over searchers.
 */
export const autoBalanceSearchers: Study<SearcherConfig, SearcherResult> = {
  name: "autobalance-searchers",
  title: "Searchers of a training loss at equal cost",
  question:
    "With the same budget of gradients, which hypergradient, if any, finds a better training loss than random search?",
  version: 1,
  profiles: {
    smoke: {
      seeds: [1],
      trials: (seeds) => searcherTrials("smoke", seeds),
      resources: { memory: 1, minutes: 2 },
    },
    // Seed 1 served for trying out.
    laptop: {
      seeds: [2, 3, 4, 5, 6],
      trials: (seeds) => searcherTrials("laptop", seeds),
      resources: { memory: 1.5, minutes: 10 },
    },
    paper: {
      seeds: [2, 3, 4, 5, 6],
      trials: (seeds) => searcherTrials("paper", seeds),
      resources: { memory: 8, minutes: 1440 },
    },
  },
  labels: ({ searcher, space, seed }) => ({ searcher, space: space ?? "none", seed }),
  dataHash: ({ dataset }) => dataSetHash(dataset),
  run: runSearcherTrial,
  tables: searcherTables,
  figures: searcherFigures,
  methods: ({ trials, profile }) => {
    const first = trials.find(({ config }) => config.settings.kind === "hypergradient") ?? trials[0];
    if (!first) throw new Error("autobalance-searchers: there is no stored trial to tell the methods of");
    const { config } = first;
    const { settings } = config;
    const seeds = [...new Set(trials.map(({ config: { seed } }) => seed))].sort((a, b) => a - b);
    const network =
      config.network.kind === "mlp"
        ? `A perceptron with hidden layers of ${config.network.hidden.join(" and ")} units`
        : `ResNet-${config.network.depth} of width ${config.network.width}`;
    const costs = [
      ...new Map(
        trials.flatMap(({ config: { searcher, settings: of } }) =>
          of.kind === "hypergradient" ? [[searcher, updateCost(of)] as const] : [],
        ),
      ),
    ];
    const random = trials.flatMap(({ config: { settings: of } }) => (of.kind === "random" ? [of] : [])).at(0);
    return [
      `Long-tailed ${config.dataset} (profile ${profile}): ${config.head} images of the most frequent class, imbalance ratio ${config.imbalance},`,
      `exponential profile, ${100 * config.validationShare} % of each class for validation, images of ${config.imageSize} x ${config.imageSize} pixels.`,
      `${network}, momentum SGD with rate ${config.learningRate} (${config.schedule}, warm-up of ${config.rateWarmup} steps), momentum 0.9,`,
      `weight decay ${config.weightDecay}, batches of ${config.batchSize}.`,
      `Each search may cost ${config.budget} gradients of a batch. A hypergradient from $V$ validation and $T$ training batches with $m$ products counts`,
      "$V + T(m + 2)c$ gradients, $c = 3$ for products with the exact Hessian and 2 for the others.",
      ...(settings.kind === "hypergradient"
        ? [
            `A search trains one network for about ${settings.innerSteps} steps at a constant rate and moves the loss by Adam, starting from cross-entropy;`,
            `all that the inner steps leave of the budget goes into hypergradients ($T = ${settings.trainingBatches}$, $V = ${settings.validationBatches}$, validation`,
            `batches with all classes alike), evenly spaced after about ${settings.warmup} steps. Gradients per hypergradient:`,
            `${costs.map(([name, cost]) => `${name} ${cost}`).join(", ")}.`,
          ]
        : []),
      ...(random
        ? [
            `Random search trains ${Math.floor(config.budget / random.candidateSteps)} networks from scratch for ${random.candidateSteps} steps each,`,
            `with $l_k \\sim N(0, ${random.shiftSpread}^2)$, $\\tau \\sim U(0, ${random.tauMax})$, $\\Delta_k \\sim N(1, ${random.deltaSpread}^2)$, $\\gamma \\sim U(0, ${random.gammaMax})$`,
            `in the spaces ${Object.values(SPACE_NAMES).join("; ")}, and keeps the one of the lowest balanced cross-entropy on the validation part.`,
          ]
        : []),
      `What a searcher hands back is judged, outside of the budget, by a training of ${config.steps} steps from scratch on the training part, measured on the`,
      `validation part, and one on both parts together, measured on ${config.testSize} test images. Seeds: ${seeds.join(", ")}.`,
    ].join(" ");
  },
};
