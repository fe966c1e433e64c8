import { checkBeta } from "./check";
import { normalDensity } from "./distributions";
import { checkToy, type GaussianToy, type LinearScore } from "./gaussianToy";
import { largeSampleFBeta, largeSampleFBetaGradient, type Rates } from "./largeSampleFBeta";
import { sigmoid, type LossTerms } from "./lossTerms";

/**
 * The population risk of a linear score in the Gaussian toy case, under a loss that is a sum over samples.
 *
 *     L(w, b) = pi E1[positive(w X + b)] + (1 - pi) E0[negative(w X + b)]
 *
 * By quadrature (trapezoid over +-10 deviations in steps of 1/40, whose error falls exponentially): right to 1e-10 for
 * |w| s up to 30; steeper scores lose digits.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param terms the loss, as `crossEntropyTerms` and its kin give it.
 * @param score weight and bias.
 * @returns the risk.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function populationRisk(toy: GaussianToy, terms: LossTerms, score: LinearScore): number {
  return overClasses("populationRisk", toy, score, {
    positive: (z) => [terms.positive(z)],
    negative: (z) => [terms.negative(z)],
  })[0];
}

/**
 * The gradient of the population risk by weight and bias: descent along it is the loss's path.
 *
 *     L_w = pi E1[positive'(Z) X] + (1 - pi) E0[negative'(Z) X],    L_b likewise without X
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param terms the loss.
 * @param score weight and bias.
 * @returns L_w as `weight`, L_b as `bias`.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function populationRiskGradient(toy: GaussianToy, terms: LossTerms, score: LinearScore): LinearScore {
  const [weight, bias] = overClasses("populationRiskGradient", toy, score, {
    positive: (z, x) => [terms.positiveSlope(z) * x, terms.positiveSlope(z)],
    negative: (z, x) => [terms.negativeSlope(z) * x, terms.negativeSlope(z)],
  });
  return { weight, bias };
}

/**
 * The mean probabilities of a logistic score over positives and over negatives: its soft rates.
 *
 *     T = E1[sigmoid(w X + b)],    Q = E0[sigmoid(w X + b)]
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight and bias.
 * @returns soft true-positive and false-positive rate in (0, 1), by the quadrature of `populationRisk`.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianSoftRates(toy: GaussianToy, score: LinearScore): Rates {
  const [positive, negative] = classMeans("gaussianSoftRates", toy, score, (z) => [sigmoid(z)]);
  return { truePositiveRate: positive[0], falsePositiveRate: negative[0] };
}

/**
 * The soft F-beta of a logistic score in the Gaussian toy case: the large-sample F-beta of its soft rates.
 *
 * As w grows with b / w fixed it approaches the hard F-beta. Its paths are those of `losses.binary.surrogateFBeta` with
 * normalization "set".
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight and bias.
 * @param options.beta > 0; default 1.
 * @returns the soft F-beta in (0, 1).
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianSoftFBeta(toy: GaussianToy, score: LinearScore, { beta = 1 }: { beta?: number } = {}): number {
  return largeSampleFBeta(gaussianSoftRates(toy, score), { prior: toy.prior, beta });
}

/**
 * The gradient of the soft F-beta by weight and bias: ascent along it is the soft-F path.
 *
 *     F_w = F_T E1[p (1 - p) X] + F_Q E0[p (1 - p) X],    F_b likewise without X
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight and bias.
 * @param options.beta > 0; default 1.
 * @returns F_w as `weight`, F_b as `bias`.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianSoftFBetaGradient(
  toy: GaussianToy,
  score: LinearScore,
  { beta = 1 }: { beta?: number } = {},
): LinearScore {
  checkBeta("gaussianSoftFBetaGradient", beta);
  const [positive, negative] = classMeans("gaussianSoftFBetaGradient", toy, score, (z, x) => {
    const slope = sigmoid(z) * sigmoid(-z);
    return [sigmoid(z), slope * x, slope];
  });
  const rates = { truePositiveRate: positive[0], falsePositiveRate: negative[0] };
  const partial = largeSampleFBetaGradient(rates, { prior: toy.prior, beta });
  const along = (index: number) =>
    partial.truePositiveRate * positive[index] + partial.falsePositiveRate * negative[index];
  return { weight: along(1), bias: along(2) };
}

type AtPoint = (logit: number, x: number) => readonly number[];

/** pi E1[positive] + (1 - pi) E0[negative], entry by entry. */
function overClasses(
  name: string,
  toy: GaussianToy,
  score: LinearScore,
  { positive, negative }: { positive: AtPoint; negative: AtPoint },
): number[] {
  const { prior, positiveMean, negativeMean, deviation } = checkToy(name, toy);
  checkScore(name, score);
  const positives = meanOver(positiveMean, deviation, score, positive);
  const negatives = meanOver(negativeMean, deviation, score, negative);
  return positives.map((mean, index) => prior * mean + (1 - prior) * negatives[index]);
}

/** Means over positives and over negatives. */
function classMeans(name: string, toy: GaussianToy, score: LinearScore, at: AtPoint): [number[], number[]] {
  const { positiveMean, negativeMean, deviation } = checkToy(name, toy);
  checkScore(name, score);
  return [meanOver(positiveMean, deviation, score, at), meanOver(negativeMean, deviation, score, at)];
}

const REACH = 10;
const STEPS_PER_DEVIATION = 40;
const NODES = Float64Array.from(
  { length: 2 * REACH * STEPS_PER_DEVIATION + 1 },
  (_, index) => index / STEPS_PER_DEVIATION - REACH,
);
const MASSES = NODES.map((u) => normalDensity(u) / STEPS_PER_DEVIATION);

/** The mean of a function of (logit, x) over X ~ N(centre, deviation^2), by the trapezoid rule. */
function meanOver(centre: number, deviation: number, { weight, bias }: LinearScore, at: AtPoint): number[] {
  const sums = at(weight * centre + bias, centre).map(() => 0);
  for (let node = 0; node < NODES.length; node++) {
    const x = centre + deviation * NODES[node];
    const values = at(weight * x + bias, x);
    for (let entry = 0; entry < sums.length; entry++) sums[entry] += MASSES[node] * values[entry];
  }
  return sums;
}

function checkScore(name: string, { weight, bias }: LinearScore): void {
  if (!(Number.isFinite(weight) && Number.isFinite(bias))) {
    throw new RangeError(`${name}: needs a finite weight and bias, received ${weight}, ${bias}`);
  }
}
