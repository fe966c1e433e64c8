import { gaussianCrossEntropyOptimum, type GaussianToy, type LinearScore } from "./gaussianToy";
import { sigmoid } from "./lossTerms";
import { classMeans } from "./quadrature";

/**
 * How far the probabilities of a linear score are from the posterior, on average over the population of the Gaussian toy case.
 *
 *     E|p(X) - eta(X)|^n, its n-th root,    p = sigmoid(w X + b),    eta(x) = P(Y = 1 | x)
 *
 * For w other than 0 the score tells every x apart, so that eta is also P(Y = 1 | p): with norm 1 this is the expected calibration
 * error of `calibrationError` for many samples and narrow bins, and the square of norm 2 is what calibrating would take
 * off the Brier score.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param score weight other than 0 and bias.
 * @param options.norm n, 1 (default) or 2.
 * @returns the error in [0, 1], right to 1e-5 (norm 1, whose integrand has a kink) or 1e-10 (norm 2).
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function gaussianCalibrationError(
  toy: GaussianToy,
  score: LinearScore,
  { norm = 1 }: { readonly norm?: 1 | 2 } = {},
): number {
  if (score.weight === 0) {
    throw new RangeError("gaussianCalibrationError: the weight must be other than 0, received 0");
  }
  if (norm !== 1 && norm !== 2) {
    throw new RangeError(`gaussianCalibrationError: norm must be 1 or 2, received ${String(norm)}`);
  }
  const posterior = gaussianCrossEntropyOptimum(toy); // its log-odds are linear in x
  const gap = (z: number, x: number, values: Float64Array) => {
    values[0] = Math.abs(sigmoid(z) - sigmoid(posterior.weight * x + posterior.bias)) ** norm;
  };
  const [[positive], [negative]] = classMeans("gaussianCalibrationError", toy, score, {
    count: 1,
    positive: gap,
    negative: gap,
    steepness: Math.max(1, Math.abs(posterior.weight / score.weight)),
  });
  return (toy.prior * positive + (1 - toy.prior) * negative) ** (1 / norm);
}
