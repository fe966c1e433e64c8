import { open, readFile, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";

import { pause } from "./pause";

/** How a lock is waited for. */
export interface LockOptions {
  /** Stops the waiting. */
  readonly signal?: AbortSignal;
  /** Milliseconds between two looks at a lock that another holds. */
  readonly poll?: number;
  /** Milliseconds without a sign of life after which a lock counts as left behind by a process that died. */
  readonly staleAfter?: number;
}

/**
 * Runs `work` while no other caller, in this process or another, runs under the same lock file.
 *
 * Two cells that load two splits of one set must not both write the same download. The holder touches the file while it
 * works; a lock whose process is gone, or that shows no sign of life for `staleAfter`, is taken over. Should two
 * waiters take over at once, both work: the price is a download made twice, never a wrong file, for checksums are
 * looked at after.
 *
 * @param path the lock file; its folder must exist. It is removed at the end.
 * @param work what to run.
 * @param options see {@link LockOptions}.
 * @returns what `work` returns.
 * @throws what `work` throws; the signal's reason when aborted while waiting; the system's error when the file cannot
 *   be made.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const { signal, poll = 200, staleAfter = 30_000 } = options;
  let seen = { mark: "", since: Date.now() };
  while (!(await acquire(path))) {
    signal?.throwIfAborted();
    const mark = await markOf(path);
    if (mark !== seen.mark) seen = { mark, since: Date.now() };
    if ((await holderIsGone(path)) || Date.now() - seen.since > staleAfter) await rm(path, { force: true });
    else await pause(poll, signal);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, 5_000);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    await handle.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The holder's last sign of life. It is compared with itself only, so clocks of two machines need not agree. */
async function markOf(path: string): Promise<string> {
  return stat(path).then(
    (status) => String(status.mtimeMs),
    () => "gone",
  );
}

/** Whether the holder ran on this machine and no longer runs. */
async function holderIsGone(path: string): Promise<boolean> {
  try {
    const holder = JSON.parse(await readFile(path, "utf8")) as { pid: number; host: string };
    if (holder.host !== hostname()) return false;
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
