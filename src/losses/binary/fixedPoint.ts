/** One round of the fixed point: the weight trained with and the F-beta it led to. */
export interface CostSensitiveRound {
  readonly positiveWeight: number;
  readonly fBeta: number;
}

export interface CostSensitiveOptions {
  /**
   * Trains with weighted cross-entropy and measures F-beta at threshold 0.5 on data that was not trained on.
   *
   * @param positiveWeight for `binaryCrossEntropy`.
   * @param round 0, 1, ...
   */
  readonly train: (positiveWeight: number, round: number) => number | Promise<number>;
  /** beta > 0; default 1. */
  readonly beta?: number;
  /** P(Y = 1), in (0, 1): a round with less F-beta than calling all positive continues as if it had reached that. */
  readonly prior?: number;
  /** Weight of the first round, > 0; default 1, plain cross-entropy. */
  readonly start?: number;
  /** Most rounds, a positive integer; default 8. */
  readonly rounds?: number;
  /** Ends where the weight changes by no more than this share, >= 0; default 0.01. */
  readonly tolerance?: number;
}

export interface CostSensitiveResult {
  /** The round with the largest F-beta. */
  readonly best: CostSensitiveRound;
  readonly rounds: readonly CostSensitiveRound[];
  /** Whether the weight settled within the tolerance. */
  readonly converged: boolean;
}

/**
 * The positive weight of cross-entropy at which its threshold 0.5 is the F-beta-optimal one.
 *
 *     w = (1 + beta^2 - F) / F
 *
 * Weighted cross-entropy calls positive where P(Y = 1 | x) >= 1 / (1 + w), the best F-beta where it is >= F / (1 + beta^2).
 *
 * @param fBeta F, in (0, 1].
 * @param beta > 0; default 1.
 * @returns w >= beta^2.
 * @throws RangeError when an argument is out of range.
 */
export function costWeight(fBeta: number, beta = 1): number {
  check("costWeight", "fBeta", fBeta, fBeta > 0 && fBeta <= 1, "a number in (0, 1]");
  check("costWeight", "beta", beta, beta > 0 && beta < Infinity, "a positive finite number");
  return (1 + beta ** 2 - fBeta) / fBeta;
}

/**
 * The cost-sensitive fixed point: trains, measures F-beta, sets the positive weight by it, and so on.
 *
 *     w_0 = start     F_t = train(w_t)     w_{t+1} = (1 + beta^2 - F_t) / F_t
 *
 * For a model that can express the log-odds the fixed point is the best F-beta; on Gaussian classes it is reached in eight rounds.
 *
 * @param options see {@link CostSensitiveOptions}.
 * @returns all rounds, the best of them, and whether the weight settled.
 * @throws RangeError when an option is out of range, when `train` gives no number in [0, 1], or when it gives 0 and no prior is known.
 * @see As for `costSensitive`.
 */
export async function costSensitiveRounds(options: CostSensitiveOptions): Promise<CostSensitiveResult> {
  const { train, beta = 1, prior, start = 1, rounds: most = 8, tolerance = 0.01 } = options;
  const caller = "costSensitiveRounds";
  check(caller, "beta", beta, beta > 0 && beta < Infinity, "a positive finite number");
  check(caller, "prior", prior, prior === undefined || (prior > 0 && prior < 1), "a number in (0, 1)");
  check(caller, "start", start, start > 0 && start < Infinity, "a positive finite number");
  check(caller, "rounds", most, Number.isInteger(most) && most > 0, "a positive integer");
  check(caller, "tolerance", tolerance, tolerance >= 0, "a non-negative number");

  // F-beta of calling all positive, which the best classifier is not below.
  const floor = prior === undefined ? 0 : ((1 + beta ** 2) * prior) / (1 + beta ** 2 * prior);
  const rounds: CostSensitiveRound[] = [];
  let positiveWeight = start;
  let converged = false;
  while (rounds.length < most && !converged) {
    const fBeta = await train(positiveWeight, rounds.length);
    check(caller, "the F-beta that train returns", fBeta, fBeta >= 0 && fBeta <= 1, "a number in [0, 1]");
    rounds.push({ positiveWeight, fBeta });
    const reached = Math.max(fBeta, floor);
    if (reached === 0) {
      throw new RangeError(
        `${caller}: round ${rounds.length - 1} with weight ${positiveWeight} reached an F-beta of 0, from which no weight follows; ` +
          "give the prior, or a larger start",
      );
    }
    const next = costWeight(reached, beta);
    converged = Math.abs(next - positiveWeight) <= tolerance * positiveWeight;
    positiveWeight = next;
  }
  const best = rounds.reduce((left, right) => (right.fBeta > left.fBeta ? right : left));
  return { best, rounds, converged };
}

function check(caller: string, name: string, value: unknown, ok: boolean, accepted: string): void {
  if (!ok) throw new RangeError(`${caller}: ${name} must be ${accepted}, received ${String(value)}`);
}
