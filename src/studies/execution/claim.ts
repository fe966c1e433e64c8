import { randomUUID } from "node:crypto";
import { link, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";

import { holderOf, isRunning, thisProcess, type Holder } from "../../training/runLock";

export interface ClaimOptions {
  /** Stops the waiting. */
  readonly signal?: AbortSignal;
  /** Called once, when another process holds the claim. */
  readonly onWait?: (holder: Holder) => void;
  /** Milliseconds between two looks; default 250. */
  readonly poll?: number;
  /** Milliseconds without a sign of life after which a holder on another machine counts as gone; default a minute. */
  readonly patience?: number;
}

const HEARTBEAT = 5_000;

/** Touches the claim from a thread of its own, since a long step of training keeps the main thread busy. */
const BEAT = `
  const { workerData } = require("node:worker_threads");
  const { utimes } = require("node:fs");
  setInterval(() => utimes(workerData.path, new Date(), new Date(), () => {}), workerData.every);
`;

/**
 * Claims a trial: of all processes, on one machine or many that share a disk, one works on it. Waits while another does.
 *
 * The claim is a file that appears whole, in one step (a hard link), and names its holder. It is taken over when the holder's process is
 * gone, or, on another machine, when it shows no sign of life for `patience`; the file's time is compared with itself only, so clocks need
 * not agree.
 *
 * @param path the file; its folder is made.
 * @returns a function that gives the claim back; so does the end of the process.
 * @throws the signal's reason, when it is aborted while waiting.
 */
export async function claim(path: string, options: ClaimOptions = {}): Promise<() => Promise<void>> {
  const { signal, onWait, poll = 250, patience = 60_000 } = options;
  await mkdir(dirname(path), { recursive: true });
  const mine = thisProcess();
  let waited = false;
  let seen = { mark: "", since: performance.now() };
  while (!(await appear(path, mine))) {
    signal?.throwIfAborted();
    const [holder, mark] = [await holderOf(path), await markOf(path)];
    if (mark !== seen.mark) seen = { mark, since: performance.now() };
    const silent = performance.now() - seen.since > patience;
    if (holder && isGone(holder, silent)) {
      await discard(path, mark, mine);
      continue;
    }
    if (holder && !waited) onWait?.(holder);
    waited = true;
    await delay(poll, undefined, { signal });
  }
  const beat = new Worker(BEAT, { eval: true, execArgv: [], workerData: { path, every: HEARTBEAT } });
  beat.unref();
  const atExit = () => rmSync(path, { force: true });
  process.once("exit", atExit);
  return async () => {
    process.off("exit", atExit);
    await beat.terminate();
    await rm(path, { force: true });
  };
}

async function appear(path: string, mine: Holder): Promise<boolean> {
  const offer = `${path}.${randomUUID()}`;
  await writeFile(offer, JSON.stringify(mine));
  try {
    await link(offer, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(offer, { force: true });
  }
}

/** Removes the claim of a holder that is gone. Of several that found it so one may, and only if it is the same claim still. */
async function discard(path: string, mark: string, mine: Holder): Promise<void> {
  const guard = `${path}.takeover`;
  if (!(await appear(guard, mine))) {
    const other = await holderOf(guard);
    if (other?.host === mine.host && !isRunning(other)) await rm(guard, { force: true });
    await delay(20);
    return;
  }
  if ((await markOf(path)) === mark) await rm(path, { force: true });
  await rm(guard, { force: true });
}

function isGone(holder: Holder, silent: boolean): boolean {
  return holder.host === thisProcess().host ? !isRunning(holder) : silent;
}

/** Which file it is, and its holder's last sign of life. */
async function markOf(path: string): Promise<string> {
  return stat(path).then(
    ({ ino, mtimeMs }) => `${ino} ${mtimeMs}`,
    () => "gone",
  );
}
