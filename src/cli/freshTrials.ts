import { join } from "node:path";

import { type Profile } from "../notebook/parameters";
import { INTERRUPTED } from "./interrupted";
import { findNotebooks, readNotebook } from "./notebooks";
import { PROJECT_ROOT } from "./project";
import { run } from "./study/run";

/**
 * Runs the trials anew that notebooks tell of from stored results, study by study, and stores what they find.
 *
 * @param notebooks files; empty: all of `notebooks/`. The studies are those that their metadata name, each is run once.
 * @param profile whose grids; in "smoke" notebooks read the results of "laptop", and nothing is run.
 * @param runStudy what runs a study, with its exit code; default: `study run NAME --fresh`.
 * @param root folder of the project; default that of this library.
 * @returns the exit code: 0 when all trials have a result, 1 when one failed, 130 when interrupted, which ends it at once.
 * @throws Error when a notebook does not exist; RangeError for a study that there is none of.
 */
export async function runTrialsAgain(
  notebooks: readonly string[],
  profile: Profile,
  runStudy: typeof run = run,
  root: string = PROJECT_ROOT,
): Promise<number> {
  if (profile === "smoke") return 0;
  const named = findNotebooks(notebooks, join(root, "notebooks")).flatMap((file) => readNotebook(file).studies);
  let worst = 0;
  for (const name of new Set(named)) {
    const code = await runStudy(name, { profile, fresh: true, only: [], device: "auto" });
    if (code === INTERRUPTED) return code;
    worst = Math.max(worst, code);
  }
  return worst;
}
