import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Hash by path; "absent" where there is nothing. */
export type Hashes = Readonly<Record<string, string>>;

/** What a finished run of a notebook rested on, and what it made. */
export interface Stamp {
  /** Hash of the code cells. */
  readonly code: string;
  /** Versions, device and variables that results can depend on. */
  readonly environment: Hashes;
  /** Source files, relative to the project. */
  readonly sources: Hashes;
  /** Files below `data/` that were looked at, relative to the project. */
  readonly reads: Hashes;
  /** Hash of the executed notebook's outputs. */
  readonly outputs: string;
  /** Figure files, by their name in the folder of figures. */
  readonly figures: Hashes;
  readonly seconds: number;
  /** Most bytes that the kernel held. */
  readonly peak: number;
}

/** Hashes of files, each read once. */
export interface Hasher {
  /** Hash of a file's content, of the names in a folder, or "absent". */
  hash(path: string): string;
  /** Of several, by their path relative to a folder. */
  hashAll(folder: string, names: readonly string[]): Hashes;
}

/** Larger files, data sets among them, are told apart by their size and time. */
const LARGE = 32 * 2 ** 20;

/** A {@link Hasher} whose knowledge is that of the moment in which a path was first asked for. */
export function createHasher(): Hasher {
  const known = new Map<string, string>();
  const hash = (path: string): string => {
    const found = known.get(path) ?? hashOf(path);
    known.set(path, found);
    return found;
  };
  return {
    hash,
    hashAll: (folder, names) => Object.fromEntries(names.map((name) => [name, hash(join(folder, name))])),
  };
}

function hashOf(path: string): string {
  const state = statSync(path, { throwIfNoEntry: false });
  if (!state) return "absent";
  if (state.isDirectory()) return digest(readdirSync(path).sort().join("\0"));
  if (state.size > LARGE) return digest(`${state.size} ${state.mtimeMs}`);
  return digest(readFileSync(path));
}

const digest = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex").slice(0, 16);

/** A stamp; undefined where there is none that can be read. */
export function readStamp(file: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Stamp;
  } catch {
    return undefined;
  }
}

/** Writes a stamp whole; folders on the way are made. */
export function writeStamp(file: string, stamp: Stamp): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(stamp, null, 1)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

/**
 * Why a notebook must run, in a few words.
 *
 * @param stamp of its last finished run.
 * @param now the same things as they are; only those that tell inputs and outputs are looked at.
 * @returns undefined where nothing has changed since.
 */
export function reasonToRun(
  stamp: Stamp | undefined,
  now: Pick<Stamp, "code" | "environment" | "sources" | "reads" | "outputs" | "figures">,
): string | undefined {
  if (!stamp) return "not run before";
  if (stamp.code !== now.code) return "its code changed";
  const [setting] = differing(stamp.environment, now.environment);
  if (setting !== undefined) return `${setting} changed`;
  for (const kind of ["sources", "reads"] as const) {
    const changed = differing(stamp[kind], now[kind]);
    if (changed.length > 0) return `${changed[0]}${more(changed.length - 1)} changed`;
  }
  if (stamp.outputs !== now.outputs) return "its outputs are not those of its last run";
  const [figure] = differing(stamp.figures, now.figures);
  return figure === undefined ? undefined : `figure ${figure} is not that of its last run`;
}

const more = (count: number): string => (count > 0 ? ` and ${count} more` : "");

/** Names whose hashes differ, or that one side alone has. */
function differing(a: Hashes, b: Hashes): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]).sort();
}
