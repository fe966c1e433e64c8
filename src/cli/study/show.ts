import { relative } from "node:path";

import { save, close } from "../../figures";
import { profiles } from "../../notebook/parameters";
import { table } from "../../notebook/table";
import { labelText, type Study } from "../../studies";
import { storedOf } from "../../studies/core";
import { storedOrNone } from "../../studies/core/stored";
import { studyStatus } from "../../studies/execution";
import { placesOf, selectionOf, studiesOf, studyOf, type SelectionOptions, type StudyOptions } from "./options";

/** Rows of single trials that a status shows at most, unless all are asked for. */
const SHOWN = 30;

/** A table of the studies and how many of their trials are stored, as text. */
export async function studyList(options: StudyOptions): Promise<string> {
  const places = placesOf(options);
  const found = await studiesOf(options);
  if (found.length === 0) return "no studies";
  const rows = await Promise.all(
    found.map(async (study) => {
      const stored = await Promise.all(profiles.map((profile) => storedOrNone(study, profile, places)));
      const counts = profiles.map((profile, index) => {
        const { trials, missing } = stored[index];
        return [profile, `${trials.length} of ${trials.length + missing.length}`] as const;
      });
      return { study: study.name, ...Object.fromEntries(counts), title: study.title };
    }),
  );
  return String(table(rows, { caption: "stored trials by profile" }));
}

/** How the trials of a study stand, as text: counts, and the trials that have no result. */
export async function statusText(
  name: string,
  options: SelectionOptions & { readonly all?: boolean },
): Promise<string> {
  const study = await studyOf(name, options);
  const { profile } = options;
  const { trials, stale } = await studyStatus(study, profile, selectionOf(options), placesOf(options));
  const states = ["finished", "running", "failed", "interrupted", "waiting"] as const;
  const counts = states
    .map((state) => [state, trials.filter((trial) => trial.state === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  const open = options.all ? trials : trials.filter(({ state }) => state !== "finished");
  const rows = open.slice(0, options.all ? Infinity : SHOWN).map(({ trial, state }) => ({
    state,
    ...trial.labels,
    key: trial.key,
  }));
  const failures = trials.filter(({ state }) => state === "failed");
  return [
    `study ${name}, profile ${profile}: ${trials.length} trials, ${counts.join(", ")}`,
    ...(rows.length > 0 ? ["", String(table(rows))] : []),
    ...(open.length > rows.length ? [`and ${open.length - rows.length} more (--all shows them)`] : []),
    ...failures.map(
      ({ trial, message, log }) =>
        `\nfailed: ${labelText(trial.labels)}\n  ${message?.split("\n")[0]}\n  log: ${relative(process.cwd(), log ?? "")}`,
    ),
    ...(stale > 0
      ? [
          `\n${stale} stored results are of no trial of the grid as it is now: "counterweight study prune ${name}" removes them`,
        ]
      : []),
  ].join("\n");
}

/** The tables of a study, or one of them, as text. */
export async function tablesText(name: string, which: string | undefined, options: StudyOptions): Promise<string> {
  const study = await studyOf(name, options);
  const stored = await storedOf(study, options.profile, placesOf(options));
  const tables = chosen("table", study.tables(stored), which);
  const shown = tables.map(([key, { rows, columns, digits, caption }]) =>
    String(table(rows as Parameters<typeof table>[0], { columns, digits, caption: `${key}: ${caption}` })),
  );
  const note = stored.missing.length > 0 ? [`${stored.missing.length} trials have no result yet`] : [];
  return [...shown, ...note].join("\n\n");
}

/**
 * Writes the figures of a study, or one of them.
 *
 * @returns the files.
 */
export async function writeFigures(
  name: string,
  which: string | undefined,
  options: StudyOptions & { readonly to?: string },
): Promise<string[]> {
  const study: Study = await studyOf(name, options);
  const stored = await storedOf(study, options.profile, placesOf(options));
  const files: string[] = [];
  try {
    for (const [key, figure] of chosen("figure", study.figures(stored), which)) {
      const written = await save(figure, `${name}-${key}`, options.to === undefined ? {} : { folder: options.to });
      files.push(...Object.values(written));
    }
  } finally {
    await close();
  }
  return files;
}

function chosen<T>(what: string, all: Readonly<Record<string, T>>, which: string | undefined): [string, T][] {
  const entries = Object.entries(all);
  const found = which === undefined ? entries : entries.filter(([name]) => name === which);
  if (found.length > 0 || which === undefined) return found;
  throw new RangeError(
    `there is no ${what} "${which}"; there are: ${entries.map(([name]) => name).join(", ") || "none"}`,
  );
}
