import { checkBeta } from "./check";
import { type GaussianToy, type LinearScore } from "./gaussianToy";
import { fBetaConstant, largeSampleFBeta, largeSampleFBetaGradient, type Rates } from "./largeSampleFBeta";
import { classMeans } from "./quadrature";
import { logisticDecision, type SoftDecision } from "./softDecision";

interface DecisionOption {
  /** The soft decision; default the probability, `logisticDecision()`. */
  readonly decision?: SoftDecision;
}

interface SoftFBetaOptions extends DecisionOption {
  /** beta > 0: recall counts beta times as much as precision; default 1. */
  readonly beta?: number;
}

/** Soft rates and how they change with weight and bias. */
export interface SoftRates extends Rates {
  readonly gradient: { readonly truePositiveRate: LinearScore; readonly falsePositiveRate: LinearScore };
}

const PROBABILITY = logisticDecision();

/**
 * The mean soft decisions of a linear score over positives and over negatives: its soft rates, with their gradients.
 *
 *     T = E1[S(w X + b)],    Q = E0[S(w X + b)],    T_w = E1[S'(w X + b) X],    T_b = E1[S'(w X + b)]
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight and bias.
 * @param options.decision S; default the probability.
 * @returns soft true-positive and false-positive rate in (0, 1) and `gradient` of each, by the quadrature of `populationRisk`.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianSoftRates(
  toy: GaussianToy,
  score: LinearScore,
  { decision = PROBABILITY }: DecisionOption = {},
): SoftRates {
  const at = (z: number, x: number, values: Float64Array) => {
    const slope = decision.slope(z);
    values[0] = decision.value(z);
    values[1] = slope * x;
    values[2] = slope;
  };
  const [positive, negative] = classMeans("gaussianSoftRates", toy, score, {
    count: 3,
    positive: at,
    negative: at,
    steepness: decision.steepness,
  });
  return {
    truePositiveRate: positive[0],
    falsePositiveRate: negative[0],
    gradient: {
      truePositiveRate: { weight: positive[1], bias: positive[2] },
      falsePositiveRate: { weight: negative[1], bias: negative[2] },
    },
  };
}

/**
 * The soft F-beta of a linear score in the Gaussian toy case: the large-sample F-beta of its soft rates.
 *
 * As w grows with b / w fixed it approaches the hard F-beta. With the probability as decision it is what
 * `losses.binary.softFBeta` estimates, with `logisticDecision` sigmoidF1 (at beta 1), with `anyLossDecision` AnyLoss.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight and bias.
 * @param options.beta > 0; default 1.
 * @param options.decision the soft decision; default the probability.
 * @returns the soft F-beta in (0, 1).
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianSoftFBeta(
  toy: GaussianToy,
  score: LinearScore,
  { beta = 1, decision }: SoftFBetaOptions = {},
): number {
  return largeSampleFBeta(gaussianSoftRates(toy, score, { decision }), { prior: toy.prior, beta });
}

/**
 * The gradient of the soft F-beta by weight and bias: ascent along it is the soft-F path.
 *
 *     F_w = F_T E1[S'(Z) X] + F_Q E0[S'(Z) X],    F_b likewise without X
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight and bias.
 * @param options.beta > 0; default 1.
 * @param options.decision the soft decision; default the probability.
 * @returns F_w as `weight`, F_b as `bias`.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianSoftFBetaGradient(
  toy: GaussianToy,
  score: LinearScore,
  { beta = 1, decision }: SoftFBetaOptions = {},
): LinearScore {
  checkBeta("gaussianSoftFBetaGradient", beta);
  const rates = gaussianSoftRates(toy, score, { decision });
  const partial = largeSampleFBetaGradient(rates, { prior: toy.prior, beta });
  return combine(rates, partial.truePositiveRate, partial.falsePositiveRate);
}

/**
 * The gradient of the surrogate F-beta loss in its "set" form, which is no sum over samples.
 *
 *     L = log(c + Q) - log T,    grad L = grad Q / (c + Q) - grad T / T,    T, Q soft rates,    c = beta^2 pi / (1 - pi)
 *
 * L is a falling function of the soft F-beta, so that descent on L and ascent on F have the same paths.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight and bias.
 * @param options.beta > 0; default 1.
 * @returns L_w as `weight`, L_b as `bias`.
 * @throws RangeError on bad parameters.
 * @see Derived; the loss is `losses.binary.surrogateFBeta` with normalization "set".
 */
export function surrogateSetGradient(
  toy: GaussianToy,
  score: LinearScore,
  { beta = 1 }: { readonly beta?: number } = {},
): LinearScore {
  const c = fBetaConstant({ prior: toy.prior, beta });
  const rates = gaussianSoftRates(toy, score);
  return combine(rates, -1 / rates.truePositiveRate, 1 / (c + rates.falsePositiveRate));
}

/** a grad T + q grad Q. */
function combine({ gradient }: SoftRates, a: number, q: number): LinearScore {
  const { truePositiveRate: t, falsePositiveRate: f } = gradient;
  return { weight: a * t.weight + q * f.weight, bias: a * t.bias + q * f.bias };
}
