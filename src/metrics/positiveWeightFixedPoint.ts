import { requireCount } from "../options";
import { checkBeta } from "./check";
import { gaussianFBeta } from "./gaussianFBeta";
import { gaussianCrossEntropyOptimum, gaussianRates, type GaussianToy, type LinearScore } from "./gaussianToy";
import { crossEntropyTerms, surrogateFBetaTerms, type LossTerms } from "./lossTerms";
import { populationMinimiser } from "./populationMinimiser";
import { crossEntropyPositiveWeight, surrogatePositiveWeight } from "./positiveWeight";

/** Options of a fixed point of the positive weight. */
export interface FixedPointOptions {
  /** beta > 0; default 1. */
  readonly beta?: number;
  /** Share of the new value that each round takes over, in (0, 1]. */
  readonly damping?: number;
  /** At most so many rounds, >= 1. */
  readonly rounds?: number;
}

/** Where rounds of training, measuring and training again ended. */
export interface PositiveWeightFixedPoint extends LinearScore {
  /** omega of the last round. */
  readonly positiveWeight: number;
  /** F-beta at probability 1/2 after each round. */
  readonly history: readonly number[];
  /** F-beta at probability 1/2 after the last. */
  readonly fBeta: number;
  /** Whether F-beta moved by at most 1e-9 in the last round. */
  readonly converged: boolean;
}

/**
 * Cross-entropy whose positive weight follows the F-beta it reaches, in the Gaussian toy case.
 *
 *     F <- F-beta at 1/2 of the minimiser of weighted cross-entropy,    omega = (1 + beta^2 - F) / F
 *
 * The minimiser crosses p = 1/2 at the posterior F / (1 + beta^2): exact for F-beta once F is F*.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param options.beta > 0; default 1.
 * @param options.damping in (0, 1]; default 1, plain rounds.
 * @param options.rounds >= 1; default 40. The first round starts from F = 1/2.
 * @returns the last score, its weight on positives, F-beta of every round.
 * @throws RangeError on bad parameters.
 * @see Derived; the idea of costs set by F is that of Parambath, Usunier, Grandvalet, NeurIPS 2014 (from memory).
 */
export function crossEntropyFixedPoint(
  toy: GaussianToy,
  { beta = 1, damping = 1, rounds = 40 }: FixedPointOptions = {},
): PositiveWeightFixedPoint {
  checkOptions("crossEntropyFixedPoint", { beta, damping, rounds });
  let target = 0.5;
  return iterate(toy, beta, rounds, (last) => {
    if (last) target += damping * (gaussianFBeta(toy, last, { beta }) - target);
    const positiveWeight = crossEntropyPositiveWeight(target, { beta });
    return { positiveWeight, terms: crossEntropyTerms({ positiveWeight }) };
  });
}

/**
 * The surrogate F-beta loss ("sample") whose positive weight follows the rates it reaches, in the Gaussian toy case.
 *
 *     (T, Q) <- rates at 1/2 of the minimiser,    omega = ((1 - pi) / pi) (c + Q) / (T (1 + 2 c))
 *
 * Its pointwise minimiser crosses p = 1/2 at the F-beta-optimal posterior; a linear score cannot follow that minimiser where it
 * saturates, and comes near F* only. Where positives are rare, plain rounds swing for long: damp them.
 *
 * @param toy prior, means, deviation, as in `gaussianRatesAt`.
 * @param options.beta > 0; default 1.
 * @param options.damping in (0, 1]; default 0.2.
 * @param options.rounds >= 1; default 80. The first round starts from the rates of the cross-entropy optimum.
 * @returns the last score, its weight on positives, F-beta of every round.
 * @throws RangeError on bad parameters.
 * @see Derived.
 */
export function surrogateFixedPoint(
  toy: GaussianToy,
  { beta = 1, damping = 0.2, rounds = 80 }: FixedPointOptions = {},
): PositiveWeightFixedPoint {
  checkOptions("surrogateFixedPoint", { beta, damping, rounds });
  const setting = { prior: toy.prior, beta };
  let { truePositiveRate, falsePositiveRate } = gaussianRates(toy, gaussianCrossEntropyOptimum(toy));
  return iterate(toy, beta, rounds, (last) => {
    if (last) {
      const reached = gaussianRates(toy, last);
      truePositiveRate += damping * (reached.truePositiveRate - truePositiveRate);
      falsePositiveRate += damping * (reached.falsePositiveRate - falsePositiveRate);
    }
    const positiveWeight = surrogatePositiveWeight({ truePositiveRate, falsePositiveRate }, setting);
    return { positiveWeight, terms: surrogateFBetaTerms({ ...setting, normalization: "sample", positiveWeight }) };
  });
}

const SETTLED = 1e-9;

function iterate(
  toy: GaussianToy,
  beta: number,
  rounds: number,
  lossAfter: (last: LinearScore | undefined) => { positiveWeight: number; terms: LossTerms },
): PositiveWeightFixedPoint {
  const history: number[] = [];
  let last: LinearScore | undefined;
  for (let round = 1; ; round++) {
    const { positiveWeight, terms } = lossAfter(last);
    const { weight, bias } = populationMinimiser(toy, terms);
    last = { weight, bias };
    history.push(gaussianFBeta(toy, last, { beta }));
    const fBeta = history[round - 1];
    const converged = round > 1 && Math.abs(fBeta - history[round - 2]) <= SETTLED;
    if (converged || round === rounds) return { weight, bias, positiveWeight, history, fBeta, converged };
  }
}

function checkOptions(name: string, { beta, damping, rounds }: Required<FixedPointOptions>): void {
  checkBeta(name, beta);
  requireCount(name, "rounds", rounds, 1);
  if (!(damping > 0 && damping <= 1)) {
    throw new RangeError(`${name}: damping must be in (0, 1], received ${damping}`);
  }
}
