import { random } from "../engine/random";
import { requireCount } from "../options";
import { checkBeta } from "./check";
import { type BatchDraw } from "./batchF1";
import { type GaussianToy, type LinearScore } from "./gaussianToy";
import { cosineSimilarity } from "./gradientPath";
import { gaussianSoftFBetaGradient } from "./softFBeta";

/** How the gradient of a batch's soft F-beta relates to that of the population. */
export interface BatchGradient {
  /** Mean over batches of the gradient by (w, b). */
  readonly mean: LinearScore;
  /** The population's. */
  readonly population: LinearScore;
  /** Length of the mean over batches, relative to the population's gradient. */
  readonly relativeLength: number;
  /** Cosine between mean and population. */
  readonly cosineOfMean: number;
  /** Median over batches of the cosine with the population; a batch without gradient counts as 0. */
  readonly medianCosine: number;
  /** Root mean square distance from the batches' mean, relative to the population's length: the noise. */
  readonly relativeNoise: number;
}

/**
 * The gradient of the soft F-beta over random batches of the Gaussian toy case, by simulation.
 *
 *     F = (1 + b^2) S / (b^2 n1 + C),    S = sum y p,  C = sum p,  p = sigmoid(w x + b)
 *     grad F = (1 + b^2) (grad S (b^2 n1 + C) - S grad C) / (b^2 n1 + C)^2
 *
 * A batch without positives has F = 0 and no gradient.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`; its prior is that of the draw.
 * @param score weight and bias at which gradients are taken.
 * @param options.batchSize samples of a batch, >= 1.
 * @param options.stratified whether every batch holds round(pi n) positives, at least 1; default false.
 * @param options.batches number of batches, >= 2.
 * @param options.seed of the draws.
 * @param options.beta > 0; default 1.
 * @returns see {@link BatchGradient}.
 * @throws RangeError on bad parameters.
 * @see Derived here; one batch is minus the gradient of `losses.binary.softFBeta`.
 */
export function batchGradients(
  toy: GaussianToy,
  score: LinearScore,
  options: Omit<BatchDraw, "prior"> & { readonly batches: number; readonly seed: number; readonly beta?: number },
): BatchGradient {
  const { batchSize, batches, seed, stratified = false, beta = 1 } = options;
  requireCount("batchGradients", "batchSize", batchSize, 1);
  requireCount("batchGradients", "batches", batches, 2);
  checkBeta("batchGradients", beta);
  const { prior, positiveMean = 1, negativeMean = -1, deviation = 1 } = toy;
  const population = gaussianSoftFBetaGradient(toy, score, { beta });
  const generator = random(seed).fork("batchGradients");
  const positives = Math.max(Math.round(prior * batchSize), 1);
  const gradients = Array.from({ length: batches }, () => {
    const labels = Float64Array.from({ length: batchSize }, (_, index) =>
      (stratified ? index < positives : generator.next() < prior) ? 1 : 0,
    );
    const inputs = labels.map((label) => (label === 1 ? positiveMean : negativeMean) + deviation * generator.normal());
    return softFBetaGradient(inputs, labels, score, beta);
  });

  const mean = { weight: average(gradients, "weight"), bias: average(gradients, "bias") };
  const length = Math.hypot(population.weight, population.bias);
  const noise = gradients.reduce(
    (sum, { weight, bias }) => sum + (weight - mean.weight) ** 2 + (bias - mean.bias) ** 2,
    0,
  );
  const cosine = (gradient: LinearScore) =>
    gradient.weight === 0 && gradient.bias === 0 ? 0 : cosineSimilarity(gradient, population);
  const cosines = gradients.map(cosine).sort((a, b) => a - b);
  return {
    mean,
    population,
    relativeLength: Math.hypot(mean.weight, mean.bias) / length,
    cosineOfMean: cosine(mean),
    medianCosine: (cosines[(batches - 1) >> 1] + cosines[batches >> 1]) / 2,
    relativeNoise: Math.sqrt(noise / batches) / length,
  };
}

/**
 * The gradient of the soft F-beta of one batch by weight and bias of a linear score, in float64.
 *
 * @param inputs x [n].
 * @param labels [n] in {0, 1}.
 * @param score weight and bias.
 * @param beta > 0; default 1.
 * @returns F_w as `weight`, F_b as `bias`; 0 without a positive.
 */
export function softFBetaGradient(
  inputs: ArrayLike<number>,
  labels: ArrayLike<number>,
  { weight, bias }: LinearScore,
  beta = 1,
): LinearScore {
  let [hits, called, positives] = [0, 0, 0];
  const slopes = { hits: [0, 0], called: [0, 0] };
  for (let index = 0; index < inputs.length; index++) {
    const [x, y] = [inputs[index], labels[index]];
    const p = 1 / (1 + Math.exp(-(weight * x + bias)));
    const slope = p * (1 - p);
    hits += y * p;
    called += p;
    positives += y;
    slopes.hits[0] += y * slope * x;
    slopes.hits[1] += y * slope;
    slopes.called[0] += slope * x;
    slopes.called[1] += slope;
  }
  if (positives === 0) return { weight: 0, bias: 0 };
  const below = beta ** 2 * positives + called;
  const by = (place: number) =>
    ((1 + beta ** 2) * (slopes.hits[place] * below - hits * slopes.called[place])) / below ** 2;
  return { weight: by(0), bias: by(1) };
}

const average = (gradients: readonly LinearScore[], of: keyof LinearScore) =>
  gradients.reduce((sum, gradient) => sum + gradient[of], 0) / gradients.length;
