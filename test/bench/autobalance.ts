/**
 * AutoBalance on long-tailed Fashion-MNIST, beside tuned baselines and random search under the same budget:
 *
 *     node --import tsx test/bench/autobalance.ts                        three seeds, 14 x 14, ResNet-8 of width 8
 *     node --import tsx test/bench/autobalance.ts --seeds 5 --steps 800  more of both
 *
 * It prints a table and writes data/results/autobalance-fashion.json. It asserts nothing.
 *
 * Every method: parameters chosen on the validation part alone, then a new network trained on train and validation part together, for
 * the same number of steps, and measured once on the test images. Seeds are paired: data, start values and batches are the same.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { Command, InvalidArgumentError, Option } from "commander";

import { autoBalanceSplit, channelStatistics, classBalancedSampler, imageBatch, loadImages } from "../../src/data";
import { type ImageSet, type Subset } from "../../src/data";
import { info } from "../../src/engine";
import { argmax, balancedError, confusionMatrix, rankCorrelation, summary } from "../../src/metrics";
import { resNet } from "../../src/models";
import { table } from "../../src/notebook/table";
import {
  balancedObjective,
  baselines,
  conjugateGradientMode,
  defaultMode,
  foundLoss,
  lossParameters,
  randomSearch,
  retrainingPool,
  searchCost,
  searchLoss,
  separateDraw,
  vectorScalingDraw,
  type FoundLoss,
  type ParameterName,
} from "../../src/studies/autobalance";
import { cosine, fit, imageBatches, predict, sgd } from "../../src/training";

interface Options {
  readonly seeds: number;
  readonly steps: number;
  readonly searchSteps: number;
  readonly every: number;
  readonly solver: string;
  readonly head: number;
  readonly batch: number;
  readonly test: number;
  readonly out: string;
}

/** What one method came to with one seed. */
interface Row {
  readonly method: string;
  readonly seed: number;
  readonly testError: number;
  readonly validationError: number;
  /** Gradients of one batch spent on choosing. */
  readonly cost: number;
  readonly seconds: number;
  readonly loss: FoundLoss;
  readonly chosen?: string;
  /** Spearman with the class counts. */
  readonly deltaCorrelation?: number;
  readonly shiftCorrelation?: number;
  /** Mean residual of the linear solves. */
  readonly residual?: number;
}

const IMBALANCE = 100;
const SIZE = [14, 14] as const;
const TAUS = [0.5, 1, 1.5, 2];
const GAMMAS = [0.1, 0.2, 0.3, 0.5];
/** The one parameter of VS that is tuned is its strength s: gamma = 0.2 s, tau = 1.2 s, the published pair at s = 1. */
const STRENGTHS = [0.5, 0.75, 1, 1.25];
/**
 * The search waits until the training part is fitted: before, factors below 1 for rare classes harm them, and Delta is driven the other
 * way.
 */
const WARMUP_SHARE = 0.55;

