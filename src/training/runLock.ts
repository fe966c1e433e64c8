import { readFileSync, rmSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";

/** The process that holds a lock. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, where the system tells: a process number alone may be in use again. */
  readonly began: string | null;
}

/**
 * Takes the lock of a run: two processes must not write the same checkpoints.
 *
 * A lock whose process is gone, as after a kill, is taken over; one of this process too, as when a notebook cell runs again. Whether a
 * process of another machine lives cannot be seen: such a lock is removed by hand.
 *
 * @param path the lock file; its folder must exist.
 * @returns a function that gives the lock back; so does the end of the process.
 * @throws Error naming the holder, when it lives or cannot be seen.
 */
export async function lockRun(path: string): Promise<() => Promise<void>> {
  const mine = thisProcess();
  for (;;) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(JSON.stringify(mine));
      await file.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await holderOf(path);
    if (holder && lives(holder, mine)) {
      throw new Error(
        `the run is in use by process ${holder.pid} on ${holder.host}; if that is gone, remove ${path} and try again`,
      );
    }
    await rm(path, { force: true });
  }
  const atExit = () => rmSync(path, { force: true });
  process.once("exit", atExit);
  return async () => {
    process.off("exit", atExit);
    await rm(path, { force: true });
  };
}

/** This process as the holder of a lock. */
export function thisProcess(): Holder {
  return { pid: process.pid, host: hostname(), began: beginningOf(process.pid) };
}

/** Whether the lock of a run is held by a process that lives, as far as can be seen from here. */
export async function isLocked(path: string): Promise<boolean> {
  const holder = await holderOf(path);
  if (!holder) return false;
  if (holder.host !== hostname()) return true;
  return isRunning(holder);
}

/** Undefined for no file, or one that was cut short by a kill between its making and its writing. */
export async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function lives(holder: Holder, mine: Holder): boolean {
  if (holder.host !== mine.host) return true;
  if (holder.pid === mine.pid) return false;
  return isRunning(holder);
}

/** Whether a process of this machine runs, and is the same one still. */
export function isRunning({ pid, began }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return began === beginningOf(pid);
}

/** Start of a process in ticks since the machine's, where /proc tells; else null. */
function beginningOf(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").pop()?.split(" ");
    // Field 22 of the line, the 20th after the name.
    return fields?.[19] ?? null;
  } catch {
    return null;
  }
}
