import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { dirname, join, relative } from "node:path";

import { PROFILE_VARIABLE } from "../notebook/parameters";
import { duration } from "../notebook/progress";
import { sourceDependencies } from "./dependencies";
import { executeNotebook, type Execution } from "./execute";
import { findNotebooks, readNotebook, type Notebook } from "./notebooks";
import { PROJECT_ROOT } from "./project";
import { schedule } from "./schedule";
import { environmentOf } from "./runEnvironment";
import { createHasher, readStamp, reasonToRun, writeStamp, type Stamp } from "./stamp";
import { createStatus, type Status } from "./status";

export interface ReproduceOptions {
  /** Notebook files; empty or absent: all of `notebooks/`. */
  readonly notebooks?: readonly string[];
  readonly profile: string;
  /** Runs also notebooks that are finished and unchanged; default false. */
  readonly fresh?: boolean;
  /** Most notebooks at a time; by default as many as there are cores. Memory may allow fewer. */
  readonly jobs?: number;
  /** File to write `{ passed, failed }` to. */
  readonly counts?: string;
  /** Folder of the project; default that of this library. */
  readonly root?: string;
  /** Where progress and the table go; default the standard output. */
  readonly stream?: NodeJS.WriteStream;
  /** Ends all kernels; what is finished is kept. */
  readonly signal?: AbortSignal;
}

/** How a notebook came out. */
export interface Reproduction {
  readonly name: string;
  readonly result: "ok" | "FAILED" | "interrupted" | "not started";
  /** Nothing had changed since an earlier run, whose numbers these are. */
  readonly reused: boolean;
  readonly seconds: number;
  readonly assertions: number;
  /** Names of the figures, without endings. */
  readonly figures: readonly string[];
}

/** Memory that a notebook is taken to need where it has not run yet, and what its browser needs beside its kernel, in bytes. */
const UNKNOWN_NEED = 3 * 2 ** 30;
const BROWSER_NEED = 0.5 * 2 ** 30;
/** Of the free memory, what notebooks may ask for together. */
const SHARE = 0.9;

interface Candidate {
  readonly notebook: Notebook;
  readonly memory: number;
  readonly alone: boolean;
  readonly seconds: number | undefined;
  readonly why: string;
  readonly sources: Stamp["sources"];
}

/**
 * Runs notebooks headless, side by side as cores and memory allow, and exports their figures. What is finished and unchanged is
 * reused.
 *
 * The laptop profile writes executed notebooks in place and figures to `figures/`: these are the committed ones. Other profiles
 * write to `data/runs/notebooks/<profile>/` and `figures/<profile>/`, and leave the committed ones alone.
 *
 * A notebook is reused where its code cells, the source files that they rest on, the files below `data/` that it read, the installed
 * packages and its outputs are those of its last finished run in this profile; prose may change. Each notebook writes its figures to a
 * folder of its own, and they take their places together with its outputs when every cell has run: a failed or interrupted run
 * changes nothing.
 *
 * @param options see {@link ReproduceOptions}.
 * @returns a promise of how each came out, in the order asked for; a failing one does not stop the others.
 * @throws Error when a notebook does not exist; RangeError when `jobs` is not an integer of at least 1.
 */
