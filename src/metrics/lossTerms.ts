import { checkBeta } from "./check";
import { fBetaConstant } from "./largeSampleFBeta";

/**
 * A loss that is a sum over samples, as two functions of the logit: what a positive and what a negative costs. Its population
 * risk is pi E[positive(Z) | Y = 1] + (1 - pi) E[negative(Z) | Y = 0].
 */
export interface LossTerms {
  readonly name: string;
  /** Loss of a positive at logit z. */
  positive(logit: number): number;
  /** Loss of a negative at logit z. */
  negative(logit: number): number;
  /** Derivative of `positive`, by the logit. */
  positiveSlope(logit: number): number;
  /** Derivative of `negative`, by the logit. */
  negativeSlope(logit: number): number;
  /** p*(eta): the probability that minimises the expected loss of an input with posterior eta in [0, 1]. */
  minimiser(posterior: number): number;
  /** The posterior whose minimiser is p in (0, 1): the inverse of `minimiser`. */
  posterior(probability: number): number;
}

/**
 * Binary cross-entropy with a weight on positives, as functions of the logit.
 *
 *     -omega log p,    -log(1 - p);    p*(eta) = omega eta / (omega eta + 1 - eta)
 *
 * At omega = 1 the minimiser is the posterior itself. p = 1/2 is posterior 1 / (1 + omega); omega = (1 + beta^2 - F*) / F* puts
 * it at the F-beta-optimal F* / (1 + beta^2).
 *
 * @param options.positiveWeight omega > 0; default 1.
 * @returns the terms.
 * @throws RangeError on a weight out of range.
 * @see Derived from the first-order condition eta positive'(z) + (1 - eta) negative'(z) = 0.
 */
export function crossEntropyTerms({ positiveWeight = 1 }: { positiveWeight?: number } = {}): LossTerms {
  checkWeight("crossEntropyTerms", positiveWeight);
  return {
    name: positiveWeight === 1 ? "cross-entropy" : `cross-entropy, positive weight ${positiveWeight}`,
    positive: (z) => positiveWeight * softplus(-z),
    negative: (z) => softplus(z),
    positiveSlope: (z) => -positiveWeight * sigmoid(-z),
    negativeSlope: (z) => sigmoid(z),
    minimiser: (eta) => (positiveWeight * eta) / (positiveWeight * eta + 1 - eta),
    posterior: (p) => p / (p + positiveWeight * (1 - p)),
  };
}

/**
 * The surrogate F-beta loss, as functions of the logit.
 *
 *     -(a) log p,    (d) log(c + p),    c = beta^2 pi / (1 - pi);    (a, d) = (omega, 1) or (omega / pi, 1 / (1 - pi))
 *     p*(eta) = min(1, a eta c / (d (1 - eta) - a eta));    posterior of p: d p / (d p + a (c + p))
 *
 * "sample" and "class" are those of `losses.binary.surrogateFBeta`. The minimiser saturates at 1 from the posterior
 * d / (d + a (1 + c)) on: 1 / (2 + c) for "sample", pi / (1 + beta^2 pi) for "class", so that outputs are no calibrated
 * probabilities. p = 1/2 is posterior 1 / (2 (1 + c)) for "sample" and pi / (1 + 2 beta^2 pi) for "class"; neither is the
 * F-beta-optimal F* / (1 + beta^2).
 *
 * @param options.prior pi in (0, 1).
 * @param options.beta > 0; default 1.
 * @param options.normalization `"class"` (default) or `"sample"`.
 * @param options.positiveWeight omega > 0; default 1.
 * @returns the terms.
 * @throws RangeError when an option is out of range.
 * @see Lee, Yang, Yoo, arXiv 2104.01459 (formula from a third-party implementation citing it); minimisers derived here.
 */
export function surrogateFBetaTerms({
  prior,
  beta = 1,
  normalization = "class",
  positiveWeight = 1,
}: {
  prior: number;
  beta?: number;
  normalization?: "class" | "sample";
  positiveWeight?: number;
}): LossTerms {
  checkBeta("surrogateFBetaTerms", beta);
  checkWeight("surrogateFBetaTerms", positiveWeight);
  const c = fBetaConstant({ prior, beta });
  if (normalization !== "class" && normalization !== "sample") {
    throw new RangeError(
      `surrogateFBetaTerms: normalization must be class or sample, received ${JSON.stringify(normalization)} ("set" is no sum over samples)`,
    );
  }
  const [a, d] = normalization === "sample" ? [positiveWeight, 1] : [positiveWeight / prior, 1 / (1 - prior)];
  return {
    name: `surrogate F-beta, ${normalization}`,
    positive: (z) => a * softplus(-z),
    negative: (z) => d * Math.log(c + sigmoid(z)),
    positiveSlope: (z) => -a * sigmoid(-z),
    negativeSlope: (z) => (d * sigmoid(z) * sigmoid(-z)) / (c + sigmoid(z)),
    minimiser: (eta) => {
      const rest = d * (1 - eta) - a * eta;
      return rest > 0 ? Math.min(1, (a * eta * c) / rest) : 1;
    },
    posterior: (p) => (d * p) / (d * p + a * (c + p)),
  };
}

