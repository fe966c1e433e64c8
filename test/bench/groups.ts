/**
 * Losses that know groups, on Fashion-MNIST with spurious backgrounds and on Adult, beside AutoBalance with parameters per class and group:
 *
 *     node --import tsx test/bench/groups.ts                            both data sets, three seeds
 *     node --import tsx test/bench/groups.ts --only adult --seeds 10    one of them, more seeds
 *
 * It prints a table per data set and writes data/results/autobalance-groups.json. It asserts nothing.
 *
 * Fashion-MNIST, 14 x 14: pullover against coat, 95 % of each class in front of a colour of its own; the test images have all four cells
 * (class, colour) alike. Adult: income, with sex as the group, which the network does not see (relationship tells much of it); the
 * official test part.
 *
 * Every method: what it leaves open is chosen by the worst cell's error on the validation part (AutoBalance: by its objective there), then
 * a new network is trained on train and validation part together, for the same number of steps, and measured once on the test part by its
 * raw logits: no group is needed to predict. Seeds are paired: data and start values are the same, and so are the batches of methods that
 * sample alike.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { Command, InvalidArgumentError, Option } from "commander";

import {
  channelStatistics,
  colourBackground,
  groupBalancedSampler,
  imageBatch,
  loadImages,
  loadTabular,
  paintGroups,
  spuriousGroups,
  stratifiedSplit,
  tableBatch,
  type ImageSet,
} from "../../src/data";
import { info, tf } from "../../src/engine";
import { group, multiclass } from "../../src/losses";
import {
  argmax,
  balancedError,
  confusionMatrix,
  equalizedOddsGap,
  groupConfusion,
  groupErrors,
  summary,
  worstGroupError,
} from "../../src/metrics";
import { mlp, resNet, type Model } from "../../src/models";
import { table } from "../../src/notebook/table";
import {
  balancedObjective,
  blendObjective,
  conjugateGradientMode,
  crossEntropyStart,
  equalOpportunityObjective,
  foundLoss,
  logitAdjustedStart,
  lossParameters,
  searchCost,
  searchLoss,
  worstGroupObjective,
  type FoundLoss,
} from "../../src/studies/autobalance";
import { batches, cosine, fit, predict, sgd, type BatchSource, type Loss } from "../../src/training";

interface Options {
  readonly seeds: number;
  readonly only?: Name;
  /** Steps of every training from scratch; default that of the data set. */
  readonly steps?: number;
  readonly every: number;
  readonly start: "crossEntropy" | "logitAdjusted";
  readonly batch: number;
  readonly out: string;
}

type Name = "fashion" | "adult";

/** Samples with a class and a group each. */
interface Samples {
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly inputs: (indices: ArrayLike<number>) => tf.Tensor;
}

/** A data set as one seed sees it. */
interface Task {
  readonly development: Samples;
  /** Positions in `development`. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Samples;
  readonly tested: Int32Array;
  readonly newModel: () => Model;
}

interface Setting {
  readonly title: string;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly steps: number;
  readonly task: (seed: number) => Promise<Task>;
}

interface Errors {
  readonly balancedError: number;
  readonly worstGroupError: number;
  readonly oddsGap: number;
  /** Per class and group, [K][G]. */
  readonly cells: readonly (readonly number[])[];
}

/** What one method came to with one seed. */
interface Row {
  readonly data: Name;
  readonly method: string;
  readonly seed: number;
  readonly test: Errors;
  /** Of the network that the choice was made by. */
  readonly validation: Errors;
  /** Gradients of one batch spent on choosing. */
  readonly cost: number;
  readonly seconds: number;
  readonly chosen?: string;
  readonly loss?: FoundLoss;
  /** Mean residual of the linear solves. */
  readonly residual?: number;
}

/** What a training needs beside the model: the loss, and the batches of some samples. */
interface Recipe {
  readonly loss: Loss;
  readonly batches: (indices: Int32Array, model: Model) => BatchSource;
}

const CLASSES = 2;
const GROUPS = 2;
const TAUS = [0.5, 1, 1.5];
/** Steps eta of the group weights; 0.01 is that of GroupDRO's authors, who train for far longer. */
const GROUP_STEPS = [0.01, 0.1];
/** Share of DEO in the blend with the balanced cross-entropy. */
const FAIRNESS = 0.5;
/** Unit of the worst cell's loss below which cells count alike: without it a batch moves the loss by one cell alone. */
const SMOOTHING = 0.2;
/** Inner steps of a search as a multiple of those of a training. */
const SEARCH_LENGTH = 2;
/** The search waits until the training part is fitted. */
const WARMUP_SHARE = 0.55;
const VALIDATION_SHARE = 0.25;

