import { type Random } from "../../engine";
import { baselines, randomSearch, separateDraw, vectorScalingDraw, type FoundLoss } from "../autobalance";
import { type Course, type CoursePoint } from "./course";
import { isDivergence } from "./divergence";
import { judged } from "./judge";
import { type RandomSettings, type Space } from "./settings";
import { type SearcherTrial } from "./task";

/**
 * How random search draws a loss of a space.
 *
 *     shift       l_k ~ N(0, shiftSpread^2)
 *     tau         l = tau log pi,  tau ~ U(0, tauMax)
 *     scaleShift  Delta_k ~ N(1, deltaSpread^2), scale = sigmoid(Delta), and l_k as above
 *     gammaTau    scale = (n / n_max)^gamma, gamma ~ U(0, gammaMax), and tau as above
 *
 * @param space see {@link Space}.
 * @param counts training images per class [K].
 * @param settings spreads and ends of the ranges.
 * @returns the draw, for `randomSearch`.
 */
export function drawOf(
  space: Space,
  counts: readonly number[],
  { shiftSpread, deltaSpread, tauMax, gammaMax }: RandomSettings,
): (draws: Random) => FoundLoss {
  switch (space) {
    case "shift":
      return (draws) => ({
        ...baselines.crossEntropy(counts),
        shift: counts.map(() => shiftSpread * draws.normal()),
      });
    case "tau":
      return (draws) => baselines.logitAdjusted(counts, tauMax * draws.next());
    case "scaleShift":
      return separateDraw(counts, { deltaSpread, shiftSpread });
    case "gammaTau":
      return vectorScalingDraw(counts, { gammaMax, tauMax });
  }
}

/**
 * Random search: trainings from scratch with losses that are drawn, the one of the lowest validation objective is handed back.
 *
 * @param trial the trial.
 * @param settings see {@link RandomSettings}.
 * @param space what is drawn.
 * @returns the course; as many candidates as the budget pays for.
 */
export async function randomCourse(trial: SearcherTrial, settings: RandomSettings, space: Space): Promise<Course> {
  const started = performance.now();
  const { budget, seed } = trial.settings;
  const { candidateSteps } = settings;
  // Candidates of their own length: the schedule of the learning rate ends with them.
  const short = { ...trial, config: { ...trial.config, steps: candidateSteps } };
  const { trials } = await randomSearch({
    budget,
    stepsPerTrial: candidateSteps,
    draw: drawOf(space, trial.task.counts, settings),
    evaluate: (loss, index) =>
      judged(short, `candidate-${index}`, loss).then(
        ({ objective }) => objective,
        (error: unknown) => {
          if (!isDivergence(error)) throw error;
          // No score: such a candidate is never the best.
          return NaN;
        },
      ),
    seed,
  });
  const points: CoursePoint[] = [];
  let least = Infinity;
  for (const { trial: index, loss, score } of trials) {
    if (!(score < least)) continue;
    least = score;
    points.push({ gradients: (index + 1) * candidateSteps, loss });
  }
  return {
    points,
    gradients: trials.length * candidateSteps,
    updates: null,
    candidates: trials.length,
    residual: null,
    failure: null,
    seconds: (performance.now() - started) / 1000,
  };
}