async function main(options: Options): Promise<void> {
  const [set, test] = await Promise.all([loadImages("fashion-mnist"), loadImages("fashion-mnist", { split: "test" })]);
  const rows: Row[] = [];
  for (let seed = 1; seed <= options.seeds; seed++) rows.push(...(await experiment(set, test, seed, options)));
  const { out, ...settings } = options;
  const results = {
    experiment: "autobalance-fashion",
    options: settings,
    imbalance: IMBALANCE,
    engine: { ...info() },
    rows,
  };
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify(results, null, 1)}\n`);
  print(rows);
}

/** All methods with one seed. */
async function experiment(set: ImageSet, test: ImageSet, seed: number, options: Options): Promise<Row[]> {
  const { batch: batchSize, steps } = options;
  const { train, validation } = autoBalanceSplit({
    labels: set.labels,
    rule: "cifar-10",
    imbalanceRatio: IMBALANCE,
    trainSize: Math.round(0.8 * options.head),
    validationSize: options.head - Math.round(0.8 * options.head),
    seed,
  });
  const pool = retrainingPool(train, validation);
  const look = { size: SIZE, standardize: channelStatistics(set, train.indices) };
  const newModel = () => resNet({ depth: 8, width: 8, inputShape: [...SIZE, 1], outputs: 10, seed });
  const inner = (total: number) =>
    sgd({ learningRate: cosine({ base: 0.1, steps: total, warmup: Math.min(20, total - 1) }), weightDecay: 5e-4 });
  const errorOn = async (model: ReturnType<typeof newModel>, images: ImageSet, indices: ArrayLike<number>) => {
    const at = Array.from(indices);
    const inputs = (first: number, end: number) => imageBatch(images, at.slice(first, end), look);
    const logits = await predict({ model, count: at.length, inputs });
    const labels = at.map((index) => images.labels[index]);
    return balancedError(confusionMatrix({ predictions: argmax(logits, 10), labels }, { classes: 10 }));
  };
  /** A new network trained with a fixed loss, and its errors. */
  const train1 = async (loss: FoundLoss, on: Pick<Subset, "indices">, from: ImageSet, judged: ArrayLike<number>) => {
    const model = newModel();
    const optimizer = inner(steps);
    const batch = imageBatches({ set, indices: on.indices, batchSize, seed, ...look });
    await fit({ model, loss: foundLoss(loss), batch, optimizer, steps });
    const error = await errorOn(model, from, judged);
    model.dispose();
    optimizer.dispose();
    return error;
  };
  const onValidation = (loss: FoundLoss) => train1(loss, train, set, validation.indices);
  const testIndices = Array.from({ length: Math.min(options.test, test.size) }, (_, index) => index);
  const onTest = (loss: FoundLoss) => train1(loss, pool, test, testIndices);

  const rows: Row[] = [];
  const add = async (row: Omit<Row, "seed" | "testError" | "seconds">, started: number) => {
    const testError = await onTest(row.loss);
    rows.push({ ...row, seed, testError, seconds: (performance.now() - started) / 1000 });
    console.log(
      `seed ${seed}  ${row.method}${row.chosen ? ` (${row.chosen})` : ""}: validation ${row.validationError.toFixed(4)}, test ${testError.toFixed(4)}`,
    );
  };
  const tuned = async (method: string, candidates: readonly (readonly [string, FoundLoss])[]) => {
    const started = performance.now();
    const scores: number[] = [];
    for (const [, loss] of candidates) scores.push(await onValidation(loss));
    const best = scores.indexOf(Math.min(...scores));
    const [chosen, loss] = candidates[best];
    const cost = candidates.length * steps;
    await add({ method, loss, validationError: scores[best], cost, ...(candidates.length > 1 && { chosen }) }, started);
  };

  // The losses use the counts of the training part, in tuning as in retraining: what was chosen is retrained as it is.
  const { counts } = train;
  await tuned("CE", [["", baselines.crossEntropy(counts)]]);
  await tuned("weighted CE", [["", baselines.weightedCrossEntropy(counts)]]);
  await tuned(
    "LA",
    TAUS.map((tau) => [`tau ${tau}`, baselines.logitAdjusted(counts, tau)] as const),
  );
  await tuned(
    "CDT",
    GAMMAS.map((gamma) => [`gamma ${gamma}`, baselines.classDependentTemperature(counts, gamma)] as const),
  );
  await tuned(
    "VS",
    STRENGTHS.map((s) => [`strength ${s}`, baselines.vectorScaling(counts, 0.2 * s, 1.2 * s)] as const),
  );

  let budget = 0;
  const variants: readonly (readonly [string, readonly ParameterName[]])[] = [
    ["AutoBalance, Delta", ["scale"]],
    ["AutoBalance, l", ["shift"]],
    ["AutoBalance, Delta and l", ["scale", "shift"]],
  ];
  for (const [method, search] of variants) {
    const started = performance.now();
    const { searchSteps, every } = options;
    const model = newModel();
    const mode = options.solver === "conjugateGradient" ? conjugateGradientMode() : defaultMode();
    const { trainingBatches, validationBatches } = mode;
    const parameters = lossParameters({ counts, search });
    const optimizer = inner(searchSteps);
    // Every class comes equally often, so that no class mean of a batch rests on chance alone.
    const sampler = classBalancedSampler({ labels: set.labels, indices: validation.indices, batchSize, seed });
    const { found, updates } = await searchLoss({
      model,
      parameters,
      objective: balancedObjective({ normalization: "classMeans" }),
      train: imageBatches({ set, indices: train.indices, batchSize, seed, ...look }),
      validation: imageBatches({ set, sampler, ...look }),
      optimizer,
      steps: searchSteps,
      warmup: Math.round(WARMUP_SHARE * searchSteps),
      every,
      mode,
    });
    const cost = searchCost({ steps: searchSteps, updates, trainingBatches, validationBatches });
    budget = Math.max(budget, cost);
    const delta = updates.at(-1)?.delta;
    const residuals = updates.map(({ residual }) => residual ?? NaN);
    const validationError = await errorOn(model, set, validation.indices);
    model.dispose();
    optimizer.dispose();
    parameters.dispose();
    await add(
      {
        method,
        loss: found,
        validationError,
        cost,
        residual: residuals.reduce((a, b) => a + b, 0) / Math.max(residuals.length, 1),
        ...(delta && { deltaCorrelation: rankCorrelation(delta, counts) }),
        ...(search.includes("shift") && { shiftCorrelation: rankCorrelation(found.shift, counts) }),
      },
      started,
    );
  }

  const draws = { "per class": separateDraw(counts), "VS family": vectorScalingDraw(counts) };
  for (const [name, draw] of Object.entries(draws)) {
    const started = performance.now();
    const { best, trials } = await randomSearch({
      budget: Math.max(budget, steps),
      stepsPerTrial: steps,
      draw,
      evaluate: onValidation,
      seed,
    });
    const cost = trials.length * steps;
    await add({ method: `random search, ${name}`, loss: best.loss, validationError: best.score, cost }, started);
  }
  return rows;
}

function print(rows: readonly Row[]): void {
  const methods = [...new Set(rows.map(({ method }) => method))];
  const percent = (value: number) => Number((100 * value).toFixed(2));
  const lines = methods.map((method) => {
    const own = rows.filter((row) => row.method === method);
    const errors = summary(own.map(({ testError }) => testError));
    const meanOf = (name: "deltaCorrelation" | "shiftCorrelation" | "cost" | "seconds" | "residual") => {
      const values = own.flatMap((row) => (row[name] === undefined ? [] : [row[name]]));
      return values.length === 0 ? NaN : summary(values).mean;
    };
    return {
      method,
      "balanced test error %": percent(errors.mean),
      sd: percent(errors.standardDeviation),
      "gradients to choose": Math.round(meanOf("cost")),
      "seconds in all": Math.round(meanOf("seconds")),
      "Spearman of Delta": Number(meanOf("deltaCorrelation").toFixed(2)),
      "of l": Number(meanOf("shiftCorrelation").toFixed(2)),
      residual: Number(meanOf("residual").toFixed(2)),
    };
  });
  console.log(`\n${String(table(lines, { caption: `Long-tailed Fashion-MNIST, ratio ${IMBALANCE}` }))}`);
}

const integer = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("must be a positive integer");
  return value;
};

void new Command("autobalance")
  .description("AutoBalance and its baselines on long-tailed Fashion-MNIST")
  .option("--seeds <n>", "seeds 1, ..., n", integer, 3)
  .option("--steps <n>", "steps of every training from scratch", integer, 300)
  .option("--search-steps <n>", "inner steps of a search", integer, 900)
  .option("--every <n>", "inner steps from one update to the next", integer, 10)
  .option("--head <n>", "images of the most frequent class, train and validation part together", integer, 1000)
  .addOption(
    new Option("--solver <name>", "of the hypergradient")
      .choices(["conjugateGradient", "neumann"])
      .default("conjugateGradient"),
  )
  .option("--batch <n>", "images of a batch", integer, 128)
  .option("--test <n>", "test images, the first n", integer, 10_000)
  .option("--out <file>", "results", join(__dirname, "../../data/results/autobalance-fashion.json"))
  .action(main)
  .parseAsync();
