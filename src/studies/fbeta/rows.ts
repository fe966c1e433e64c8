import { summary, type PairedTTest, type Summary } from "../../metrics";
import { bySeed, pairedBySeed, type StoredTrial } from "../core";
import { type AtRate, type FBetaConfig, type FBetaResult, type FBetaScores } from "./config";
import { fBetaLosses, type FBetaLoss } from "./losses";

export type FBetaTrial = StoredTrial<FBetaConfig, FBetaResult>;

/** Where the threshold is: at p = 1/2, or where validation images want it. */
export type Decision = "half" | "tuned";

/** A task: what is to be found, and how rare it is. */
export type FBetaTask = Pick<FBetaConfig, "dataset" | "positiveClasses" | "prior">;

/** A task with its trials, which differ in the loss and the seed alone. */
export interface TaskTrials extends FBetaTask {
  /** "fashion-mnist, class 6, prior 0.1". */
  readonly name: string;
  readonly trials: readonly FBetaTrial[];
}

/** The trials by task, in the order in which tasks first come. */
export function byTask(trials: readonly FBetaTrial[]): TaskTrials[] {
  const tasks = new Map<string, FBetaTrial[]>();
  for (const trial of trials) {
    const { dataset, positiveClasses, prior } = trial.config;
    const name = `${dataset}, class ${positiveClasses.join("+")}, prior ${prior}`;
    tasks.set(name, [...(tasks.get(name) ?? []), trial]);
  }
  return [...tasks].map(([name, of]) => {
    const { dataset, positiveClasses, prior } = of[0].config;
    return { name, dataset, positiveClasses, prior, trials: of };
  });
}

/**
 * The trials of one loss that are measured by one beta, in the order of their seeds.
 *
 * @param trials of one task.
 * @param method name of a loss.
 * @param beta that is measured; of a loss that knows a beta, those made for this one.
 * @returns the trials; none where there are none.
 */
export function entriesOf(trials: readonly FBetaTrial[], method: string, beta: number): FBetaTrial[] {
  return trials
    .filter(({ config }) => config.method === method && (config.beta ?? beta) === beta && config.betas.includes(beta))
    .sort((a, b) => a.config.seed - b.config.seed);
}

/** The losses that have trials measured by this beta, in the order of the study. */
export function lossesWith(trials: readonly FBetaTrial[], beta: number): readonly FBetaLoss[] {
  return fBetaLosses.filter(({ name }) => entriesOf(trials, name, beta).length > 0);
}

/**
 * The learning rate of a trial that counts for a beta and a threshold: the one with the largest F-beta on validation images, under the same
 * threshold; of equal ones the first.
 *
 * @returns what it led to; undefined where training diverged at all rates.
 */
export function chosenRate(trial: FBetaTrial, beta: number, decision: Decision): AtRate | undefined {
  return trial.numbers.rates.reduce<AtRate | undefined>((best, at) => {
    const value = scoresBy(at, beta).validation[decision];
    return best === undefined || value > scoresBy(best, beta).validation[decision] ? at : best;
  }, undefined);
}

/** F-beta of a trial on test images, at the rate that counts; 0 where training diverged at all rates. */
export function valueOf(trial: FBetaTrial, beta: number, score: Decision | "ceiling"): number {
  const at = chosenRate(trial, beta, score === "ceiling" ? "tuned" : score);
  return at ? scoresBy(at, beta)[score] : 0;
}

/** The scores at one learning rate by one beta. */
export function scoresBy({ scores, learningRate }: AtRate, beta: number): FBetaScores {
  const found = scores.find((each) => each.beta === beta);
  if (found) return found;
  const known = scores.map((each) => each.beta).join(", ");
  throw new RangeError(`scoresBy: at rate ${learningRate} beta was measured at ${known}, received ${beta}`);
}

/** F-beta of one loss on one task over the seeds. */
export function overSeeds(
  trials: readonly FBetaTrial[],
  method: string,
  beta: number,
  score: Decision | "ceiling",
): Summary {
  return summary(entriesOf(trials, method, beta).map((trial) => valueOf(trial, beta, score)));
}

/** A loss with one of the two thresholds. */
export interface Entrant {
  readonly method: string;
  readonly decision: Decision;
}

/**
 * F-beta of one entrant minus that of another, over the seeds that both have.
 *
 * @param trials of one task.
 * @param first what is held against the second.
 * @param second such as cross-entropy with a tuned threshold.
 * @param beta that is measured.
 * @returns the paired t-test; undefined where there is no common seed.
 */
export function pairedDifference(
  trials: readonly FBetaTrial[],
  first: Entrant,
  second: Entrant,
  beta: number,
): PairedTTest | undefined {
  const valuesOf = ({ method, decision }: Entrant) =>
    bySeed(entriesOf(trials, method, beta), (trial) => valueOf(trial, beta, decision));
  return pairedBySeed(valuesOf(first), valuesOf(second), { fewest: 1 });
}

/** "+0.012 [−0.003, +0.027]", the interval left out for one seed; null for nothing. */
export function differenceText(test: PairedTTest | undefined, digits = 3): string | null {
  if (!test) return null;
  const signed = (value: number) => {
    const text = Math.abs(value).toFixed(digits);
    return `${value < 0 && Number(text) > 0 ? "−" : "+"}${text}`;
  };
  const [low, high] = test.interval;
  return test.count > 1 ? `${signed(test.mean)} [${signed(low)}, ${signed(high)}]` : signed(test.mean);
}
