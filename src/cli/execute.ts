import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface ExecuteOptions {
  /** The project, whose kernel runs the cells. */
  readonly root: string;
  /** Notebook file to run. */
  readonly notebook: string;
  /** File that the executed notebook is written to, when every cell ran. */
  readonly output: string;
  /** Variables added to the environment of the kernel. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told before a code cell starts: its number from 1, and how many there are. */
  readonly onCell?: (cell: number, cells: number) => void;
  /** Told why a kernel that never answered was given up, before another is started. */
  readonly onAgain?: (why: string) => void;
  /** Ends the run, and its kernel with it. */
  readonly signal?: AbortSignal;
}

/** The end of one headless run. */
export interface Execution {
  readonly ok: boolean;
  readonly seconds: number;
  /** Most bytes of memory that the kernel held. */
  readonly peak: number;
  /** What is known of the failing cell; empty when all went well. */
  readonly failure: string;
}

interface Event {
  readonly cells?: number;
  readonly cell?: number;
  readonly again?: string;
  readonly ok?: boolean;
  readonly failure?: string;
  readonly peak?: number;
}

/** Time that the kernel and its client are given to end, in milliseconds. */
const GRACE = 5000;
/** Of what a run that died has written, the end is shown. */
const SHOWN = 4000;

/**
 * Runs one notebook from top to bottom on the project's kernel, without a browser.
 *
 * @param options see {@link ExecuteOptions}.
 * @returns a promise of whether every cell ran, the seconds it took, the memory it held and the failing cell's error. No kernel is
 *   left behind, whatever became of the run or of this process.
 * @throws Error when Jupyter is not installed in the project's environment.
 */
export async function executeNotebook(options: ExecuteOptions): Promise<Execution> {
  const { root, notebook, output, environment, onCell, onAgain, signal } = options;
  const python = join(root, ".venv", "bin", "python");
  if (!existsSync(python)) throw new Error(`${python} does not exist: run "npm run setup" first`);
  const started = performance.now();
  // In a process group of its own, so that Ctrl-C in a terminal reaches this process alone, which then ends the runs in order.
  const child = spawn(python, [join(__dirname, "..", "..", "src", "cli", "execute.py"), notebook, output], {
    cwd: root,
    env: { ...process.env, ...environment, JUPYTER_PREFER_ENV_PATH: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let last: Event = {};
  let cells = 0;
  let errors = "";
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const event = JSON.parse(line) as Event;
    if (event.cells !== undefined) cells = event.cells;
    if (event.cell !== undefined) onCell?.(event.cell, cells);
    if (event.again !== undefined) onAgain?.(event.again);
    if (event.ok !== undefined) last = event;
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => (errors = (errors + part).slice(-SHOWN)));
  child.stdin.on("error", () => undefined);

  let patience: NodeJS.Timeout | undefined;
  const stop = () => {
    child.stdin.end();
    patience = setTimeout(() => child.kill("SIGKILL"), GRACE);
  };
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    const seconds = (performance.now() - started) / 1000;
    const ok = code === 0 && last.ok === true;
    const failure = ok
      ? ""
      : signal?.aborted
        ? "interrupted"
        : last.failure || errors.trim() || `the run ended with exit code ${code} and no word`;
    return { ok, seconds, peak: last.peak ?? 0, failure };
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener("abort", stop);
  }
}
