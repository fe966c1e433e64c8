import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** A notebook as its runs see it. */
export interface Notebook {
  /** Path of the file. */
  readonly file: string;
  /** File name without its ending. */
  readonly name: string;
  /** Sources of the code cells, in their order. */
  readonly code: readonly string[];
  /** Hash of the code cells and of what the notebook asks for: prose does not count. */
  readonly codeHash: string;
  /** Hash of the outputs and execution counts. */
  readonly outputHash: string;
  /** It measures time or memory: nothing else may run meanwhile. */
  readonly alone: boolean;
  /** Names of the studies whose stored trials it tells of. */
  readonly studies: readonly string[];
  /** Assertions that its outputs report as checked. */
  readonly assertions: number;
}

interface Output {
  readonly metadata?: { readonly counterweight?: { readonly assertions?: number } };
}

interface NotebookFile {
  readonly metadata?: { readonly counterweight?: { readonly alone?: unknown; readonly studies?: unknown } };
  readonly cells?: readonly {
    readonly cell_type: string;
    readonly source: string | readonly string[];
    readonly metadata?: { readonly tags?: readonly string[] };
    readonly execution_count?: number | null;
    readonly outputs?: readonly Output[];
  }[];
}

/**
 * Paths of the notebooks asked for.
 *
 * @param asked paths, or names with or without ".ipynb"; empty for all.
 * @param folder where the notebooks lie.
 * @returns absolute paths; all notebooks are in the order of their names.
 * @throws Error when one does not exist; it names those that do.
 */
export function findNotebooks(asked: readonly string[], folder: string): string[] {
  const all = readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort();
  if (asked.length === 0) return all.map((name) => join(folder, name));
  const found = asked.map((path) => {
    const file = [resolve(path), join(folder, basename(path)), join(folder, `${path}.ipynb`)].find(existsSync);
    if (!file?.endsWith(".ipynb")) throw new Error(`no notebook "${path}"; there are: ${all.join(", ")}`);
    return file;
  });
  return [...new Set(found)];
}

/**
 * Reads a notebook.
 *
 * It runs alone where the notebook's metadata hold `"counterweight": { "alone": true }`, and tells of the studies that they name in
 * `"counterweight": { "studies": ["name"] }`.
 *
 * @param file path of the notebook.
 * @returns see {@link Notebook}.
 * @throws Error when the file is not a notebook, `alone` is neither true nor false, or `studies` no list of names.
 */
export function readNotebook(file: string): Notebook {
  const text = readFileSync(file, "utf8");
  const { metadata, cells } = parse(text, file);
  if (!Array.isArray(cells)) throw new Error(`${file} is not a notebook: it holds no cells`);
  const alone = metadata?.counterweight?.alone ?? false;
  if (typeof alone !== "boolean")
    throw new Error(`${file}: counterweight.alone in its metadata must be true or false, received ${String(alone)}`);
  const studies = metadata?.counterweight?.studies ?? [];
  if (!Array.isArray(studies) || !studies.every((name) => typeof name === "string"))
    throw new Error(
      `${file}: counterweight.studies in its metadata must be a list of names, received ${JSON.stringify(studies)}`,
    );
  const codeCells = (cells as NonNullable<NotebookFile["cells"]>).filter(({ cell_type }) => cell_type === "code");
  const code = codeCells.map(({ source }) => (typeof source === "string" ? source : source.join("")));
  const outputs = codeCells.map((cell) => cell.outputs ?? []);
  return {
    file,
    name: basename(file, ".ipynb"),
    code,
    codeHash: hashOf([code, codeCells.map((cell) => cell.metadata?.tags ?? [])]),
    outputHash: hashOf([outputs, codeCells.map((cell) => cell.execution_count ?? null)]),
    alone,
    studies,
    assertions: outputs.flat().reduce((sum, output) => sum + (output.metadata?.counterweight?.assertions ?? 0), 0),
  };
}

function parse(text: string, file: string): NotebookFile {
  try {
    return JSON.parse(text) as NotebookFile;
  } catch (error) {
    throw new Error(`${file} is not a notebook: ${(error as Error).message}`);
  }
}

const hashOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
