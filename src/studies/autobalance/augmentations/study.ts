import { figure, lines, seriesStyle, type Figure } from "../../../figures";
import { summary } from "../../../metrics";
import { bySeed, dataSetHash, pairedBySeed, spread, type StoredStudy, type Study, type StudyTable } from "../../core";
import { AUGMENTATIONS, augmentationTrials, type AugmentationConfig, type AugmentationKind } from "./settings";
import { runAugmentationTrial, type AugmentationResult } from "./trial";

type Stored = StoredStudy<AugmentationConfig, AugmentationResult>;
type StoredAugmentationTrial = Stored["trials"][number];

/**
 * Personalised data augmentation, learned by the upper level of AutoBalance with the loss held fixed.
 *
 * The data, networks and trainings of `autobalance-classes`, with two seeds more.
 */
export const autoBalanceAugmentation: Study<AugmentationConfig, AugmentationResult> = {
  name: "autobalance-augmentation",
  title: "Personalised augmentation on long-tailed classes",
  question: "Does augmentation learned per class beat one that all classes share, learned or not?",
  version: 1,
  profiles: {
    smoke: {
      seeds: [1],
      trials: (seeds) => augmentationTrials("smoke", seeds),
      resources: { memory: 1.5, minutes: 5 },
    },
    // The outer rate was tried out on seed 1: the seeds of the results are others.
    laptop: {
      seeds: [2, 3, 4, 5, 6],
      trials: (seeds) => augmentationTrials("laptop", seeds),
      resources: { memory: 1.5, minutes: 30 },
    },
    paper: {
      seeds: [2, 3, 4, 5, 6],
      trials: (seeds) => augmentationTrials("paper", seeds),
      resources: { memory: 8, minutes: 1440 },
    },
  },
  labels: ({ kind, dataset, seed }) => ({ dataset, augmentation: kind, seed }),
  dataHash: ({ dataset }) => dataSetHash(dataset),
  run: runAugmentationTrial,
  tables: augmentationTables,
  figures: augmentationFigures,
  methods: ({ trials, profile }) => {
    const { config } = trials[0];
    const { search } = config;
    const seeds = [...new Set(trials.map(({ config: { seed } }) => seed))].sort((a, b) => a - b);
    return [
      `Long-tailed ${config.dataset} (profile ${profile}): ${config.head} images of the most frequent class, imbalance ratio ${config.imbalance},`,
      `${100 * config.validationShare} % of each class for validation, images of ${config.imageSize} x ${config.imageSize} pixels, ResNet-${config.depth} of width ${config.width},`,
      `${config.steps} steps of momentum SGD with rate ${config.learningRate} and weight decay ${config.weightDecay}, batches of ${config.batchSize}.`,
      `Loss in all trainings: logit adjustment with tau = 1. Augmentation: ${search.operations.join(", ")}, each with a magnitude and a probability`,
      `(start ${search.magnitude} and ${search.probability}), moved every ${search.every} of ${search.searchSteps} steps after ${search.warmup} by implicit hypergradients`,
      `of the balanced cross-entropy of the validation part (conjugate gradient on the Gauss-Newton matrix, ${search.iterations} iterations, damping ${search.damping};`,
      `${search.trainingBatches} training and ${search.validationBatches} validation batches; Adam, rate ${search.outerRate}). Then a new network is trained on both parts.`,
      `Balanced error on ${config.testSize} test images, mean and standard deviation over the seeds ${seeds.join(", ")}.`,
    ].join(" ");
  },
};

/** Trials by augmentation, in the order of the tables. */
export function byKind(trials: Stored["trials"]): ReadonlyMap<AugmentationKind, readonly StoredAugmentationTrial[]> {
  const kinds = Object.keys(AUGMENTATIONS) as AugmentationKind[];
  const grouped = kinds.map((kind) => [kind, trials.filter(({ config }) => config.kind === kind)] as const);
  return new Map(grouped.filter(([, of]) => of.length > 0));
}

const errorsOf = (trials: readonly StoredAugmentationTrial[]) =>
  bySeed(trials, ({ numbers }) => 100 * numbers.testError);

