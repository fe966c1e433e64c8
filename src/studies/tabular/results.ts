import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { writeWhole } from "../../training/wholeFile";
import { decisions } from "./decide";
import { type LossScores, type TableScores, type TabularTrialConfig } from "./trial";

/** The results of trials. */
export interface TabularResults {
  /** Library and device of the run. */
  readonly engine: Readonly<Record<string, string | number | null>>;
  readonly trials: readonly { readonly config: TabularTrialConfig; readonly seconds: number }[];
  /** One entry per table and model, in the order of the trials. */
  readonly scores: readonly TableScores[];
}

const STUDY = "tabular-benchmark";

/** The committed results, from `src` and from `dist` alike. */
export const TABULAR_RESULTS = join(__dirname, "..", "..", "..", "data", "results", `${STUDY}.json`);

/** What the numbers of a loss are, in the order in which the file has them. */
const FIELDS = [...decisions.flatMap((decision) => [`${decision}, selected rate`, `${decision}, by rate`]), "AUC"];

/** A loss's scores in the file. */
type Row = readonly (number | readonly number[])[];

/**
 * Reads a results file.
 *
 * @param path of a file written by {@link writeTabularResults}; default: the committed one.
 * @returns the results.
 * @throws Error naming the file when it holds something else; the system's error when it cannot be read.
 */
export async function readTabularResults(path = TABULAR_RESULTS): Promise<TabularResults> {
  const stored = JSON.parse(await readFile(path, "utf8")) as {
    study: string;
    fields: readonly string[];
    engine: TabularResults["engine"];
    trials: TabularResults["trials"];
    scores: readonly (Omit<TableScores, "losses"> & { losses: Record<string, Row> })[];
  };
  if (stored.study !== STUDY || stored.fields.join() !== FIELDS.join()) {
    throw new Error(
      `${path} must hold results of the study ${STUDY} with the fields ${FIELDS.join("; ")}; holds ${String(stored.study)} with ${String(stored.fields)}`,
    );
  }
  return {
    engine: stored.engine,
    trials: stored.trials,
    scores: stored.scores.map((scores) => ({ ...scores, losses: mapValues(scores.losses, fromRow) })),
  };
}

/**
 * Writes results, whole or not at all: one line per trial and per table and model.
 *
 * @param path of the file; its folder is made.
 * @param results see {@link TabularResults}.
 */
export async function writeTabularResults(path: string, { engine, trials, scores }: TabularResults): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const list = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).join(",\n");
  const rows = scores.map((entry) => ({ ...entry, losses: mapValues(entry.losses, toRow) }));
  await writeWhole(
    path,
    `{"study":"${STUDY}","fields":${JSON.stringify(FIELDS)},\n"engine":${JSON.stringify(engine)},\n` +
      `"trials":[\n${list(trials)}\n],\n"scores":[\n${list(rows)}\n]}\n`,
  );
}

const toRow = (scores: LossScores): Row => [
  ...decisions.flatMap((decision) => [scores[decision].selected, scores[decision].atRate]),
  scores.areaUnderRoc,
];

function fromRow(row: Row): LossScores {
  const byDecision = decisions.map((decision, index) => [
    decision,
    { selected: row[2 * index], atRate: row[2 * index + 1] },
  ]);
  return { ...Object.fromEntries(byDecision), areaUnderRoc: row[2 * decisions.length] } as LossScores;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
