import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";

import { type Places, type Trial, type TrialRecord } from "../core";
import { TRIAL_FILES, trialFolder } from "../core/places";
import { readFailure, readRecord, writeFailure } from "../core/records";
import { type Slot } from "./slots";

/** What a trial's process tells the one that started it. */
export interface ProgressMessage {
  readonly done: number;
  readonly total: number;
  readonly detail: string;
}

/** What happens to trials while they run. */
export interface PoolObserver {
  started?(trial: Trial): void;
  progress?(trial: Trial, message: ProgressMessage): void;
  finished?(trial: Trial, record: TrialRecord): void | Promise<void>;
  /** `log` is the file with all that the trial's process said. */
  failed?(trial: Trial, failure: { readonly message: string; readonly log: string }): void;
}

export interface PoolOptions {
  readonly trials: readonly Trial[];
  /** One trial runs in each at a time. */
  readonly slots: readonly Slot[];
  /** The command of a trial's process: it runs the trial, writes its result, and ends with 0. */
  readonly command: (trial: Trial) => readonly string[];
  readonly places?: Places;
  readonly observer?: PoolObserver;
  /** Asks all processes to stop in good order, and starts no more. */
  readonly signal?: AbortSignal;
  /** Stops all processes at once. */
  readonly kill?: AbortSignal;
}

/** How the trials of a pool ended. */
export interface PoolResult {
  readonly finished: number;
  readonly failed: readonly Trial[];
  /** Stopped by the signal, or not started because of it. */
  readonly left: readonly Trial[];
}

/**
 * Runs trials in processes of their own, one in every slot at a time. One that fails stops no other.
 *
 * A process is asked to stop with SIGTERM; it also stops by itself when this process is gone.
 *
 * @param options see {@link PoolOptions}.
 * @returns how they ended.
 * @throws what the observer throws, or Error when a process cannot be started; the processes are then stopped.
 */
export async function runPool(options: PoolOptions): Promise<PoolResult> {
  const { trials, slots, signal } = options;
  const waiting = [...trials];
  const ended = { finished: 0, failed: [] as Trial[], left: [] as Trial[] };
  const broken = new AbortController();
  const stop = AbortSignal.any([broken.signal, ...(signal ? [signal] : [])]);
  const serve = async (slot: Slot) => {
    try {
      for (let trial = waiting.shift(); trial; trial = waiting.shift()) {
        const how = stop.aborted ? "left" : await runOne(trial, slot, options, stop);
        if (how === "finished") ended.finished++;
        else ended[how].push(trial);
      }
    } catch (error) {
      broken.abort(error);
      throw error;
    }
  };
  const results = await Promise.allSettled(slots.map(serve));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return ended;
}

async function runOne(
  trial: Trial,
  slot: Slot,
  { command, places = {}, observer = {}, kill }: PoolOptions,
  stop: AbortSignal,
): Promise<"finished" | "failed" | "left"> {
  const folder = trialFolder(places, trial);
  await mkdir(folder, { recursive: true });
  const logPath = join(folder, TRIAL_FILES.log);
  const log = await open(logPath, "a");
  try {
    const [program, ...words] = command(trial);
    await log.write(`--- ${new Date().toISOString()} ${[program, ...words].join(" ")}\n`);
    const child = spawn(program, words, {
      env: { ...process.env, ...slot.environment },
      // A group of its own: Ctrl-C in a terminal reaches the trial through this process only, once.
      detached: true,
      stdio: ["ignore", log.fd, log.fd, "ipc"],
    });
    observer.started?.(trial);
    child.on("message", (message) => observer.progress?.(trial, message as ProgressMessage));
    const code = await endOf(child, stop, kill);
    const record = await readRecord(folder);
    if (record) {
      await observer.finished?.(trial, record);
      return "finished";
    }
    if (stop.aborted) return "left";
    const message = (await readFailure(folder))?.message ?? `its process ended with ${code} and no result`;
    if (!(await readFailure(folder))) await writeFailure(folder, message);
    observer.failed?.(trial, { message, log: logPath });
    return "failed";
  } finally {
    await log.close();
  }
}

/** Exit code, or the signal that ended the process. */
async function endOf(child: ChildProcess, stop: AbortSignal, kill: AbortSignal | undefined): Promise<string> {
  const ask = () => child.kill("SIGTERM");
  const end = () => child.kill("SIGKILL");
  stop.addEventListener("abort", ask, { once: true });
  kill?.addEventListener("abort", end, { once: true });
  if (stop.aborted) ask();
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code === null ? `signal ${signal}` : `exit code ${code}`;
  } finally {
    stop.removeEventListener("abort", ask);
    kill?.removeEventListener("abort", end);
  }
}
