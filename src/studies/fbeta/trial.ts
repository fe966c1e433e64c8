import { imageBatch, type ImageSet } from "../../data";
import { areaUnderRoc, type Scored } from "../../metrics";
import { resNet, type Model } from "../../models";
import {
  adam,
  adamW,
  cosine,
  DivergenceError,
  fit,
  imageBatches,
  predict,
  sgd,
  type FitHistory,
  type Optimizer,
} from "../../training";
import { type Outcome, type TrialContext } from "../core";
import { type AtRate, type FBetaConfig, type FBetaCurve, type FBetaResult, type FBetaScores } from "./config";
import { runningWeight, type RunningWeight } from "./fixedPoint";
import { fBetaLoss } from "./losses";
import { onValidation, scoreNetwork } from "./scores";
import { loadTask, type FBetaData } from "./task";

type Context = Pick<TrialContext, "openRun" | "progress" | "signal">;

/**
 * Trains a network with one loss at every learning rate of the list, and measures each on validation and on test images.
 *
 * Networks of one seed start from the same weights and see the same batches, whatever their loss.
 *
 * @param config see `FBetaConfig`.
 * @param context run directories, progress, signal.
 * @returns F-beta at both thresholds, and the course of training. A rate at which training diverges drops out; which rate counts is
 *   chosen by `scoresOf`, from the numbers of validation images.
 * @throws what `loadTask` and `fit` throw.
 */
export async function runFBetaTrial(config: FBetaConfig, context: Context): Promise<Outcome<FBetaResult>> {
  const task = await loadTask(config);
  const { learningRates } = config;
  const rates: AtRate[] = [];
  const diverged: number[] = [];
  const began = performance.now();
  for (const [index, rate] of learningRates.entries()) {
    const result = await trainAt(config, rate, task, {
      ...context,
      progress: (done) => context.progress(index * config.steps + done, learningRates.length * config.steps),
    });
    if (result) rates.push(result);
    else diverged.push(rate);
  }
  const seconds = (performance.now() - began) / 1000;
  const pair = ({ counts: { positive, negative } }: FBetaData["train"]) => [positive, negative] as const;
  return {
    numbers: {
      rates,
      diverged,
      samplingPrior: task.sampler.samplingPrior[1],
      counts: { train: pair(task.train), validation: pair(task.validation) },
    },
    timing: { training: seconds },
  };
}

async function trainAt(
  config: FBetaConfig,
  learningRate: number,
  task: FBetaData,
  { openRun, progress, signal }: Context,
): Promise<AtRate | undefined> {
  const { seed, steps, betas, evaluateEvery, crop, lossOptions } = config;
  const { images, testImages, labels, testLabels, train, validation, sampler, look } = task;
  const model = resNet({
    depth: config.depth,
    width: config.width,
    inputShape: [...config.imageSize, images.shape[2]],
    outputs: 1,
    seed,
  });
  const optimizer = optimizerOf(config, learningRate);
  const beta = config.beta ?? betas[0];
  const chosen = fBetaLoss(config.method);
  const weight =
    config.method === "fixed-point-bce"
      ? runningWeight({ beta, prior: train.prior, start: Number(lossOptions.start) })
      : undefined;
  const loss = chosen.make({
    beta,
    prior: train.prior,
    samplingPrior: sampler.samplingPrior[1],
    options: lossOptions,
    weight: () => weight?.value ?? 1,
  });
  const score = (part: ImageSet, indices: Int32Array, of: Int32Array) => scored(model, part, indices, of, look, signal);
  const run = await openRun(`rate-${learningRate}`, { train: train.hash, validation: validation.hash });
  try {
    const history = await fit({
      model,
      optimizer,
      loss: (logits, y) => loss(logits, y),
      steps,
      stepsPerEpoch: evaluateEvery,
      batch: imageBatches({
        set: images,
        labels,
        sampler,
        augmentationSeed: seed,
        ...look,
        ...(crop && { crop }),
      }),
      evaluate: async () => {
        const at = await score(images, validation.indices, labels);
        weight?.update(onValidation(at, beta).half);
        return { ...onValidation(at, betas[0]), ...(weight && { weight: weight.value }) };
      },
      run,
      signal,
      checkpointEvery: { steps: Math.max(evaluateEvery, 250) },
      ...(weight && { stateful: { weight: weight.stateful } }),
      observers: [{ step: progress as (made: number) => void }],
    });
    const all = Int32Array.from({ length: testImages.size }, (_, index) => index);
    const parts = {
      validation: await score(images, validation.indices, labels),
      test: await score(testImages, all, testLabels),
    };
    return {
      learningRate,
      scores: betas.map((each) => rounded(scoreNetwork(parts, { prior: config.prior, beta: each }))),
      areaUnderRoc: round(areaUnderRoc(parts.test), 6),
      curve: curveOf(history, weight),
    };
  } catch (error) {
    if (error instanceof DivergenceError) return undefined;
    throw error;
  } finally {
    await run.close();
    optimizer.dispose();
    model.dispose();
  }
}

function optimizerOf({ optimizer, steps, warmup, weightDecay }: FBetaConfig, base: number): Optimizer {
  const learningRate = cosine({ base, steps, warmup });
  if (optimizer === "sgd") return sgd({ learningRate, momentum: 0.9, weightDecay });
  return weightDecay > 0 ? adamW({ learningRate, weightDecay }) : adam({ learningRate });
}

async function scored(
  model: Model,
  set: ImageSet,
  indices: Int32Array,
  labels: Int32Array,
  look: FBetaData["look"],
  signal: AbortSignal,
): Promise<Scored> {
  const inputs = (first: number, end: number) => imageBatch(set, indices.subarray(first, end), look);
  const scores = await predict({ model, count: indices.length, inputs, signal });
  return { scores, labels: indices.map((index) => labels[index]) };
}

function curveOf({ epochs }: FitHistory, weight: RunningWeight | undefined): FBetaCurve {
  return {
    step: epochs.map(({ step }) => step),
    loss: epochs.map(({ loss }) => round(loss, 4)),
    half: epochs.map(({ metrics }) => round(metrics.half, 4)),
    tuned: epochs.map(({ metrics }) => round(metrics.tuned, 4)),
    weight: weight ? epochs.map(({ metrics }) => round(metrics.weight, 3)) : null,
  };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

function rounded(scores: FBetaScores): FBetaScores {
  const { beta, half, tuned, ceiling, threshold, validation } = scores;
  const six = (value: number) => round(value, 6);
  return {
    beta,
    half: six(half),
    tuned: six(tuned),
    ceiling: six(ceiling),
    threshold: threshold === null ? null : six(threshold),
    validation: { half: six(validation.half), tuned: six(validation.tuned) },
  };
}
