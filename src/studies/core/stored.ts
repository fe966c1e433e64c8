import { relative, resolve } from "node:path";

import { type Profile } from "../../notebook/parameters";
import { type Json } from "../../training";
import { gridOf } from "./grid";
import { resultsFile, type Places } from "./places";
import { readResults } from "./results";
import { type StoredStudy, type StoredTrial, type Study, type TrialConfig } from "./study";

/**
 * The stored results of a study, read without running anything.
 *
 * Results count that belong to the profile's grid as the code now has it, for its own seeds and any others there are results of;
 * those of another numerics version, other settings or other data are left out.
 *
 * @param study the study; its configurations and numbers are typed by it.
 * @param profile "smoke", "laptop" or "paper".
 * @param places where the files lie.
 * @returns the trials in the order of the grid, and the configurations that the grid has no result of yet.
 * @throws Error naming the command to run, when there is no result at all.
 */
export async function storedOf<Config extends TrialConfig, Result extends Json>(
  study: Study<Config, Result>,
  profile: Profile,
  places: Places = {},
): Promise<StoredStudy<Config, Result>> {
  const stored = await storedOrNone(study, profile, places);
  if (stored.trials.length === 0) {
    const file = relative(resolve(__dirname, "..", "..", ".."), resultsFile(places, study.name, profile));
    throw new Error(
      `study ${study.name} has no stored results of profile ${profile} (${file}): ` +
        `run "npx counterweight study run ${study.name} --profile ${profile}"`,
    );
  }
  return stored;
}

/** As {@link storedOf}, where no result at all is no error. */
export async function storedOrNone<Config extends TrialConfig, Result extends Json>(
  study: Study<Config, Result>,
  profile: Profile,
  places: Places = {},
): Promise<StoredStudy<Config, Result>> {
  const records = new Map((await readResults(places, study.name, profile)).map((record) => [record.key, record]));
  const own = study.profiles[profile].seeds;
  const others = [...new Set([...records.values()].map(({ config }) => config.seed))].filter(
    (seed) => !own.includes(seed),
  );
  const grid = await gridOf(study, profile, { seeds: [...own, ...others.sort((a, b) => a - b)] });
  const trials = grid.flatMap(({ key, config, labels }): StoredTrial<Config, Result>[] => {
    const record = records.get(key);
    if (!record) return [];
    const { numbers, timing, engine } = record;
    return [{ key, config, labels, numbers: numbers as Result, timing, engine }];
  });
  const missing = grid
    .filter(({ key, config }) => own.includes(config.seed) && !records.has(key))
    .map(({ config }) => config);
  return { study: study.name, profile, trials, missing };
}
