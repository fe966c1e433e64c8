/** A learning rate per step: step 0 is the first update. */
export type Schedule = (step: number) => number;

/**
 * Linear warm-up, then half a cosine down to zero.
 *
 *     base (step + 1) / warmup                                   while step < warmup
 *     base (1 + cos(pi (step - warmup) / (steps - warmup))) / 2  after
 *
 * @param options.base peak learning rate, > 0.
 * @param options.steps total number of updates, >= 1.
 * @param options.warmup updates of the warm-up, in [0, steps); default 0.
 * @returns the schedule; 0 beyond `steps`.
 * @throws RangeError when a number is out of range.
 * @see Loshchilov, Hutter: SGDR, ICLR 2017 (one cycle, no restart).
 */
export function cosine({ base, steps, warmup = 0 }: { base: number; steps: number; warmup?: number }): Schedule {
  if (!(base > 0 && base < Infinity)) throw new RangeError(`cosine: base must be a positive number, received ${base}`);
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`cosine: steps must be a positive integer, received ${steps}`);
  if (!Number.isInteger(warmup) || warmup < 0 || warmup >= steps) {
    throw new RangeError(`cosine: warmup must be an integer in [0, ${steps}), received ${warmup}`);
  }
  return (step) => {
    if (step < warmup) return (base * (step + 1)) / warmup;
    if (step >= steps) return 0;
    return (base * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup)))) / 2;
  };
}

/** The same learning rate at every step. */
export function constant(learningRate: number): Schedule {
  if (!(learningRate > 0 && learningRate < Infinity)) {
    throw new RangeError(`constant: learningRate must be a positive number, received ${learningRate}`);
  }
  return () => learningRate;
}
