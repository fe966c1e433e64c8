import { pairedTTest, summary, type PairedTTest, type Summary } from "../../metrics";
import { type TableCell } from "./study";

/** Values by seed. */
export type BySeed = ReadonlyMap<number, number>;

/** What a function says of each trial, by its seed. */
export function bySeed<T extends { readonly config: { readonly seed: number } }>(
  trials: readonly T[],
  value: (trial: T) => number,
): BySeed {
  return new Map(trials.map((trial) => [trial.config.seed, value(trial)] as const));
}

/**
 * One method minus another, over the seeds that both have.
 *
 * @param first values of one, by seed.
 * @param second values of the other.
 * @param options.fewest common seeds that are asked for; default 2, the fewest that have an interval.
 * @returns the paired t-test with its 95 % interval; undefined where fewer seeds are common.
 */
export function pairedBySeed(
  first: BySeed,
  second: BySeed,
  { fewest = 2 }: { readonly fewest?: number } = {},
): PairedTTest | undefined {
  const seeds = [...first.keys()].filter((seed) => second.has(seed));
  if (seeds.length < fewest) return undefined;
  const valuesOf = (values: BySeed) => seeds.map((seed) => values.get(seed)!);
  return pairedTTest(valuesOf(first), valuesOf(second));
}

/** A mean with its standard deviation; of one value the mean alone. */
export function meanCell({ mean, standardDeviation, count }: Summary): TableCell {
  return count > 1 ? { mean, sd: standardDeviation } : mean;
}

/** Mean and standard deviation of what is there; null where nothing is. */
export function spread(values: readonly (number | null)[]): TableCell {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : meanCell(summary(known));
}

/** Trials by method, in the order of the grid. */
export function byMethod<T extends { readonly config: { readonly method: string } }>(
  trials: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const trial of trials) groups.set(trial.config.method, [...(groups.get(trial.config.method) ?? []), trial]);
  return groups;
}
