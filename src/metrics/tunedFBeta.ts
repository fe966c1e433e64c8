import { checkBeta } from "./check";
import { confusionCounts, fBeta, type Scored } from "./confusion";
import { bestThreshold } from "./threshold";

/** F-beta of one set of scores, decided anew for every beta. */
export interface TunedFBetaCurve {
  readonly betas: number[];
  /** F-beta on the test part, at the threshold tuned for that beta. */
  readonly fBeta: number[];
  /** Threshold tuned on the validation part. */
  readonly thresholds: number[];
}

/**
 * F-beta against beta where the threshold may follow beta: tuned on validation data at every beta, applied to test data as it is.
 *
 *     F_beta(test; t_beta),    t_beta = argmax_t F_beta(validation; t)
 *
 * It belongs into an F-beta plot beside the curves of fixed decisions, each of which is one decision seen with different preferences.
 *
 * @param parts.validation scores [n] and labels [n] to tune on.
 * @param parts.test scores [m] and labels [m], of the same classifier.
 * @param options.betas [k], each > 0.
 * @returns F-beta and thresholds, [k] each; F-beta need not be smooth in beta, for thresholds jump from score to score.
 * @throws RangeError on empty input, unequal lengths, NaN scores, labels other than 0 and 1, or a bad beta.
 * @see Derived: `bestThreshold` at every beta.
 */
export function tunedFBetaCurve(
  { validation, test }: { readonly validation: Scored; readonly test: Scored },
  { betas }: { readonly betas: ArrayLike<number> },
): TunedFBetaCurve {
  const abscissae = Array.from(betas);
  abscissae.forEach((beta) => checkBeta("tunedFBetaCurve", beta));
  const thresholds = abscissae.map((beta) => bestThreshold(validation, { beta }).threshold);
  return {
    betas: abscissae,
    fBeta: abscissae.map((beta, place) => fBeta(confusionCounts(test, thresholds[place]), beta)),
    thresholds,
  };
}
