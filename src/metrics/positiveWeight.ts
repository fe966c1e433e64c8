import { checkBeta } from "./check";
import { fBetaConstant, type FBetaSetting, type Rates } from "./largeSampleFBeta";

/**
 * The weight on positives at which cross-entropy is right for F-beta, given the F-beta to be reached.
 *
 *     omega = (1 + beta^2 - F) / F
 *
 * Weighted cross-entropy crosses p = 1/2 at the posterior 1 / (1 + omega) = F / (1 + beta^2), the optimal one at F = F*. Training,
 * measuring F and training again finds F* as a fixed point, exactly for a well-specified model.
 *
 * @param fBeta F in (0, 1].
 * @param options.beta > 0; default 1.
 * @returns omega >= beta^2.
 * @throws RangeError when `fBeta` is outside (0, 1], or on a bad beta.
 * @see Derived; the idea of cost-sensitive classification with costs set by F is that of Parambath, Usunier, Grandvalet, NeurIPS
 *   2014 (from memory).
 */
export function crossEntropyPositiveWeight(fBeta: number, { beta = 1 }: { beta?: number } = {}): number {
  checkBeta("crossEntropyPositiveWeight", beta);
  if (!(fBeta > 0 && fBeta <= 1)) {
    throw new RangeError(`crossEntropyPositiveWeight: fBeta must be in (0, 1], received ${fBeta}`);
  }
  return (1 + beta ** 2 - fBeta) / fBeta;
}

/**
 * The weight on positives at which the surrogate F-beta loss ("sample") crosses p = 1/2 at the F-beta-optimal posterior.
 *
 *     omega = ((1 - pi) / pi) (c + Q) / (T (1 + 2 c)),    so that 1 / (1 + omega (1 + 2 c)) = F / (1 + beta^2)
 *
 * Pointwise exact at the optimal rates; a linear score trained with it comes near F*, not onto it. Refitting with the rates of
 * the last fit may oscillate where positives are rare: damp the rates.
 *
 * @param rates T > 0 and Q of the current decision.
 * @param setting prior in (0, 1) and beta > 0 (default 1).
 * @returns omega > 0.
 * @throws RangeError when the rates are out of range, or on a bad prior or beta.
 * @see Derived.
 */
export function surrogatePositiveWeight({ truePositiveRate, falsePositiveRate }: Rates, setting: FBetaSetting): number {
  const c = fBetaConstant(setting);
  if (!(truePositiveRate > 0 && truePositiveRate <= 1 && falsePositiveRate >= 0 && falsePositiveRate <= 1)) {
    throw new RangeError(
      `surrogatePositiveWeight: rates must be in (0, 1] and [0, 1], received ${truePositiveRate} and ${falsePositiveRate}`,
    );
  }
  return ((1 - setting.prior) * (c + falsePositiveRate)) / (setting.prior * truePositiveRate * (1 + 2 * c));
}