/**
 * Focal loss, as functions of the logit.
 *
 *     -alpha (1 - p)^gamma log p,    -(1 - alpha) p^gamma log(1 - p)
 *
 * For gamma > 0 the outputs are no calibrated probabilities: the minimiser lies between the posterior and 1/2 (at alpha = 1/2).
 * It has no closed form and is found by bisection of `posterior`, which rises with p.
 *
 * @param options.gamma >= 0; default 2.
 * @param options.alpha weight of positives, in (0, 1); default 0.25.
 * @returns the terms.
 * @throws RangeError when an option is out of range.
 * @see Lin et al.: Focal loss for dense object detection, ICCV 2017.
 */
export function focalTerms({ gamma = 2, alpha = 0.25 }: { gamma?: number; alpha?: number } = {}): LossTerms {
  if (!(gamma >= 0 && gamma < Infinity)) {
    throw new RangeError(`focalTerms: gamma must be a finite number of at least 0, received ${gamma}`);
  }
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`focalTerms: alpha must be in (0, 1), received ${alpha}`);
  const cost = (z: number) => sigmoid(-z) ** gamma * softplus(-z);
  const slope = (z: number) => -(sigmoid(-z) ** gamma) * (gamma * sigmoid(z) * softplus(-z) + sigmoid(-z));
  const posterior = (p: number) => {
    const z = Math.log(p) - Math.log1p(-p);
    const [rise, fall] = [(1 - alpha) * -slope(-z), alpha * -slope(z)];
    return rise / (rise + fall);
  };
  return {
    name: `focal, gamma ${gamma}, alpha ${alpha}`,
    positive: (z) => alpha * cost(z),
    negative: (z) => (1 - alpha) * cost(-z),
    positiveSlope: (z) => alpha * slope(z),
    negativeSlope: (z) => -(1 - alpha) * slope(-z),
    posterior,
    minimiser: (eta) => (eta === 0 || eta === 1 ? eta : rootOf((p) => posterior(p) - eta)),
  };
}

/**
 * The posterior at which a loss's population minimiser crosses a cut-off: the decision that training to the end would make.
 *
 * @param terms a loss.
 * @param probability the cut-off on the output, in (0, 1); default 1/2.
 * @returns the posterior in [0, 1]; to be compared with F* / (1 + beta^2) (`posteriorThreshold`).
 * @throws RangeError when the cut-off is outside (0, 1).
 * @see Derived: eta = negative'(z) / (negative'(z) - positive'(z)).
 */
export function impliedPosteriorThreshold(terms: LossTerms, probability = 0.5): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`impliedPosteriorThreshold: probability must be in (0, 1), received ${probability}`);
  }
  return terms.posterior(probability);
}

/**
 * Where the surrogate F-beta loss pushes a negative down hardest.
 *
 *     d/dz log(c + p) = p (1 - p) / (c + p),    largest at p_m = sqrt(c (1 + c)) - c,    value 1 + 2 c - 2 sqrt(c (1 + c))
 *
 * Beyond p_m the push fades, and a confident false positive gets none: the loss is not convex in the logit.
 *
 * @param c > 0, as `fBetaConstant` gives it.
 * @returns p_m and the slope there.
 * @throws RangeError when `c` is not a positive finite number.
 * @see Derived.
 */
export function surrogateNegativePeak(c: number): { probability: number; slope: number } {
  if (!(c > 0 && c < Infinity)) {
    throw new RangeError(`surrogateNegativePeak: c must be a positive finite number, received ${c}`);
  }
  // The same numbers without cancellation for large c: the slope there is 1 - 2 p_m.
  const probability = c / (c + Math.sqrt(c * (1 + c)));
  return { probability, slope: 1 - 2 * probability };
}

/** log(1 + exp(z)), for any z. */
export function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** 1 / (1 + exp(-z)). */
export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** The zero of a rising function on (0, 1), by bisection to the last bit. */
function rootOf(rising: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
}

function checkWeight(name: string, weight: number): void {
  if (!(weight > 0 && weight < Infinity)) {
    throw new RangeError(`${name}: positiveWeight must be a positive finite number, received ${weight}`);
  }
}