const PULLOVER = 2;
const COAT = 4;
const PER_CLASS = 2000;
const CORRELATION = 0.95;
const BACKGROUND_NOISE = 40;
const TEST_PER_CELL = 500;

const SETTINGS: Readonly<Record<Name, Setting>> = {
  fashion: {
    title: "Fashion-MNIST 14 x 14, pullover against coat, background 95 % with the class",
    learningRate: 0.1,
    weightDecay: 5e-4,
    steps: 250,
    task: fashion,
  },
  adult: {
    title: "Adult, groups by sex, which is no feature",
    learningRate: 0.05,
    weightDecay: 5e-4,
    steps: 800,
    task: adult,
  },
};

async function main(options: Options): Promise<void> {
  const names = options.only ? [options.only] : (Object.keys(SETTINGS) as Name[]);
  const rows: Row[] = [];
  for (const name of names) {
    for (let seed = 1; seed <= options.seeds; seed++) rows.push(...(await experiment(name, seed, options)));
  }
  const { out, ...settings } = options;
  const constants = {
    TAUS,
    GROUP_STEPS,
    FAIRNESS,
    SMOOTHING,
    SEARCH_LENGTH,
    WARMUP_SHARE,
    VALIDATION_SHARE,
    PER_CLASS,
    CORRELATION,
    BACKGROUND_NOISE,
  };
  const results = {
    experiment: "autobalance-groups",
    options: settings,
    constants,
    // JSON leaves the functions out.
    settings: Object.fromEntries(names.map((name) => [name, SETTINGS[name]])),
    engine: { ...info() },
    rows,
  };
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify(results, null, 1)}\n`);
  for (const name of names)
    print(
      SETTINGS[name].title,
      rows.filter(({ data }) => data === name),
    );
}

async function fashion(seed: number): Promise<Task> {
  const [set, testSet] = await Promise.all([
    loadImages("fashion-mnist"),
    loadImages("fashion-mnist", { split: "test" }),
  ]);
  const own = Math.round(PER_CLASS * CORRELATION);
  const development = painted(set, own, PER_CLASS - own, seed);
  const test = painted(testSet, TEST_PER_CELL, TEST_PER_CELL, seed);
  const { train, validation } = splitByCell(development, allOf(development), seed);
  const look = { size: [14, 14] as const, standardize: channelStatistics(development.images, train) };
  const samples = ({ labels, groups, images }: ReturnType<typeof painted>): Samples => ({
    labels,
    groups,
    inputs: (indices) => imageBatch(images, indices, look),
  });
  return {
    development: samples(development),
    train,
    validation,
    test: samples(test),
    tested: allOf(test),
    newModel: () => resNet({ depth: 8, width: 8, inputShape: [14, 14, 3], outputs: CLASSES, seed }),
  };
}

/** Pullovers as class 0 and coats as class 1: `own` of each in front of the colour of its class, `other` in front of the other's. */
function painted(set: ImageSet, own: number, other: number, seed: number) {
  const labels = Int32Array.from(set.labels, (label) => Number(label === COAT));
  const indices = allOf(set).filter((index) => set.labels[index] === PULLOVER || set.labels[index] === COAT);
  const counts = [
    [own, other],
    [other, own],
  ];
  const drawn = spuriousGroups({ labels, counts, indices, seed });
  const images = paintGroups(set, drawn, colourBackground(undefined, { noise: BACKGROUND_NOISE, seed }));
  return { labels: drawn.labels, groups: drawn.groups, images };
}

async function adult(seed: number): Promise<Task> {
  const set = await loadTabular({ name: "adult", exclude: ["sex"], validationShare: 0 });
  if (!set.splits.test) throw new Error("the table adult has no test part");
  const samples: Samples = {
    labels: set.labels,
    groups: set.groups.sex.labels,
    inputs: (indices) => tableBatch(set, indices),
  };
  return {
    development: samples,
    ...splitByCell(samples, set.splits.train.indices, seed),
    test: samples,
    tested: set.splits.test.indices,
    newModel: () => mlp({ inputShape: set.columns.length, hidden: [64], outputs: CLASSES, seed }),
  };
}

const allOf = ({ labels }: Pick<Samples, "labels">) => Int32Array.from(labels, (_, index) => index);

/** Train and validation part, each with the cells in the proportions of the whole. */
function splitByCell({ labels, groups }: Pick<Samples, "labels" | "groups">, indices: Int32Array, seed: number) {
  const cells = labels.map((label, index) => label * GROUPS + groups[index]);
  const { train, validation } = stratifiedSplit({ labels: cells, share: VALIDATION_SHARE, seed, indices });
  return { train: train.indices, validation: validation.indices };
}

/** Samples per class and group, [K][G]. */
function cellCounts({ labels, groups }: Samples, indices: Int32Array): number[][] {
  const counts = Array.from({ length: CLASSES }, () => new Array<number>(GROUPS).fill(0));
  for (const index of indices) counts[labels[index]][groups[index]]++;
  return counts;
}

/** All methods with one seed. */
async function experiment(data: Name, seed: number, options: Options): Promise<Row[]> {
  const { learningRate, weightDecay, task: load, ...setting } = SETTINGS[data];
  const { steps = setting.steps } = options;
  const { batch: batchSize, every } = options;
  const task = await load(seed);
  const { development, train, validation } = task;
  const pool = Int32Array.from([...train, ...validation]).sort();
  // The losses use the counts of the training part, in tuning as in retraining: what was chosen is retrained as it is.
  const counts = cellCounts(development, train);
  const inner = (total: number) =>
    sgd({ learningRate: cosine({ base: learningRate, steps: total, warmup: Math.min(20, total - 1) }), weightDecay });

  const asTheyAre = (indices: Int32Array) => batches({ ...development, indices, batchSize, seed });
  const cellsAlike = (indices: Int32Array) => {
    const { labels, groups } = development;
    return batches({ ...development, sampler: groupBalancedSampler({ labels, groups, indices, batchSize, seed }) });
  };
  const measure = async (model: Model, samples: Samples, indices: Int32Array): Promise<Errors> => {
    const inputs = (first: number, end: number) => samples.inputs(indices.subarray(first, end));
    const logits = await predict({ model, count: indices.length, inputs });
    const labels = indices.map((index) => samples.labels[index]);
    const groups = indices.map((index) => samples.groups[index]);
    const predictions = argmax(logits, CLASSES);
    const confusions = groupConfusion({ predictions, labels, groups }, { classes: CLASSES, groups: GROUPS });
    return {
      balancedError: balancedError(confusionMatrix({ predictions, labels }, { classes: CLASSES })),
      worstGroupError: worstGroupError(confusions),
      oddsGap: equalizedOddsGap(confusions),
      cells: groupErrors(confusions),
    };
  };
  /** A new network trained by a recipe, and its errors. */
  const trained = async (recipe: Recipe, on: Int32Array, samples: Samples, judged: Int32Array) => {
    const model = task.newModel();
    const optimizer = inner(steps);
    await fit({ model, loss: recipe.loss, batch: recipe.batches(on, model), optimizer, steps });
    const errors = await measure(model, samples, judged);
    model.dispose();
    optimizer.dispose();
    return errors;
  };

  const rows: Row[] = [];
  const add = async (row: Omit<Row, "data" | "seed" | "test" | "seconds">, recipe: Recipe, started: number) => {
    const test = await trained(recipe, pool, task.test, task.tested);
    rows.push({ data, seed, ...row, test, seconds: (performance.now() - started) / 1000 });
    const numbers = [test.balancedError, test.worstGroupError, test.oddsGap].map((value) => value.toFixed(4));
    const name = `${row.method}${row.chosen ? ` (${row.chosen})` : ""}`;
    console.log(`${data}, seed ${seed}  ${name}: balanced error ${numbers[0]}, worst ${numbers[1]}, DEO ${numbers[2]}`);
  };
  /** The candidate whose worst cell errs least on the validation part; each is made anew, as a loss may have a state. */
  const tuned = async (method: string, candidates: readonly (readonly [string, () => Recipe])[]) => {
    const started = performance.now();
    const scores: Errors[] = [];
    for (const [, recipe] of candidates) scores.push(await trained(recipe(), train, development, validation));
    const worst = scores.map((errors) => errors.worstGroupError);
    const best = worst.indexOf(Math.min(...worst));
    const [chosen, recipe] = candidates[best];
    const cost = candidates.length > 1 ? candidates.length * steps : 0;
    await add({ method, validation: scores[best], cost, ...(chosen && { chosen }) }, recipe(), started);
  };

  const crossEntropy = multiclass.crossEntropy();
  await tuned("CE", [["", () => ({ loss: crossEntropy, batches: asTheyAre })]]);
  await tuned("CE, cells sampled alike", [["", () => ({ loss: crossEntropy, batches: cellsAlike })]]);
  await tuned(
    "group LA",
    TAUS.map((tau) => {
      const loss = withGroups(group.groupLogitAdjusted({ counts, tau }));
      return [`tau ${tau}`, () => ({ loss, batches: asTheyAre })] as const;
    }),
  );
  await tuned(
    "GroupDRO",
    GROUP_STEPS.map((stepSize) => [`step ${stepSize}`, () => robust(stepSize, cellsAlike)] as const),
  );

  const balanced = balancedObjective({ normalization: "classMeans" });
  const objectives = {
    "balanced CE and DEO": blendObjective(FAIRNESS, balanced, equalOpportunityObjective({ groups: GROUPS })),
    "worst cell": worstGroupObjective({ groups: GROUPS, classes: CLASSES, smoothing: SMOOTHING }),
  };
  for (const [name, objective] of Object.entries(objectives)) {
    const started = performance.now();
    const searchSteps = SEARCH_LENGTH * steps;
    const model = task.newModel();
    const mode = conjugateGradientMode();
    const { trainingBatches, validationBatches } = mode;
    const start = options.start === "logitAdjusted" ? logitAdjustedStart(counts) : crossEntropyStart(counts);
    const parameters = lossParameters({ counts, start });
    const optimizer = inner(searchSteps);
    const { found, updates } = await searchLoss({
      model,
      parameters,
      objective,
      train: asTheyAre(train),
      // Cells come equally often, so that every batch has some of each.
      validation: cellsAlike(validation),
      optimizer,
      steps: searchSteps,
      warmup: Math.round(WARMUP_SHARE * searchSteps),
      every,
      mode,
    });
    const errors = await measure(model, development, validation);
    const cost = searchCost({ steps: searchSteps, updates, trainingBatches, validationBatches });
    const residuals = updates.flatMap(({ residual }) => (residual === null ? [] : [residual]));
    model.dispose();
    optimizer.dispose();
    parameters.dispose();
    await add(
      {
        method: `AutoBalance, ${name}`,
        validation: errors,
        cost,
        loss: found,
        ...(residuals.length > 0 && { residual: summary(residuals).mean }),
      },
      { loss: foundLoss(found), batches: asTheyAre },
      started,
    );
  }
  return rows;
}

const withGroups =
  (loss: group.GroupLoss): Loss =>
  (logits, labels, batch) =>
    loss(logits, labels, batch.groups as tf.Tensor);

/**
 * GroupDRO over the cells: the group weights take their step on a batch before the network does, at the same logits.
 *
 * That takes a forward pass more, in training mode as the step's own, so that running statistics see every batch twice.
 */
function robust(stepSize: number, source: (indices: Int32Array) => BatchSource): Recipe {
  const loss = group.groupDistributionallyRobust({ groups: GROUPS, classes: CLASSES, stepSize });
  return {
    loss: withGroups(loss),
    batches: (indices, model) => {
      const dealt = source(indices);
      const batch: BatchSource = async (step) => {
        const { inputs, labels, groups, ...rest } = await dealt(step);
        tf.tidy(() => loss.update(model.apply(inputs, { training: true }), labels, groups as tf.Tensor));
        return { inputs, labels, groups, ...rest };
      };
      return Object.assign(batch, { stepsPerEpoch: dealt.stepsPerEpoch });
    },
  };
}

function print(title: string, rows: readonly Row[]): void {
  const percent = (value: number) => Number((100 * value).toFixed(2));
  const lines = [...new Set(rows.map(({ method }) => method))].map((method) => {
    const own = rows.filter((row) => row.method === method);
    const [balanced, worst, gap] = (["balancedError", "worstGroupError", "oddsGap"] as const).map((name) => {
      const { mean, standardDeviation } = summary(own.map(({ test }) => test[name]));
      return { mean: percent(mean), sd: percent(standardDeviation) };
    });
    return {
      method,
      "balanced error %": balanced.mean,
      sd: balanced.sd,
      "worst cell's error %": worst.mean,
      "its sd": worst.sd,
      "DEO %": gap.mean,
      "DEO's sd": gap.sd,
      "gradients to choose": Math.round(summary(own.map(({ cost }) => cost)).mean),
      "seconds in all": Math.round(summary(own.map(({ seconds }) => seconds)).mean),
    };
  });
  console.log(`\n${String(table(lines, { caption: title }))}`);
}

const integer = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("must be a positive integer");
  return value;
};

void new Command("groups")
  .description(
    "AutoBalance per class and group, and its baselines, on Fashion-MNIST with spurious backgrounds and on Adult",
  )
  .option("--seeds <n>", "seeds 1, ..., n", integer, 3)
  .addOption(new Option("--only <name>", "one data set").choices(Object.keys(SETTINGS)))
  .option("--steps <n>", "steps of every training from scratch; a search takes twice as many", integer)
  .option("--every <n>", "inner steps from one update of the loss to the next", integer, 15)
  .addOption(
    new Option("--start <name>", "of a search").choices(["crossEntropy", "logitAdjusted"]).default("logitAdjusted"),
  )
  .option("--batch <n>", "samples of a batch", integer, 128)
  .option("--out <file>", "results", join(__dirname, "../../data/results/autobalance-groups.json"))
  .action(main)
  .parseAsync();
