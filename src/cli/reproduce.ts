import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";

import { PROFILE_VARIABLE } from "../notebook/parameters";
import { executeNotebook, type Execution } from "./execute";
import { PROJECT_ROOT } from "./project";

export interface ReproduceOptions {
  /** Notebook files; empty: all of `notebooks/`. */
  readonly notebooks: readonly string[];
  readonly profile: string;
  /** File to write `{ passed, failed }` to. */
  readonly counts?: string;
}

/**
 * Runs notebooks headless, one after the other, and exports their figures.
 *
 * The laptop profile writes executed notebooks in place and figures to `figures/`: these are the committed ones. Other profiles
 * write to `data/runs/notebooks/<profile>/` and `figures/<profile>/`, and leave the committed ones alone.
 *
 * @param options see {@link ReproduceOptions}.
 * @returns true when every notebook ran to its end; a failing one does not stop the others.
 * @throws Error when a notebook does not exist.
 */
export async function reproduce({ notebooks, profile, counts }: ReproduceOptions): Promise<boolean> {
  const inPlace = profile === "laptop";
  const figures = inPlace ? join(PROJECT_ROOT, "figures") : join(PROJECT_ROOT, "figures", profile);
  const rows: string[][] = [["notebook", "result", "time", "assertions", "figures"]];
  const results: Execution[] = [];
  for (const notebook of findNotebooks(notebooks)) {
    const name = basename(notebook, ".ipynb");
    const output = inPlace ? notebook : join(PROJECT_ROOT, "data", "runs", "notebooks", profile, `${name}.ipynb`);
    console.log(`${name}: running, profile ${profile}`);
    const before = Date.now();
    const environment = { [PROFILE_VARIABLE]: profile, COUNTERWEIGHT_FIGURES: figures };
    const result = await executeNotebook({ notebook, output, environment });
    results.push(result);
    if (!result.ok) console.error(`${name}: failed\n${result.failure}\n`);
    const written = newFiles(figures, before);
    rows.push([
      name,
      result.ok ? "ok" : "FAILED",
      `${result.seconds.toFixed(0)} s`,
      String(result.assertions),
      `${written.length} files`,
    ]);
    for (const path of [...(result.ok ? [output] : []), ...written])
      console.log(`  wrote ${relative(PROJECT_ROOT, path)}`);
  }
  printTable(rows);
  const passed = results.filter(({ ok }) => ok).length;
  if (counts) writeWhole(counts, JSON.stringify({ passed, failed: results.length - passed }));
  return passed === results.length;
}

/** Absolute paths of the notebooks asked for, each checked to exist. */
function findNotebooks(asked: readonly string[]): string[] {
  const folder = join(PROJECT_ROOT, "notebooks");
  const all = readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort();
  if (asked.length === 0) return all.map((name) => join(folder, name));
  return asked.map((path) => {
    const file = [resolve(path), join(folder, basename(path)), join(folder, `${path}.ipynb`)].find(existsSync);
    if (!file?.endsWith(".ipynb")) throw new Error(`no notebook "${path}"; there are: ${all.join(", ")}`);
    return file;
  });
}

/** Files of a folder written since a time in milliseconds. */
function newFiles(folder: string, since: number): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).map((name) => join(folder, name));
  return files.filter((path) => statSync(path).isFile() && statSync(path).mtimeMs >= since).sort();
}

function printTable(rows: readonly string[][]): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  console.log();
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