export async function reproduce(options: ReproduceOptions): Promise<Reproduction[]> {
  const { profile, fresh = false, jobs = availableParallelism(), counts, root = PROJECT_ROOT, signal } = options;
  const stream = options.stream ?? process.stdout;
  const started = performance.now();
  const inPlace = profile === "laptop";
  const runs = join(root, "data", "runs", "notebooks", profile);
  const figures = inPlace ? join(root, "figures") : join(root, "figures", profile);
  const stampOf = (name: string) => join(runs, "stamps", `${name}.json`);
  const outputOf = ({ file, name }: Notebook) => (inPlace ? file : join(runs, `${name}.ipynb`));
  const environment = environmentOf(root);
  const dependencies = sourceDependencies(root);
  const hasher = createHasher();

  const notebooks = findNotebooks(options.notebooks ?? [], join(root, "notebooks")).map(readNotebook);
  const results = new Map<string, Reproduction>();
  const candidates: Candidate[] = [];
  for (const notebook of notebooks) {
    const { name, code, codeHash, alone } = notebook;
    const stamp = readStamp(stampOf(name));
    const sources = hasher.hashAll(root, dependencies.of(code, dirname(notebook.file)));
    const executed = outputs(outputOf(notebook));
    const why = reasonToRun(stamp, {
      code: codeHash,
      environment,
      sources,
      reads: hasher.hashAll(root, Object.keys(stamp?.reads ?? {})),
      outputs: executed?.outputHash ?? "absent",
      figures: hasher.hashAll(figures, Object.keys(stamp?.figures ?? {})),
    });
    if (why === undefined && stamp && executed && !fresh) {
      const made = figureNames(Object.keys(stamp.figures));
      const { seconds } = stamp;
      results.set(name, { name, result: "ok", reused: true, seconds, assertions: executed.assertions, figures: made });
    } else {
      const memory = stamp?.peak ? stamp.peak + BROWSER_NEED : UNKNOWN_NEED;
      candidates.push({ notebook, memory, alone, seconds: stamp?.seconds, why: why ?? "asked for afresh", sources });
    }
  }

  if (!existsSync(RECORDER)) throw new Error(`${RECORDER} does not exist: run "npm run setup" first`);
  mkdirSync(runs, { recursive: true });
  removeAbandoned(runs);
  const status = createStatus(stream);
  const budget = SHARE * Math.min(freemem(), process.constrainedMemory?.() || Infinity);
  const reused = results.size > 0 ? `, ${results.size} reused (--fresh --keep-trials runs them again)` : "";
  status.say(`profile ${profile}: ${candidates.length} to run${reused}, at most ${jobs} at a time`);
  /** Which notebook of this run has written a figure file. */
  const owners = new Map<string, string>();

  const runOne = async ({ notebook, sources, why }: Candidate): Promise<void> => {
    const { name, file, codeHash } = notebook;
    const start = Date.now();
    const before = createHasher().hash(file);
    const workplace = mkdtempSync(join(runs, `.${name}.${process.pid}.`));
    try {
      status.start(name, why);
      const place = { executed: join(workplace, `${name}.ipynb`), figures: join(workplace, "figures") };
      const reads = join(workplace, "reads.txt");
      const execution = await executeNotebook({
        root,
        notebook: file,
        output: place.executed,
        environment: {
          [PROFILE_VARIABLE]: profile,
          COUNTERWEIGHT_FIGURES: place.figures,
          COUNTERWEIGHT_ROOT: root,
          COUNTERWEIGHT_READS: reads,
          COUNTERWEIGHT_READS_BELOW: join(root, "data"),
          NODE_OPTIONS: [process.env.NODE_OPTIONS, `--require ${JSON.stringify(RECORDER)}`].filter(Boolean).join(" "),
        },
        onCell: (cell, cells) => status.cell(name, cell, cells),
        onAgain: (why) => status.say(`${name}: the kernel never answered, another is started (${why})`),
        signal,
      });
      if (!execution.ok) return fail(status, results, name, execution);
      const files = listing(place.figures);
      const taken = files.find((each) => owners.has(each));
      if (taken !== undefined) {
        const failure = `figures/${taken} was written by ${owners.get(taken)} a moment ago: a figure belongs to one notebook`;
        return fail(status, results, name, { ...execution, failure });
      }
      for (const each of files) owners.set(each, name);
      if (inPlace && createHasher().hash(file) !== before) {
        const failure = "the notebook was edited while it ran: it is left as it is";
        return fail(status, results, name, { ...execution, failure });
      }

      const { outputHash, assertions } = readNotebook(place.executed);
      const after = createHasher();
      const stamp: Stamp = {
        code: codeHash,
        environment,
        sources,
        reads: after.hashAll(root, readsOf(reads, root, start)),
        outputs: outputHash,
        figures: after.hashAll(place.figures, files),
        seconds: execution.seconds,
        peak: execution.peak,
      };
      // From here to the stamp nothing is awaited, so that no interruption comes between.
      mkdirSync(figures, { recursive: true });
      for (const each of files) renameSync(join(place.figures, each), join(figures, each));
      renameSync(place.executed, outputOf(notebook));
      writeStamp(stampOf(name), stamp);
      const made = figureNames(files);
      results.set(name, {
        name,
        result: "ok",
        reused: false,
        seconds: execution.seconds,
        assertions,
        figures: made,
      });
      const written = [relative(root, outputOf(notebook)), ...made.map((each) => relative(root, join(figures, each)))];
      const holds = assertions === 1 ? "1 assertion holds" : `${assertions} assertions hold`;
      status.end(name, `${name}: ok, ${duration(1000 * execution.seconds)}, ${holds}, wrote ${written.join(", ")}`);
    } finally {
      rmSync(workplace, { recursive: true, force: true });
    }
  };
  try {
    for (const { notebook } of await schedule(candidates, { jobs, memory: budget, signal }, runOne)) {
      const { name } = notebook;
      results.set(name, { name, result: "not started", reused: false, seconds: 0, assertions: 0, figures: [] });
    }
  } finally {
    status.close();
  }
  const all = notebooks.map(({ name }) => results.get(name) as Reproduction);
  stream.write(`\n${summary(all, performance.now() - started)}\n`);
  if (counts) {
    const passed = all.filter(({ result }) => result === "ok").length;
    writeWhole(counts, JSON.stringify({ passed, failed: all.length - passed }));
  }
  return all;
}

