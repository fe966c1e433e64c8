import { requireCount } from "../options";
import { checkBeta } from "./check";
import { normalDensity } from "./distributions";
import {
  checkToy,
  gaussianRates,
  gaussianRatesAt,
  standardised,
  type GaussianToy,
  type LinearScore,
} from "./gaussianToy";
import { fBetaConstant, largeSampleFBeta, largeSampleFBetaGradient, type Rates } from "./largeSampleFBeta";

interface BetaOption {
  /** beta > 0: recall counts beta times as much as precision; default 1. */
  readonly beta?: number;
}

/** The decision x >= threshold with the largest large-sample F-beta. */
export interface GaussianOptimum extends Rates {
  /** t*, on the axis of x. */
  readonly threshold: number;
  readonly fBeta: number;
  /** P(Y = 1 | x = t*) = F* / (1 + beta^2). */
  readonly posterior: number;
}

/**
 * The large-sample F-beta of a linear score in the Gaussian toy case.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight w other than 0 and bias b.
 * @param options.beta > 0; default 1.
 * @returns F-beta in [0, 1]: `largeSampleFBeta` of `gaussianRates`.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianFBeta(toy: GaussianToy, score: LinearScore, { beta = 1 }: BetaOption = {}): number {
  return largeSampleFBeta(gaussianRates(toy, score), { prior: toy.prior, beta });
}

/**
 * The gradient of the large-sample F-beta by weight and bias: the direction of the hard-F path.
 *
 *     grad F = (F_T phi(u_1) + F_Q phi(u_0)) (du/dw, du/db),    du/dw = -b / (w |w| s),    du/db = 1 / (|w| s)
 *
 * F depends on b / w alone, so that w F_w + b F_b = 0: the paths are circles about the origin (`hardFBetaPath`).
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight w other than 0 and bias b.
 * @param options.beta > 0; default 1.
 * @returns F_w as `weight`, F_b as `bias`.
 * @throws RangeError on bad parameters.
 * @see Derived; checked by finite differences.
 */
export function gaussianFBetaGradient(
  toy: GaussianToy,
  score: LinearScore,
  { beta = 1 }: BetaOption = {},
): LinearScore {
  const { positive, negative, deviation } = standardised("gaussianFBetaGradient", toy, score);
  const partial = largeSampleFBetaGradient(gaussianRates(toy, score), { prior: toy.prior, beta });
  const slope =
    partial.truePositiveRate * normalDensity(positive) + partial.falsePositiveRate * normalDensity(negative);
  const { weight, bias } = score;
  return {
    weight: (-slope * bias) / (weight * Math.abs(weight) * deviation),
    bias: slope / (Math.abs(weight) * deviation),
  };
}

/**
 * The F-beta-optimal threshold in the Gaussian toy case, by fixed point.
 *
 *     t* = (mu_0 + mu_1) / 2 + s^2 / (mu_1 - mu_0) log(T / (c + Q)),    c = beta^2 pi / (1 - pi)
 *
 * There the likelihood ratio equals T / (c + Q) and the posterior F* / (1 + beta^2). Since t* maximises T / (c + Q), the map has
 * slope 0 at its fixed point and converges quadratically. t* depends on prior and beta through c alone.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param options.beta > 0; default 1.
 * @returns t*, its rates, F* and the posterior at t*.
 * @throws RangeError on bad parameters.
 * @see Derived from dF = 0.
 */
export function gaussianOptimum(toy: GaussianToy, { beta = 1 }: BetaOption = {}): GaussianOptimum {
  const { prior, positiveMean, negativeMean, deviation } = checkToy("gaussianOptimum", toy);
  checkBeta("gaussianOptimum", beta);
  const c = fBetaConstant({ prior, beta });
  let threshold = (positiveMean + negativeMean) / 2;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { truePositiveRate, falsePositiveRate } = gaussianRatesAt(toy, threshold);
    const logRatio = Math.log(truePositiveRate / (c + falsePositiveRate));
    const next = (positiveMean + negativeMean) / 2 + (deviation ** 2 / (positiveMean - negativeMean)) * logRatio;
    const settled = Math.abs(next - threshold) <= 1e-14 * deviation;
    threshold = next;
    if (settled) break;
  }
  const rates = gaussianRatesAt(toy, threshold);
  const fBeta = largeSampleFBeta(rates, { prior, beta });
  return { threshold, ...rates, fBeta, posterior: fBeta / (1 + beta ** 2) };
}

/**
 * The thresholds whose large-sample F-beta is at least a level: a band about t*.
 *
 *     { t : F(t) >= level } = [low, high],    for F rises up to t* and falls beyond it
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param level above 0 and at most F*.
 * @param options.beta > 0; default 1.
 * @returns the two ends, by bisection; `low` is -Infinity where calling everything positive reaches the level.
 * @throws RangeError on bad parameters or a level outside (0, F*].
 * @see Derived.
 */
export function gaussianFBetaBand(
  toy: GaussianToy,
  level: number,
  { beta = 1 }: BetaOption = {},
): { low: number; high: number } {
  const best = gaussianOptimum(toy, { beta });
  if (!(level > 0 && level <= best.fBeta)) {
    throw new RangeError(`gaussianFBetaBand: level must be in (0, ${best.fBeta}], received ${level}`);
  }
  const reached = (t: number) => largeSampleFBeta(gaussianRatesAt(toy, t), { prior: toy.prior, beta }) >= level;
  const end = (side: -1 | 1) => {
    let outside = side * (toy.deviation ?? 1);
    while (reached(best.threshold + outside)) {
      outside *= 2;
      if (outside < -1e6) return -Infinity;
    }
    let [inner, outer] = [best.threshold, best.threshold + outside];
    for (let middle = (inner + outer) / 2; middle !== inner && middle !== outer; middle = (inner + outer) / 2) {
      if (reached(middle)) inner = middle;
      else outer = middle;
    }
    return inner;
  };
  return { low: end(-1), high: end(1) };
}

/**
 * The path of gradient ascent on the large-sample F-beta from a linear score: an arc about the origin.
 *
 *     (w, b) = r (cos a, sin a),    from the angle of the start to that of the ray b = -t* w
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param start weight w > 0 and bias b.
 * @param options.beta > 0; default 1.
 * @param options.points number of points on the arc, >= 2; default 50.
 * @returns the path, start and end included; F-beta rises along it up to F*.
 * @throws RangeError on bad parameters or w <= 0.
 * @see Derived from w F_w + b F_b = 0.
 */
export function hardFBetaPath(
  toy: GaussianToy,
  start: LinearScore,
  { beta = 1, points = 50 }: BetaOption & { readonly points?: number } = {},
): LinearScore[] {
  requireCount("hardFBetaPath", "points", points, 2);
  if (!(start.weight > 0)) {
    throw new RangeError(`hardFBetaPath: the weight must be above 0, received ${start.weight}`);
  }
  const radius = Math.hypot(start.weight, start.bias);
  const from = Math.atan2(start.bias, start.weight);
  const to = Math.atan(-gaussianOptimum(toy, { beta }).threshold);
  return Array.from({ length: points }, (_, index) => {
    const angle = from + ((to - from) * index) / (points - 1);
    return { weight: radius * Math.cos(angle), bias: radius * Math.sin(angle) };
  });
}

const MOST_ROUNDS = 200;
