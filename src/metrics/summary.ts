import { studentQuantile } from "./distributions";

/** Mean, spread and uncertainty of a number measured once per seed. */
export interface Summary {
  readonly mean: number;
  /** Sample standard deviation (divisor n - 1); NaN for one value. */
  readonly standardDeviation: number;
  /** Two-sided Student-t interval of the mean; [NaN, NaN] for one value. */
  readonly interval: readonly [number, number];
  readonly count: number;
}

/**
 * Summarises one number measured over several seeds.
 *
 *     mean +- t_{(1 + level) / 2, n - 1} sd / sqrt(n)
 *
 * For two methods run on the same seeds, take `pairedTTest`: an interval of the paired differences that excludes 0 tells them
 * apart.
 *
 * @param values one number per seed, n >= 1.
 * @param options.level coverage of the interval, in (0, 1); default 0.95.
 * @returns mean, sample standard deviation, t-interval and count.
 * @throws RangeError when `values` is empty or `level` is outside (0, 1).
 */
export function summary(values: readonly number[], { level = 0.95 }: { level?: number } = {}): Summary {
  if (values.length === 0) throw new RangeError("summary: needs at least one value, received an empty list");
  checkLevel("summary", level);
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, standardDeviation: NaN, interval: [NaN, NaN], count };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardDeviation = Math.sqrt(squares / (count - 1));
  const halfWidth = (studentQuantile((1 + level) / 2, count - 1) * standardDeviation) / Math.sqrt(count);
  return { mean, standardDeviation, interval: [mean - halfWidth, mean + halfWidth], count };
}

/** Throws unless `level`, the coverage of an interval, is in (0, 1). */
export function checkLevel(name: string, level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`${name}: level must be in (0, 1), received ${level}`);
}