function augmentationTables({ trials, profile }: Stored): Record<string, StudyTable> {
  const kinds = byKind(trials);
  const rows = [...kinds].map(([kind, of]) => ({
    augmentation: AUGMENTATIONS[kind],
    testError: spread([...errorsOf(of).values()]),
    correlation: spread(of.map(({ numbers }) => numbers.strengthCorrelation)),
    gradients: spread(of.map(({ numbers }) => numbers.gradients)),
    residual: spread(of.map(({ numbers }) => numbers.residual)),
  }));
  const pairs = [...kinds].flatMap(([kind, of], position) =>
    [...kinds].slice(0, position).flatMap(([other, reference]) => {
      const test = pairedBySeed(errorsOf(of), errorsOf(reference));
      if (!test) return [];
      const { mean, count } = test;
      const [low, high] = test.interval;
      return [{ augmentation: AUGMENTATIONS[kind], reference: AUGMENTATIONS[other], mean, low, high, seeds: count }];
    }),
  );
  return {
    errors: {
      caption: `Balanced error in % on test images, logit adjustment, profile ${profile}; mean and standard deviation over seeds`,
      rows,
      columns: {
        augmentation: "Augmentation",
        testError: "Balanced error",
        correlation: "Strength and count, Spearman",
        gradients: "Gradients to learn it",
        residual: "Residual",
      },
      digits: { testError: 2, correlation: 2, gradients: 0, residual: 2 },
    },
    differences: {
      caption: "Differences of the balanced error in points, with the 95 % t-interval over paired seeds",
      rows: pairs,
      columns: {
        augmentation: "Augmentation",
        reference: "Minus",
        mean: "Difference",
        low: "From",
        high: "To",
        seeds: "Seeds",
      },
      digits: { mean: 2, low: 2, high: 2, seeds: 0 },
    },
  };
}

function augmentationFigures({ trials }: Stored): Record<string, Figure> {
  const kinds = byKind(trials);
  const made: Record<string, Figure> = { errors: errorFigure(kinds) };
  const personal = kinds.get("perClass");
  if (personal) made.magnitudes = strengthFigure(personal, kinds.get("shared"));
  return made;
}

/** Every seed's error, joined over the augmentations: the comparison is a paired one. */
function errorFigure(kinds: ReturnType<typeof byKind>): Figure {
  const names = [...kinds.keys()].map((kind) => AUGMENTATIONS[kind].replace(", ", ",<br>"));
  const seeds = [...new Set([...kinds.values()].flat().map(({ config }) => config.seed))].sort((a, b) => a - b);
  return figure({
    width: "oneColumn",
    height: 2.9,
    data: [
      ...seeds.map((seed, position) => ({
        type: "scatter" as const,
        mode: "lines+markers" as const,
        name: `seed ${seed}`,
        x: [...kinds.values()].map((of) => errorsOf(of).get(seed) ?? null),
        y: names,
        line: { width: 0.8, color: seriesStyle(position).color },
        marker: { size: 4, color: seriesStyle(position).color, symbol: seriesStyle(position).symbol },
      })),
      {
        type: "scatter" as const,
        mode: "markers" as const,
        name: "mean",
        x: [...kinds.values()].map((of) => summary([...errorsOf(of).values()]).mean),
        y: names,
        marker: { size: 14, color: "black", symbol: "line-ns-open" as const, line: { width: 2 } },
      },
    ],
    layout: {
      xaxis: { title: { text: "Balanced error on test images (%)" } },
      yaxis: { autorange: "reversed", automargin: true },
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom" },
    },
  });
}

/** Magnitude times probability of each operation, against the class. */
function strengthFigure(
  personal: readonly StoredAugmentationTrial[],
  shared: readonly StoredAugmentationTrial[] | undefined,
): Figure {
  const strength = (of: readonly StoredAugmentationTrial[], operation: number, cell: number) =>
    summary(of.map(({ numbers }) => numbers.magnitudes![operation][cell] * numbers.probabilities![operation][cell]));
  const { operations } = personal[0].config.search;
  const classes = personal[0].numbers.counts.map((_, k) => k);
  const perClass = operations.map((name, operation) => ({
    name,
    x: classes.map((k) => k + 1),
    y: classes.map((k) => strength(personal, operation, k).mean),
  }));
  const mean = shared && operations.reduce((sum, _, o) => sum + strength(shared, o, 0).mean, 0) / operations.length;
  return lines({
    series: [
      ...perClass,
      ...(mean === undefined
        ? []
        : [{ name: "for all classes, mean", x: [1, classes.length], y: [mean, mean], markers: false }]),
    ],
    xTitle: "Class, from the most to the least frequent",
    yTitle: "Magnitude × probability",
    width: "oneColumn",
    height: 2.7,
  });
}
