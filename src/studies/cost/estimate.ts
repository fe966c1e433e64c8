import { type Measured } from "./measure";
import { type Work } from "./work";

/** What one trial costs. */
export interface TrialCost {
  readonly seconds: number;
  /** Training images that it handles: of steps, and of hypergradients. */
  readonly images: number;
}

/**
 * The time of a trial, from how often it does what and how long each takes.
 *
 *     sum over kinds of work  times x median seconds
 *
 * @param works of the trial.
 * @param measured what {@link measureWorks} has found; every kind of the trial must be among it.
 * @returns seconds and training images.
 * @throws RangeError naming a kind of work that was not measured.
 */
export function trialCost(
  works: readonly Pick<Work, "name" | "images" | "times">[],
  measured: readonly Measured[],
): TrialCost {
  const byName = new Map(measured.map((each) => [each.name, each]));
  const taken = works.map(({ name, times }) => {
    const found = byName.get(name);
    if (found) return times * found.seconds;
    const known = measured.map((each) => `"${each.name}"`).join(", ") || "nothing";
    throw new RangeError(`trialCost: the work "${name}" was not measured; measured were: ${known}`);
  });
  return { seconds: sum(taken), images: sum(works.map(({ times, images }) => times * images)) };
}

/**
 * The time until all trials have ended, when each device takes the longest that is left as soon as it is free.
 *
 * @param seconds of the trials.
 * @param devices how many run side by side, at least 1.
 * @returns seconds until the last one ends; 0 for no trial.
 * @throws RangeError when `devices` is no integer above 0.
 */
export function makespan(seconds: readonly number[], devices: number): number {
  if (!(Number.isInteger(devices) && devices > 0)) {
    throw new RangeError(`makespan: devices must be an integer above 0, received ${devices}`);
  }
  const busy = new Array<number>(devices).fill(0);
  for (const each of [...seconds].sort((a, b) => b - a)) busy[busy.indexOf(Math.min(...busy))] += each;
  return Math.max(...busy);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
