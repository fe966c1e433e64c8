import { random, type Random } from "../../engine";
import { requireCount } from "../../options";
import { cellsOf, type Counts } from "./cells";
import { requireThat } from "./check";
import { type FoundLoss } from "./foundLoss";
import { baselines } from "./baselines";

/** One candidate of a random search. */
export interface Trial {
  readonly trial: number;
  readonly loss: FoundLoss;
  /** What it was judged by, on validation data: lower is better. */
  readonly score: number;
}

export interface RandomSearchOptions {
  /** Gradients that may be spent, such as {@link searchCost} of the search it is compared with. */
  readonly budget: number;
  /** Gradients that one candidate takes. */
  readonly stepsPerTrial: number;
  /** Draws a candidate. */
  readonly draw: (draws: Random) => FoundLoss;
  /** Trains a candidate from scratch for `stepsPerTrial` steps on S_T and measures it on S_V: lower is better. */
  readonly evaluate: (loss: FoundLoss, trial: number) => Promise<number>;
  readonly seed: number;
}

/**
 * Random search over losses with a budget in gradients: the baseline that a search by hypergradients has to beat.
 *
 *     floor(budget / stepsPerTrial) candidates, the best on validation data wins
 *
 * @param options see {@link RandomSearchOptions}.
 * @returns the best candidate and all of them. A score that is no number (a training that diverged) is never the best.
 * @throws RangeError when the budget does not suffice for one candidate; Error when no candidate has a score.
 */
export async function randomSearch(
  options: RandomSearchOptions,
): Promise<{ readonly best: Trial; readonly trials: readonly Trial[] }> {
  const caller = "randomSearch";
  const { budget, stepsPerTrial, draw, evaluate, seed } = options;
  requireCount(caller, "stepsPerTrial", stepsPerTrial, 1);
  requireThat(budget >= stepsPerTrial, caller, "budget", `at least stepsPerTrial (${stepsPerTrial})`, budget);
  const source = random(seed);
  const trials: Trial[] = [];
  for (let trial = 0; trial < Math.floor(budget / stepsPerTrial); trial++) {
    const loss = draw(source.fork(`${caller}/${trial}`));
    trials.push({ trial, loss, score: await evaluate(loss, trial) });
  }
  const scored = trials.filter(({ score }) => !Number.isNaN(score));
  if (scored.length === 0) throw new Error(`${caller}: none of ${trials.length} candidates has a score`);
  return { best: scored.reduce((best, trial) => (trial.score < best.score ? trial : best)), trials };
}

/**
 * Draws losses cell by cell, as ignorant of frequencies as a search that starts from constants.
 *
 *     Delta_k ~ N(1, deltaSpread^2), scale = sigmoid(Delta);   l_k ~ N(0, shiftSpread^2)
 *
 * @param counts samples per class [K] or cell [K][G].
 * @param options.deltaSpread >= 0; default 1.
 * @param options.shiftSpread >= 0; default 1.5, about that of log pi at an imbalance ratio of 100.
 * @returns the draw, for {@link randomSearch}.
 */
export function separateDraw(
  counts: Counts,
  { deltaSpread = 1, shiftSpread = 1.5 }: { readonly deltaSpread?: number; readonly shiftSpread?: number } = {},
): (draws: Random) => FoundLoss {
  const { classes, groups, counts: n } = cellsOf("separateDraw", counts);
  for (const [name, value] of Object.entries({ deltaSpread, shiftSpread })) {
    requireThat(value >= 0 && value < Infinity, "separateDraw", name, "a non-negative finite number", value);
  }
  return (draws) => ({
    classes,
    groups: groups ?? null,
    scale: n.map(() => 1 / (1 + Math.exp(-1 - deltaSpread * draws.normal()))),
    shift: n.map(() => shiftSpread * draws.normal()),
    weight: n.map(() => 1),
  });
}

/**
 * Draws losses of the VS family, which knows the frequencies: a baseline with two numbers instead of two per class.
 *
 *     gamma ~ U(0, gammaMax),  tau ~ U(0, tauMax)
 *
 * @param counts samples per class [K] or cell [K][G].
 * @param options.gammaMax default 0.5.
 * @param options.tauMax default 2.
 * @returns the draw, for {@link randomSearch}.
 */
export function vectorScalingDraw(
  counts: Counts,
  { gammaMax = 0.5, tauMax = 2 }: { readonly gammaMax?: number; readonly tauMax?: number } = {},
): (draws: Random) => FoundLoss {
  return (draws) => {
    const [gamma, tau] = [gammaMax * draws.next(), tauMax * draws.next()];
    return baselines.vectorScaling(counts, gamma, tau);
  };
}
