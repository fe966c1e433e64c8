import { bySeed, pairedBySeed, type StoredTrial } from "../core";
import { type SearcherConfig, type Space } from "./settings";
import { type SearcherResult } from "./trial";

export type StoredSearcherTrial = StoredTrial<SearcherConfig, SearcherResult>;

/** Trials of one searcher in one space. */
export interface SearcherTrials {
  /** Such as "conjugate gradient, l". */
  readonly name: string;
  readonly searcher: string;
  readonly space: Space | null;
  readonly trials: readonly StoredSearcherTrial[];
}

/** Spaces as they are shown. */
export const SPACE_NAMES: Readonly<Record<Space, string>> = {
  shift: "l",
  tau: "τ",
  scaleShift: "Δ & l",
  gammaTau: "γ, τ",
};

/** The name that a searcher goes by together with its space. */
export const nameOf = ({ searcher, space }: Pick<SearcherConfig, "searcher" | "space">): string =>
  space === null ? searcher : `${searcher}, ${SPACE_NAMES[space]}`;

/**
 * Trials by searcher and space, in the order of the grid.
 *
 * @param trials stored ones.
 * @returns one entry per searcher and space.
 */
export function bySearcher(trials: readonly StoredSearcherTrial[]): SearcherTrials[] {
  const groups = new Map<string, StoredSearcherTrial[]>();
  for (const trial of trials) {
    const name = nameOf(trial.config);
    groups.set(name, [...(groups.get(name) ?? []), trial]);
  }
  return [...groups].map(([name, of]) => {
    const { searcher, space } = of[0].config;
    return { name, searcher, space, trials: of };
  });
}

/** What of a trial is compared, errors in percent: lower is better. `objective` is that of the validation part. */
export type Measure = "testError" | "testObjective" | "validationError" | "objective";

const scale = (measure: Measure) => (measure === "objective" || measure === "testObjective" ? 1 : 100);

/** The measure of a trial, errors in percent. */
export const measured = ({ numbers }: StoredSearcherTrial, measure: Measure): number =>
  scale(measure) * numbers[measure];

/**
 * One searcher minus another on the seeds that both have.
 *
 * @param first trials of one searcher.
 * @param second trials of the other.
 * @param measure what is compared; errors in points.
 * @returns the paired t-test with its 95 % interval; undefined where fewer than two seeds are common.
 */
export function pairedDifference(
  first: readonly StoredSearcherTrial[],
  second: readonly StoredSearcherTrial[],
  measure: Measure = "testError",
) {
  const valuesOf = (trials: readonly StoredSearcherTrial[]) => bySeed(trials, (trial) => measured(trial, measure));
  return pairedBySeed(valuesOf(first), valuesOf(second));
}
