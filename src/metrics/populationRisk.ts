import { type GaussianToy, type LinearScore } from "./gaussianToy";
import { type LossTerms } from "./lossTerms";
import { classMeans, type AtPoint } from "./quadrature";

/**
 * The population risk of a linear score in the Gaussian toy case, under a loss that is a sum over samples.
 *
 *     L(w, b) = pi E1[positive(w X + b)] + (1 - pi) E0[negative(w X + b)]
 *
 * By quadrature (trapezoid over +-10 deviations in steps of 1/40, smaller for |w| s above 30; its error falls exponentially):
 * right to 1e-10.
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
    count: 1,
    positive: (z, _, values) => (values[0] = terms.positive(z)),
    negative: (z, _, values) => (values[0] = terms.negative(z)),
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
  const along = (slopeAt: (z: number) => number) => (z: number, x: number, values: Float64Array) => {
    const slope = slopeAt(z);
    values[0] = slope * x;
    values[1] = slope;
  };
  const [weight, bias] = overClasses("populationRiskGradient", toy, score, {
    count: 2,
    positive: along((z) => terms.positiveSlope(z)),
    negative: along((z) => terms.negativeSlope(z)),
  });
  return { weight, bias };
}

/** pi E1[positive] + (1 - pi) E0[negative], entry by entry. */
function overClasses(
  name: string,
  toy: GaussianToy,
  score: LinearScore,
  functions: { count: number; positive: AtPoint; negative: AtPoint },
): number[] {
  const [positives, negatives] = classMeans(name, toy, score, functions);
  return positives.map((mean, index) => toy.prior * mean + (1 - toy.prior) * negatives[index]);
}
