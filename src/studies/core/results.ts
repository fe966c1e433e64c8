import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

import { withLock } from "../../data/lock";
import { type Profile } from "../../notebook/parameters";
import { readAs } from "../../training/jsonFile";
import { writeWhole } from "../../training/wholeFile";
import { resultsFile, studyFolder, type Places } from "./places";
import { RecordSchema, type TrialRecord } from "./records";

const ResultsSchema = z.object({
  format: z.literal("counterweight results"),
  version: z.literal(1),
  study: z.string(),
  profile: z.enum(["smoke", "laptop", "paper"]),
  trials: z.array(RecordSchema),
});

/**
 * The stored results of a study in a profile, of whatever configuration and numerics version.
 *
 * @returns records in order of their keys; none where there is no file.
 * @throws Error naming the file and the place, when it is damaged.
 */
export async function readResults(places: Places, study: string, profile: Profile): Promise<TrialRecord[]> {
  const file = resultsFile(places, study, profile);
  const results = await readAs(ResultsSchema, file);
  if (results && (results.study !== study || results.profile !== profile)) {
    throw new Error(`${file} holds results of ${results.study} in profile ${results.profile}`);
  }
  return [...(results?.trials ?? [])];
}

/**
 * Adds results to those stored of a study in a profile; of two with the same key, the one that was finished later stays.
 *
 * The file has one line per trial, in order of the keys: the same results give the same bytes. It is written whole or not at all, and
 * several processes may add at once.
 *
 * @param records results to add; with none of them new, the file is left alone.
 */
export async function addResults(
  places: Places,
  study: string,
  profile: Profile,
  records: readonly TrialRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await changeResults(places, study, profile, (stored) => {
    const byKey = new Map(stored.map((record) => [record.key, record]));
    for (const record of records) {
      const before = byKey.get(record.key);
      if (!before || before.finished < record.finished) byKey.set(record.key, record);
    }
    return [...byKey.values()];
  });
}

/**
 * Removes stored results.
 *
 * @param keep whether a result stays.
 * @returns how many were removed.
 */
export async function pruneResults(
  places: Places,
  study: string,
  profile: Profile,
  keep: (record: TrialRecord) => boolean,
): Promise<number> {
  let removed = 0;
  await changeResults(places, study, profile, (stored) => {
    const kept = stored.filter(keep);
    removed = stored.length - kept.length;
    return kept;
  });
  return removed;
}

async function changeResults(
  places: Places,
  study: string,
  profile: Profile,
  change: (stored: TrialRecord[]) => TrialRecord[],
): Promise<void> {
  const file = resultsFile(places, study, profile);
  const locks = studyFolder(places, study);
  await Promise.all([mkdir(dirname(file), { recursive: true }), mkdir(locks, { recursive: true })]);
  await withLock(
    join(locks, `results.${profile}.lock`),
    async () => {
      const before = await readResults(places, study, profile);
      const after = change(before).sort((a, b) => (a.key < b.key ? -1 : 1));
      const text = resultsText(study, profile, after);
      if (text !== resultsText(study, profile, before)) await writeWhole(file, text);
    },
    { poll: 20 },
  );
}

function resultsText(study: string, profile: Profile, trials: readonly TrialRecord[]): string {
  const head = JSON.stringify({ format: "counterweight results", version: 1, study, profile });
  return `${head.slice(0, -1)},"trials":[\n${trials.map((record) => JSON.stringify(record)).join(",\n")}\n]}\n`;
}
