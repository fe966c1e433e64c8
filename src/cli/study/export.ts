import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { close, save } from "../../figures";
import { labelText, type StoredStudy, type Study } from "../../studies";
import { csvTable } from "./csv";
import { latexTable, markdownToLatex } from "./latex";
import { settingsList, settingsOf } from "./settings";

/** The file by which a folder is known as one that an export has written, and may replace. */
const MARK = "configurations.json";

/**
 * Writes what goes into a paper's repository into one folder, whole or not at all: `tables/` (LaTeX with booktabs, CSV), `figures/` (SVG, PDF),
 * `configurations.json`, `methods.md` and `methods.tex`.
 *
 * The folder is made beside its place and then put there. An earlier export there is replaced.
 *
 * @param study the study.
 * @param stored its results.
 * @param folder where to.
 * @returns paths of the files, relative to the folder.
 * @throws Error when the folder holds anything but an earlier export, or when a table or figure cannot be made; nothing is then written.
 */
export async function exportStudy(study: Study, stored: StoredStudy, folder: string): Promise<string[]> {
  const target = resolve(folder);
  await requireReplaceable(target);
  const made = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  await rm(made, { recursive: true, force: true });
  try {
    const files = textsOf(study, stored);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(made, path)), { recursive: true });
      await writeFile(join(made, path), text);
    }
    const paths = Object.keys(files);
    for (const [name, figure] of Object.entries(study.figures(stored))) {
      await save(figure, name, { folder: join(made, "figures"), formats: ["svg", "pdf"] });
      paths.push(`figures/${name}.svg`, `figures/${name}.pdf`);
    }
    await putInPlace(made, target);
    return paths.sort();
  } finally {
    await close();
    await rm(made, { recursive: true, force: true });
  }
}

function textsOf(study: Study, stored: StoredStudy): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [name, table] of Object.entries(study.tables(stored))) {
    files[`tables/${name}.tex`] = latexTable(table, `tab:${study.name}-${name}`);
    files[`tables/${name}.csv`] = csvTable(table);
  }
  const trials = stored.trials.map(({ key, labels, config, engine }) => ({ key, labels, config, engine }));
  const { profile } = stored;
  const head = { study: study.name, title: study.title, profile, numericsVersion: study.version };
  files[MARK] = `${JSON.stringify({ ...head, trials }, null, 2)}\n`;
  const methods = methodsText(study, stored);
  files["methods.md"] = methods;
  files["methods.tex"] = markdownToLatex(methods);
  return files;
}

/** The study's own paragraph, then every setting, the devices, and what is missing. */
export function methodsText(study: Study, stored: StoredStudy): string {
  const { trials, missing, profile } = stored;
  const engines = trials.map(({ engine }) => {
    const { device, threads, tensorflow, tfjs, node } = engine;
    const library = tensorflow === null ? `tfjs ${tfjs}` : `TensorFlow ${tensorflow}, tfjs ${tfjs}`;
    return `${device}, ${threads} ${threads === 1 ? "thread" : "threads"} per trial; ${library}, Node ${node}`;
  });
  const seeds = [...new Set(trials.map(({ config }) => config.seed))].sort((a, b) => a - b);
  return [
    `# ${study.title}`,
    "",
    study.question,
    "",
    study.methods(stored).trim(),
    "",
    "## Settings",
    "",
    `${trials.length} trials of profile ${profile}, seeds ${seeds.join(", ")}${missing.length > 0 ? `; ${missing.length} trials are missing` : ""}.`,
    "",
    settingsList(settingsOf(trials)),
    "",
    "## Environment",
    "",
    ...[...new Set(engines)].sort().map((engine) => `- ${engine}`),
    "",
  ].join("\n");
}

/** Labels of the trials that are missing, at most five. */
export function missingText(study: Study, { missing }: StoredStudy): string {
  const shown = missing.slice(0, 5).map((config) => labelText(study.labels(config)));
  return `${missing.length} trials have no result: ${shown.join("; ")}${missing.length > 5 ? "; ..." : ""}`;
}

async function requireReplaceable(target: string): Promise<void> {
  const there = await stat(target).catch(() => undefined);
  if (!there) return;
  const names = there.isDirectory() ? await readdir(target) : [];
  if (there.isDirectory() && (names.length === 0 || names.includes(MARK))) return;
  throw new Error(`${target} is there and no earlier export (it has no ${MARK}): name another folder`);
}

async function putInPlace(made: string, target: string): Promise<void> {
  const old = join(dirname(target), `.${basename(target)}.${process.pid}.old`);
  const before = await rename(target, old).then(
    () => true,
    () => false,
  );
  try {
    await rename(made, target);
  } catch (error) {
    if (before) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