/** Compiled, whether or not this file is: the kernel is. */
const RECORDER = join(PROJECT_ROOT, "dist", "cli", "readRecord.js");

function fail(status: Status, results: Map<string, Reproduction>, name: string, execution: Execution): void {
  const result = execution.failure === "interrupted" ? "interrupted" : "FAILED";
  const { seconds } = execution;
  results.set(name, { name, result, reused: false, seconds, assertions: 0, figures: [] });
  const details = result === "FAILED" ? `\n${execution.failure}\n` : "";
  status.end(name, `${name}: ${result} after ${duration(1000 * seconds)}${details}`);
}

/** What an executed notebook shows; undefined where there is none. */
function outputs(file: string): Notebook | undefined {
  try {
    return readNotebook(file);
  } catch {
    return undefined;
  }
}

/** Removes the working folders of processes that were killed. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = /^\..+\.(\d+)\.\w+$/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

const figureNames = (files: readonly string[]): string[] => [
  ...new Set(files.map((file) => file.replace(/\.[^.]+$/, ""))),
];

/** Files below `data/` that a run looked at, without those that it made or changed itself. */
function readsOf(record: string, root: string, start: number): string[] {
  const notes = statSync(record, { throwIfNoEntry: false }) ? readFileSync(record, "utf8").split("\n") : [];
  const inputs = [...new Set(notes)].filter((path) => {
    if (path === "" || path.startsWith(join(root, "data", "runs", "notebooks"))) return false;
    const state = statSync(path, { throwIfNoEntry: false });
    return !state || state.mtimeMs < start;
  });
  return inputs.map((path) => relative(root, path)).sort();
}

function summary(all: readonly Reproduction[], milliseconds: number): string {
  const rows = all.map(({ name, result, reused, seconds, assertions, figures }) => [
    name,
    result,
    result === "not started" ? "" : reused ? "reused" : "run",
    seconds > 0 ? duration(1000 * seconds) : "",
    result === "ok" ? String(assertions) : "",
    figures.join(", "),
  ]);
  const lines = aligned([["notebook", "result", "", "time", "assertions", "figures"], ...rows]);
  const count = (of: (each: Reproduction) => boolean) => all.filter(of).length;
  const parts = [
    `${count(({ reused, result }) => result === "ok" && !reused)} run`,
    `${count(({ reused }) => reused)} reused`,
    ...(["FAILED", "interrupted", "not started"] as const)
      .map((result) => [count((each) => each.result === result), result] as const)
      .filter(([number]) => number > 0)
      .map(([number, result]) => `${number} ${result}`),
  ];
  const assertions = all.reduce((total, each) => total + each.assertions, 0);
  return [...lines, "", `${parts.join(", ")}; assertions that hold: ${assertions}; ${duration(milliseconds)}`].join(
    "\n",
  );
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
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
