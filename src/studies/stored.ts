import { type Profile } from "../notebook/parameters";
import { type Json } from "../training";
import { storedOf, type Places, type StoredStudy, type Study, type TrialConfig } from "./core";
import { studyNamed } from "./registry";

/**
 * The stored results of a study by its name, read without running anything.
 *
 * @param study its name, or the study itself, which then types configurations and numbers.
 * @param profile "smoke", "laptop" or "paper".
 * @param places where the files lie; default: `data/results` of the project.
 * @returns the trials in the order of the grid, and the configurations that have no result yet.
 * @throws RangeError listing the known studies for an unknown name; Error naming the command to run, when nothing is stored.
 */
export async function stored<Config extends TrialConfig = TrialConfig, Result extends Json = Json>(
  study: string | Study<Config, Result>,
  profile: Profile,
  places?: Places,
): Promise<StoredStudy<Config, Result>> {
  const found = typeof study === "string" ? (studyNamed(study) as unknown as Study<Config, Result>) : study;
  return storedOf(found, profile, places);
}
