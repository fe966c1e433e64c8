import { requireSteps, type Schedule } from "./schedule";

/**
 * Linear warm-up in front of a schedule, on the schedule's own clock.
 *
 *     (step + 1) / steps schedule(step)  while step < steps,  schedule(step)  after
 *
 * @param schedule what is warmed up.
 * @param steps updates of the warm-up, >= 1.
 * @returns the schedule.
 * @throws RangeError when `steps` is no positive integer.
 */
export function warmup(schedule: Schedule, steps: number): Schedule {
  requireSteps("warmup", "steps", steps);
  return (step) => (step < steps ? ((step + 1) / steps) * schedule(step) : schedule(step));
}

/**
 * Schedules one after the other, each on a clock of its own that starts at 0.
 *
 * @param parts schedules with their numbers of steps, >= 1; the last one goes on for ever, and its number may be left out.
 * @returns the schedule.
 * @throws RangeError when there is no part, or a number of steps is missing or no positive integer.
 */
export function sequence(...parts: readonly (readonly [schedule: Schedule, steps?: number])[]): Schedule {
  if (parts.length === 0) throw new RangeError("sequence: there must be at least one schedule, received none");
  parts.forEach(([, steps], index) => {
    if (index < parts.length - 1 || steps !== undefined)
      requireSteps("sequence", `steps of part ${index}`, steps ?? NaN);
  });
  return (step) => {
    let start = 0;
    for (const [schedule, steps = Infinity] of parts.slice(0, -1)) {
      if (step < start + steps) return schedule(step - start);
      start += steps;
    }
    return parts[parts.length - 1][0](step - start);
  };
}

/**
 * A schedule that is given per epoch, as one per step: the rate is the same throughout an epoch.
 *
 *     schedule(floor(step / stepsPerEpoch))
 *
 * @param schedule (epoch) => rate.
 * @param stepsPerEpoch >= 1.
 * @returns the schedule.
 * @throws RangeError when `stepsPerEpoch` is no positive integer.
 */
export function byEpoch(schedule: (epoch: number) => number, stepsPerEpoch: number): Schedule {
  requireSteps("byEpoch", "stepsPerEpoch", stepsPerEpoch);
  return (step) => schedule(Math.floor(step / stepsPerEpoch));
}
