/** Throws unless `beta` is a positive finite number. */
export function checkBeta(metric: string, beta: number): void {
  if (!(beta > 0 && beta < Infinity)) {
    throw new RangeError(`${metric}: beta must be a positive finite number, received ${beta}`);
  }
}

/** Throws unless `prior`, the share of positives, is in (0, 1). */
export function checkPrior(metric: string, prior: number): void {
  if (!(prior > 0 && prior < 1)) {
    throw new RangeError(`${metric}: prior must be in (0, 1), received ${prior}`);
  }
}

/** Throws unless all named arrays are non-empty and of one length; returns it. */
export function checkLengths(metric: string, arrays: Readonly<Record<string, ArrayLike<number>>>): number {
  const lengths = Object.values(arrays).map(({ length }) => length);
  if (lengths[0] === 0 || lengths.some((length) => length !== lengths[0])) {
    const names = Object.keys(arrays).join(", ");
    throw new RangeError(`${metric}: ${names} must be non-empty and of one length, received ${lengths.join(", ")}`);
  }
  return lengths[0];
}

/** Throws unless every value is an integer in {0, ..., bound - 1}. */
export function checkIndices(metric: string, name: string, values: ArrayLike<number>, bound: number): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isInteger(value) || value < 0 || value >= bound) {
      throw new RangeError(
        `${metric}: ${name} must be integers from 0 to ${bound - 1}, received ${value} at index ${index}`,
      );
    }
  }
}

/** A float32 softmax may exceed 1 by a rounding or two. */
const ROUNDING = 1e-6;

/** Throws unless every value is a number in [0, 1], up to float32 rounding above 1. */
export function checkProbabilities(metric: string, values: ArrayLike<number>): void {
  for (let index = 0; index < values.length; index++) {
    if (!(values[index] >= 0 && values[index] <= 1 + ROUNDING)) {
      throw new RangeError(
        `${metric}: probabilities must be in [0, 1], received ${values[index]} at index ${index} (logits need a sigmoid)`,
      );
    }
  }
}

/** One more than the largest value: how many classes (or groups) a list of indices speaks of. */
export function countOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let index = 0; index < values.length; index++) if (values[index] > largest) largest = values[index];
  return Math.floor(largest) + 1;
}
