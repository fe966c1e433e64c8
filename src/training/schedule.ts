/** A learning rate per step: step 0 is the first update. */
export type Schedule = (step: number) => number;

/**
 * Linear warm-up, then half a cosine down to zero, or to `end`.
 *
 *     base (step + 1) / warmup                                                 while step < warmup
 *     end + (base - end) (1 + cos(pi (step - warmup) / (steps - warmup))) / 2  after
 *
 * @param options.base peak learning rate, > 0.
 * @param options.steps total number of updates, >= 1.
 * @param options.warmup updates of the warm-up, in [0, steps); default 0.
 * @param options.end last learning rate, in [0, base]; default 0.
 * @returns the schedule; `end` beyond `steps`.
 * @throws RangeError when a number is out of range.
 * @see Loshchilov, Hutter: SGDR, ICLR 2017 (one cycle, no restart).
 */
export function cosine(options: { base: number; steps: number; warmup?: number; end?: number }): Schedule {
  const { base, steps, warmup = 0, end = 0 } = options;
  requireRate("cosine", "base", base);
  requireSteps("cosine", "steps", steps);
  if (!Number.isInteger(warmup) || warmup < 0 || warmup >= steps) {
    throw new RangeError(`cosine: warmup must be an integer in [0, ${steps}), received ${warmup}`);
  }
  if (!(end >= 0 && end <= base)) throw new RangeError(`cosine: end must be in [0, ${base}], received ${end}`);
  return (step) => {
    if (step < warmup) return (base * (step + 1)) / warmup;
    if (step >= steps) return end;
    return end + ((base - end) * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup)))) / 2;
  };
}

/** The same learning rate at every step. */
export function constant(learningRate: number): Schedule {
  requireRate("constant", "learningRate", learningRate);
  return () => learningRate;
}

/**
 * A learning rate that is multiplied by a factor at every milestone.
 *
 *     base factor^(number of milestones <= step)
 *
 * @param options.base first learning rate, > 0.
 * @param options.milestones steps at which it falls, increasing. For milestones in epochs, see {@link byEpoch}.
 * @param options.factor > 0; default 0.1.
 * @returns the schedule.
 * @throws RangeError when a number is out of range or the milestones do not increase.
 */
export function stepDecay(options: { base: number; milestones: readonly number[]; factor?: number }): Schedule {
  const { base, milestones, factor = 0.1 } = options;
  requireRate("stepDecay", "base", base);
  requireRate("stepDecay", "factor", factor);
  milestones.forEach((milestone, index) => {
    if (!Number.isInteger(milestone) || milestone <= (milestones[index - 1] ?? -1)) {
      throw new RangeError(
        `stepDecay: milestones must be increasing integers from 0, received [${milestones.join(", ")}]`,
      );
    }
  });
  return (step) => base * factor ** milestones.filter((milestone) => step >= milestone).length;
}

/**
 * A straight line from one learning rate to another.
 *
 *     from + (to - from) min(step, steps) / steps
 *
 * @param options.from rate of step 0, >= 0.
 * @param options.to rate from step `steps` on, >= 0.
 * @param options.steps >= 1.
 * @returns the schedule.
 * @throws RangeError when a number is out of range.
 */
export function linear({ from, to, steps }: { from: number; to: number; steps: number }): Schedule {
  for (const [name, rate] of Object.entries({ from, to })) {
    if (!(rate >= 0 && rate < Infinity)) throw new RangeError(`linear: ${name} must be at least 0, received ${rate}`);
  }
  requireSteps("linear", "steps", steps);
  return (step) => from + ((to - from) * Math.min(step, steps)) / steps;
}

/** Throws unless a learning rate, or a factor of one, is finite and above 0. */
export function requireRate(caller: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`${caller}: ${name} must be a positive number, received ${value}`);
  }
}

/** Throws unless a number of steps is a positive integer. */
export function requireSteps(caller: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${caller}: ${name} must be a positive integer, received ${value}`);
  }
}
