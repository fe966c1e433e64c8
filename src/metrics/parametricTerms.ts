import { checkPrior } from "./check";
import { checkToy, type GaussianToy } from "./gaussianToy";
import { sigmoid, softplus, type LossTerms } from "./lossTerms";

/** Parameters of the binary parametric cross-entropy, each as [negative class, positive class]; default all 1, 1 and 0. */
export interface BinaryLossParameters {
  /** w_y > 0: factor of the losses of class y. */
  readonly weight?: readonly [number, number];
  /** Delta_y > 0: factor of the score in the losses of class y. */
  readonly scale?: readonly [number, number];
  /** l_y, any finite number: additive adjustment, log pi_y for logit adjustment; only the difference counts. */
  readonly shift?: readonly [number, number];
}

/**
 * The binary parametric cross-entropy, as functions of one score z whose sign decides.
 *
 *     w_1 log(1 + exp(l_0 - l_1 - Delta_1 z)),    w_0 log(1 + exp(l_1 - l_0 + Delta_0 z))
 *
 * The weight, logit adjustment and class-dependent factors of `losses.multiclass.parametricCrossEntropy` for one score instead of two
 * logits: a factor Delta_y scales the margin of class y. At equal factors the minimiser is a shifted log-odds; at unequal ones it has
 * no closed form and is found by bisection. The posterior whose minimiser is p has one, with z = logit p:
 *
 *     eta / (1 - eta) = w_0 Delta_0 sigmoid(l_1 - l_0 + Delta_0 z) / (w_1 Delta_1 sigmoid(l_0 - l_1 - Delta_1 z))
 *
 * @param parameters w, Delta and l, each [negative, positive].
 * @returns the terms.
 * @throws RangeError unless weights and scales are positive and all numbers finite.
 * @see The binary form of Kini, Paraskevas, Oymak, Thrampoulidis: Label-imbalanced and group-sensitive classification under
 *   overparameterization, NeurIPS 2021 (not read; formula as commonly given). Minimisers derived from the first-order condition.
 */
export function parametricCrossEntropyTerms(parameters: BinaryLossParameters = {}): LossTerms {
  const { weight, scale, shift } = checkParameters("parametricCrossEntropyTerms", parameters);
  const lift = shift[1] - shift[0];
  const positive = (z: number) => -lift - scale[1] * z;
  const negative = (z: number) => lift + scale[0] * z;
  const logOdds = (z: number) =>
    Math.log((weight[0] * scale[0]) / (weight[1] * scale[1])) - softplus(-negative(z)) + softplus(-positive(z));
  return {
    name: `parametric cross-entropy, w ${weight.join(" ")}, Delta ${scale.join(" ")}, l ${shift.join(" ")}`,
    positive: (z) => weight[1] * softplus(positive(z)),
    negative: (z) => weight[0] * softplus(negative(z)),
    positiveSlope: (z) => -weight[1] * scale[1] * sigmoid(positive(z)),
    negativeSlope: (z) => weight[0] * scale[0] * sigmoid(negative(z)),
    posterior: (p) => sigmoid(logOdds(Math.log(p) - Math.log1p(-p))),
    minimiser(eta) {
      if (!(eta > 0 && eta < 1)) return eta;
      return sigmoid(rootOf((z) => logOdds(z) - (Math.log(eta) - Math.log1p(-eta))));
    },
  };
}

/**
 * How far the parameters are from Fisher consistency for balanced error: 0 where, and only where, they are consistent.
 *
 *     r = log(kappa_1 / kappa_0),    kappa_y = w_y Delta_y pi_y exp(-l_y)
 *
 * The best score without restriction is positive where p_1(x) / p_0(x) > exp(-r); balanced error wants p_1(x) > p_0(x). Weighting by
 * 1 / pi_y and l_y = log pi_y each give r = 0, as long as Delta_1 = Delta_0. A *linear* score follows the best one only at equal
 * factors: at unequal ones it errs even where r = 0.
 *
 * @param options.prior pi_1 in (0, 1).
 * @param options.weight, options.scale, options.shift w, Delta and l, each [negative, positive].
 * @returns r: positive where too much is called positive.
 * @throws RangeError on a prior outside (0, 1) or bad parameters.
 * @see Derived: the first-order condition of `parametricCrossEntropyTerms` at score 0.
 */
export function consistencyLogRatio({ prior, ...parameters }: BinaryLossParameters & { prior: number }): number {
  checkPrior("consistencyLogRatio", prior);
  const { weight, scale, shift } = checkParameters("consistencyLogRatio", parameters);
  const logKappa = (y: 0 | 1) => Math.log(weight[y]) + Math.log(scale[y]) - shift[y];
  return logKappa(1) - logKappa(0) + Math.log(prior) - Math.log1p(-prior);
}

/**
 * Where the best score without restriction changes sign in the Gaussian toy case.
 *
 *     t = (mu_0 + mu_1) / 2 - r s^2 / (mu_1 - mu_0),    r = `consistencyLogRatio`
 *
 * At equal factors it is the threshold of the best linear score, too (`populationMinimiser`).
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param parameters w, Delta and l, each [negative, positive].
 * @returns t, on the axis of x; the least balanced error is at (mu_0 + mu_1) / 2.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianParametricThreshold(toy: GaussianToy, parameters: BinaryLossParameters = {}): number {
  const { prior, positiveMean, negativeMean, deviation } = checkToy("gaussianParametricThreshold", toy);
  const logRatio = consistencyLogRatio({ prior, ...parameters });
  return (positiveMean + negativeMean) / 2 - (logRatio * deviation ** 2) / (positiveMean - negativeMean);
}

/** The parameters with their defaults; throws unless they make sense. */
export function checkParameters(
  name: string,
  { weight = [1, 1], scale = [1, 1], shift = [0, 0] }: BinaryLossParameters,
): Required<BinaryLossParameters> {
  for (const [key, pair] of Object.entries({ weight, scale, shift })) {
    const good = (value: number) => Number.isFinite(value) && (key === "shift" || value > 0);
    if (pair.length !== 2 || !pair.every(good)) {
      const wanted = key === "shift" ? "finite numbers" : "positive finite numbers";
      throw new RangeError(
        `${name}: ${key} must be two ${wanted}, [negative, positive], received ${JSON.stringify(pair)}`,
      );
    }
  }
  return { weight, scale, shift };
}

/** The zero of a rising function that goes from -Infinity to Infinity, by bisection to the last bit. */
function rootOf(rising: (z: number) => number): number {
  let reach = 1;
  while (rising(-reach) > 0 || rising(reach) < 0) reach *= 2;
  let [low, high] = [-reach, reach];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
}
