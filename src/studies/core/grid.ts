import { type Profile } from "../../notebook/parameters";
import { type Selection, matches, seedsOf } from "./selection";
import { type Json } from "../../training";
import { type Study, type TrialConfig } from "./study";
import { labelText, trialOf, type Trial } from "./trial";

/**
 * The trials of a study in a profile, each with its key.
 *
 * @param study the study.
 * @param profile "smoke", "laptop" or "paper".
 * @param selection which seeds, and which trials by their labels; default: all.
 * @returns the trials in the order of the grid.
 * @throws RangeError when two trials have the same labels or differ in nothing, when labels differ in their names, when the selection
 *   names a label or a value that there is not; the message lists those there are.
 */
export async function gridOf<Config extends TrialConfig, Result extends Json>(
  study: Study<Config, Result>,
  profile: Profile,
  selection: Selection = {},
): Promise<Trial<Config>[]> {
  const { seeds, trials } = study.profiles[profile];
  const configs = trials.call(study.profiles[profile], seedsOf(seeds, selection.seeds));
  const grid = await Promise.all(configs.map((config) => trialOf(study, config)));
  requireDistinct(study.name, grid);
  return matches(grid, selection.only);
}

function requireDistinct(name: string, grid: readonly Trial[]): void {
  const names = Object.keys(grid[0]?.labels ?? {}).join(", ");
  const [keys, labels] = [new Set<string>(), new Set<string>()];
  for (const trial of grid) {
    const text = labelText(trial.labels);
    if (Object.keys(trial.labels).join(", ") !== names) {
      throw new RangeError(`study ${name}: all trials must have the labels ${names}, received ${text}`);
    }
    if (labels.has(text)) throw new RangeError(`study ${name}: two trials of the grid have the labels ${text}`);
    if (keys.has(trial.key)) throw new RangeError(`study ${name}: two trials of the grid are the same, one is ${text}`);
    labels.add(text);
    keys.add(trial.key);
  }
}
