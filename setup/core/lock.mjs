import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { contentOf, writeWhole } from "./files.mjs";

/**
 * @typedef {object} Process
 * @property {number} pid
 * @property {string} started when it started, so that another process that was given its number is not taken for it
 *
 * @typedef {object} Holder
 * @property {string} host
 * @property {Process[]} processes the set-up, and the tool it runs, which may outlive it
 *
 * @typedef {object} LockOptions
 * @property {(holder: Holder | undefined) => void} [onWait] called once, when another set-up holds the lock
 * @property {number} [poll] milliseconds between two looks
 * @property {number} [patience] milliseconds without a sign of life after which a holder on another machine counts as gone
 */

/**
 * Keeps two set-ups of one project apart. The lock is a file that names its holder; it appears whole, under its name, in one
 * step (a hard link), the holder touches it while it works, and that of a dead holder is taken over.
 *
 * @param {string} path
 * @param {LockOptions} [options]
 * @returns {Promise<{ name(child: number | undefined): void, release(): void }>} `name` adds the tool that runs now to the lock
 */
export async function takeLock(path, options = {}) {
  const { onWait = () => {}, poll = 200, patience = 60_000 } = options;
  mkdirSync(dirname(path), { recursive: true });
  const own = { pid: process.pid, started: startOf(process.pid) ?? "" };
  let waited = false;
  let seen = { mark: -1, since: Date.now() };
  while (!acquire(path, own)) {
    const holder = readHolder(path);
    const mark = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
    if (mark !== seen.mark) seen = { mark, since: Date.now() };
    const silent = Date.now() - seen.since > patience;
    if (isGone(holder, silent)) {
      discard(path, (found) => isGone(found, silent));
      await delay(1);
      continue;
    }
    if (!waited) onWait(holder);
    waited = true;
    await delay(poll);
  }
  const heartbeat = setInterval(() => touch(path), 5_000);
  heartbeat.unref();
  return {
    name: (child) => {
      const tool = child === undefined ? [] : [{ pid: child, started: startOf(child) ?? "" }];
      writeWhole(path, JSON.stringify({ host: hostname(), processes: [own, ...tool] }));
    },
    release: () => {
      clearInterval(heartbeat);
      rmSync(path, { force: true });
    },
  };
}

/**
 * @param {string} path
 * @param {Process} own
 */
function acquire(path, own) {
  const offer = `${path}.${own.pid}`;
  writeWhole(offer, JSON.stringify({ host: hostname(), processes: [own] }));
  try {
    linkSync(offer, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(offer, { force: true });
  }
}

/**
 * Removes the lock of a dead holder. Of several set-ups that found it dead only one may, and only after a second look: by then
 * another may have removed it and hold a lock of its own under this name.
 *
 * @param {string} path
 * @param {(holder: Holder | undefined) => boolean} isDead
 */
function discard(path, isDead) {
  const guard = `${path}.takeover`;
  try {
    writeFileSync(guard, "", { flag: "wx" });
  } catch {
    const since = statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > 10_000) rmSync(guard, { force: true });
    return;
  }
  if (isDead(readHolder(path))) rmSync(path, { force: true });
  rmSync(guard, { force: true });
}

/**
 * @param {string} path
 * @returns {Holder | undefined}
 */
function readHolder(path) {
  try {
    return JSON.parse(contentOf(path)?.toString() ?? "");
  } catch {
    return undefined;
  }
}

/**
 * @param {Holder | undefined} holder undefined for a lock that cannot be read
 * @param {boolean} silent whether it has shown no sign of life for long
 */
function isGone(holder, silent) {
  if (holder?.host !== hostname()) return silent;
  return holder.processes.every(({ pid, started }) => startOf(pid) !== started);
}

/**
 * When a process started; undefined for one that does not run.
 *
 * @param {number} pid
 * @returns {string | undefined}
 */
function startOf(pid) {
  try {
    if (process.platform !== "linux") {
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
    }
    // The name, in brackets, may hold spaces; after it come the state and, as the 20th of these fields, the start.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // A folder removed under a running set-up shows itself in the phase, not here.
  }
}
