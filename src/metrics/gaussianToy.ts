import { checkPrior } from "./check";
import { normalCdf } from "./distributions";
import { type Rates } from "./largeSampleFBeta";

/** Two normal classes of equal variance on the line: X | Y = k ~ N(mu_k, s^2). */
export interface GaussianToy {
  /** pi = P(Y = 1), in (0, 1). */
  readonly prior: number;
  /** mu_1; default 1. Must exceed mu_0. */
  readonly positiveMean?: number;
  /** mu_0; default -1. */
  readonly negativeMean?: number;
  /** s > 0; default 1. */
  readonly deviation?: number;
}

/** A linear score w x + b. */
export interface LinearScore {
  readonly weight: number;
  readonly bias: number;
}

/**
 * Rates of the decision x >= t in the Gaussian toy case.
 *
 *     T = Phi((mu_1 - t) / s),    Q = Phi((mu_0 - t) / s)
 *
 * @param toy prior in (0, 1), means mu_1 > mu_0 (default 1 and -1), deviation s > 0 (default 1).
 * @param threshold t, on the axis of x; may be infinite.
 * @returns true-positive and false-positive rate in [0, 1], right to an absolute 1e-15.
 * @throws RangeError on bad parameters or a NaN threshold.
 * @see Derived.
 */
export function gaussianRatesAt(toy: GaussianToy, threshold: number): Rates {
  const { positiveMean, negativeMean, deviation } = checkToy("gaussianRatesAt", toy);
  if (Number.isNaN(threshold)) throw new RangeError("gaussianRatesAt: threshold must be a number, received NaN");
  const rate = (mean: number) => normalCdf((mean - threshold) / deviation);
  return { truePositiveRate: rate(positiveMean), falsePositiveRate: rate(negativeMean) };
}

/**
 * Rates of deciding "positive" where a linear score is at least 0 (probability at least 1/2).
 *
 *     T = Phi(u_1),    Q = Phi(u_0),    u_k = (w mu_k + b) / (|w| s)
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight w other than 0 and bias b. For another cut-off on the logit subtract it from b.
 * @returns true-positive and false-positive rate.
 * @throws RangeError on bad parameters or w = 0, where the rates jump.
 * @see Derived.
 */
export function gaussianRates(toy: GaussianToy, score: LinearScore): Rates {
  const { positive, negative } = standardised("gaussianRates", toy, score);
  return { truePositiveRate: normalCdf(positive), falsePositiveRate: normalCdf(negative) };
}

/**
 * P(Y = 1 | x) in the Gaussian toy case: a logistic function of x.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param x a point of the line.
 * @returns the posterior in [0, 1].
 * @throws RangeError on bad parameters.
 * @see Bayes' rule for two normal classes of equal variance.
 */
export function gaussianPosterior(toy: GaussianToy, x: number): number {
  const { weight, bias } = gaussianCrossEntropyOptimum(toy);
  return 1 / (1 + Math.exp(-(weight * x + bias)));
}

/**
 * The point whose posterior is `posterior`: turns a threshold on P(Y = 1 | x) into one on x.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param posterior in [0, 1].
 * @returns x; -Infinity for 0, Infinity for 1.
 * @throws RangeError on bad parameters or a posterior outside [0, 1].
 * @see Bayes' rule for two normal classes of equal variance.
 */
export function gaussianPointOfPosterior(toy: GaussianToy, posterior: number): number {
  if (!(posterior >= 0 && posterior <= 1)) {
    throw new RangeError(`gaussianPointOfPosterior: posterior must be in [0, 1], received ${posterior}`);
  }
  const { weight, bias } = gaussianCrossEntropyOptimum(toy);
  return (Math.log(posterior) - Math.log1p(-posterior) - bias) / weight;
}

/**
 * The minimiser of the population cross-entropy over linear scores: the log-odds of the posterior.
 *
 *     w = (mu_1 - mu_0) / s^2,    b = logit pi - (mu_1^2 - mu_0^2) / (2 s^2)
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @returns weight and bias.
 * @throws RangeError on bad parameters.
 * @see Bayes' rule for two normal classes of equal variance.
 */
export function gaussianCrossEntropyOptimum(toy: GaussianToy): LinearScore {
  const { prior, positiveMean, negativeMean, deviation } = checkToy("gaussianCrossEntropyOptimum", toy);
  const squares = (positiveMean - negativeMean) * (positiveMean + negativeMean);
  return {
    weight: (positiveMean - negativeMean) / deviation ** 2,
    bias: Math.log(prior) - Math.log1p(-prior) - squares / (2 * deviation ** 2),
  };
}

/** The toy with its defaults; throws unless prior, means and deviation make sense. */
export function checkToy(name: string, toy: GaussianToy): Required<GaussianToy> {
  const { prior, positiveMean = 1, negativeMean = -1, deviation = 1 } = toy;
  checkPrior(name, prior);
  if (!(positiveMean > negativeMean && positiveMean - negativeMean < Infinity)) {
    throw new RangeError(
      `${name}: positiveMean must exceed negativeMean, received ${positiveMean} and ${negativeMean}`,
    );
  }
  if (!(deviation > 0 && deviation < Infinity)) {
    throw new RangeError(`${name}: deviation must be a positive finite number, received ${deviation}`);
  }
  return { prior, positiveMean, negativeMean, deviation };
}

/** u_1 and u_0: how many deviations the class means lie on the positive side of the decision. */
export function standardised(name: string, toy: GaussianToy, { weight, bias }: LinearScore) {
  const { positiveMean, negativeMean, deviation } = checkToy(name, toy);
  if (!(Math.abs(weight) > 0 && Number.isFinite(weight) && Number.isFinite(bias))) {
    throw new RangeError(`${name}: needs a finite weight other than 0 and a finite bias, received ${weight}, ${bias}`);
  }
  const scale = Math.abs(weight) * deviation;
  return {
    positive: (weight * positiveMean + bias) / scale,
    negative: (weight * negativeMean + bias) / scale,
    deviation,
  };
}
