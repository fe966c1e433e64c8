import { sigmoid } from "./lossTerms";

/** A soft decision: what stands in for "called positive" at a logit, rising from 0 to 1, so that a rate has a gradient. */
export interface SoftDecision {
  readonly name: string;
  /** How many times steeper than the probability it is at its steepest; the quadrature refines itself by it. */
  readonly steepness: number;
  /** The decision at logit z, in [0, 1]. */
  value(logit: number): number;
  /** Its derivative by the logit. */
  slope(logit: number): number;
}

/**
 * The logistic decision on the logit; with the defaults it is the probability itself, as in soft F-beta.
 *
 *     S(z) = sigmoid(slope (z + offset))
 *
 * @param options.slope > 0; default 1. As it grows, S becomes the hard decision z >= -offset.
 * @param options.offset finite; default 0. Moves the threshold on the logit to -offset.
 * @returns the decision of `losses.binary.sigmoidF1` with these options.
 * @throws RangeError when an option is out of range.
 * @see Benedict, Koops, Odijk, de Rijke: sigmoidF1, TMLR 2022 (arXiv 2108.10566); form as in the README of the authors' code.
 */
export function logisticDecision({ slope = 1, offset = 0 }: { slope?: number; offset?: number } = {}): SoftDecision {
  checkPositive("logisticDecision", "slope", slope);
  if (!Number.isFinite(offset)) {
    throw new RangeError(`logisticDecision: offset must be a finite number, received ${offset}`);
  }
  return {
    name: slope === 1 && offset === 0 ? "probability" : `logistic, slope ${slope}, offset ${offset}`,
    steepness: slope,
    value: (z) => sigmoid(slope * (z + offset)),
    slope: (z) => slope * sigmoidSlope(slope * (z + offset)),
  };
}

/**
 * AnyLoss's decision: a steep logistic function of the probability.
 *
 *     A(z) = sigmoid(L (sigmoid(z) - 1/2)),    A'(z) = L A (1 - A) p (1 - p)
 *
 * It ends at sigmoid(+-L/2), short of 0 and 1; in double precision its slope is above 0 at every logit up to +-700.
 *
 * @param options.amplification L > 0; default 33, as in `losses.binary.anyLoss`; the authors' code takes 73.
 * @returns the decision of `losses.binary.anyLoss` with this amplification.
 * @throws RangeError when the amplification is out of range.
 * @see Han, Moniz, Chawla: AnyLoss, arXiv 2405.14745; formula as in the paper's public code.
 */
export function anyLossDecision({ amplification = 33 }: { amplification?: number } = {}): SoftDecision {
  checkPositive("anyLossDecision", "amplification", amplification);
  const amplified = (z: number) => amplification * (sigmoid(z) - 0.5);
  return {
    name: `AnyLoss, amplification ${amplification}`,
    steepness: amplification / 4,
    value: (z) => sigmoid(amplified(z)),
    slope: (z) => amplification * sigmoidSlope(amplified(z)) * sigmoidSlope(z),
  };
}

/** sigmoid(u) sigmoid(-u), without loss of digits at either end. */
function sigmoidSlope(u: number): number {
  const tail = Math.exp(-Math.abs(u));
  return tail / (1 + tail) ** 2;
}

function checkPositive(name: string, option: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`${name}: ${option} must be a positive finite number, received ${value}`);
  }
}
