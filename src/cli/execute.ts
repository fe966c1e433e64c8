import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { PROJECT_ROOT } from "./project";

export interface ExecuteOptions {
  /** Notebook file to run. */
  readonly notebook: string;
  /** File that the executed notebook is written to; may be the notebook itself. Left alone when a cell fails. */
  readonly output: string;
  /** Variables added to the environment of Jupyter and so of the kernel. */
  readonly environment: Record<string, string>;
}

/** The end of one headless run. */
export interface Execution {
  readonly ok: boolean;
  readonly seconds: number;
  /** Assertions that the notebook reports to have checked. */
  readonly assertions: number;
  /** What Jupyter said of the failing cell; empty when all went well. */
  readonly failure: string;
}

/**
 * Runs one notebook from top to bottom on the project's kernel, without a browser.
 *
 * @param options see {@link ExecuteOptions}. The output is written whole, or not at all when a cell fails.
 * @returns whether every cell ran, the seconds it took, the assertions checked, and the failing cell's error.
 * @throws Error when Jupyter is not installed in the project's environment.
 */
export async function executeNotebook({ notebook, output, environment }: ExecuteOptions): Promise<Execution> {
  const jupyter = join(PROJECT_ROOT, ".venv", "bin", "jupyter");
  if (!existsSync(jupyter)) throw new Error(`${jupyter} does not exist: run "npm run setup" first`);
  const temporary = join(dirname(output), `.${basename(output, ".ipynb")}.${process.pid}.ipynb`);
  mkdirSync(dirname(output), { recursive: true });
  const started = performance.now();
  const { code, text } = await run(
    jupyter,
    [
      "nbconvert",
      "--to=notebook",
      "--execute",
      "--log-level=ERROR",
      "--ExecutePreprocessor.kernel_name=counterweight",
      "--ExecutePreprocessor.timeout=-1",
      "--ExecutePreprocessor.record_timing=False",
      `--output-dir=${dirname(temporary)}`,
      `--output=${basename(temporary)}`,
      notebook,
    ],
    { ...process.env, ...environment, JUPYTER_PREFER_ENV_PATH: "1" },
  );
  const seconds = (performance.now() - started) / 1000;
  const ok = code === 0 && existsSync(temporary);
  if (!ok) {
    rmSync(temporary, { force: true });
    return { ok, seconds, assertions: 0, failure: text.trim() || `jupyter ended with exit code ${code}` };
  }
  renameSync(temporary, output);
  return { ok, seconds, assertions: countAssertions(output), failure: "" };
}

/** Runs a command to its end; Ctrl-C reaches it through the terminal's process group. */
function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: PROJECT_ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (part: string) => (text += part));
    child.on("error", reject).on("close", (code) => resolve({ code, text }));
  });
}

interface NotebookFile {
  readonly cells: {
    readonly outputs?: { readonly metadata?: { readonly counterweight?: { readonly assertions?: number } } }[];
  }[];
}

/** Sums what `notebook.check` left in the outputs' metadata. */
function countAssertions(file: string): number {
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as NotebookFile;
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  return outputs.reduce((sum, output) => sum + (output.metadata?.counterweight?.assertions ?? 0), 0);
}
