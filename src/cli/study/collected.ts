import { labelText, type Study } from "../../studies";
import { collect, studyStatus } from "../../studies/execution";

/**
 * Stores the results that lie in the trials' folders, and tells how the trials stand.
 *
 * @returns whether all trials have a result.
 */
export async function writeResultsOf(
  study: Study,
  options: Omit<Parameters<typeof collect>[0], "study">,
): Promise<boolean> {
  await collect({ study, ...options });
  const { trials } = await studyStatus(study, options.profile, options.selection, options.places);
  const open = trials.filter(({ state }) => state !== "finished");
  console.log(`${trials.length - open.length} of ${trials.length} trials have results`);
  for (const { trial, state, message, log } of open) {
    if (state === "failed")
      console.log(`failed: ${labelText(trial.labels)}\n  ${message?.split("\n")[0]}\n  log: ${log}`);
  }
  return open.length === 0;
}
