import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Writes a file whole or not at all.
 *
 * @param {string} path folders on the way are made
 * @param {string | Buffer} content
 */
export function writeWhole(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/**
 * Whether a file holds exactly this content.
 *
 * @param {string} path
 * @param {string | Buffer} content
 */
export function holds(path, content) {
  const found = contentOf(path);
  return found !== undefined && found.equals(Buffer.from(content));
}

/**
 * @param {string} path
 * @returns {Buffer | undefined} the bytes of a file, undefined where there is none
 */
export function contentOf(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * A short hash of some files' names and contents; a file that is absent counts as such.
 *
 * @param {string} root folder that the names are relative to
 * @param {readonly string[]} names
 */
export function hashFiles(root, names) {
  const hash = createHash("sha256");
  for (const name of names) {
    const content = contentOf(join(root, name));
    hash.update(`${name}\0${content?.length ?? "absent"}\0`).update(content ?? "");
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * A short hash of a value as JSON.
 *
 * @param {unknown} value
 */
export function hashOf(value) {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

/**
 * All files under a folder, sorted, as names relative to the root; none where there is no such folder.
 *
 * @param {string} root
 * @param {string} folder relative to the root
 * @returns {string[]}
 */
export function filesUnder(root, folder) {
  /** @type {import("node:fs").Dirent[]} */
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .flatMap((entry) => {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesUnder(root, name);
      return entry.isFile() ? [name] : [];
    })
    .sort();
}

/**
 * Puts a folder that was made elsewhere in the place of another. Killed half-way, the place is empty, never mixed.
 *
 * @param {string} made
 * @param {string} place on the same file system
 */
export function swapFolder(made, place) {
  const former = `${place}.old`;
  rmSync(former, { recursive: true, force: true });
  if (exists(place)) renameSync(place, former);
  renameSync(made, place);
  rmSync(former, { recursive: true, force: true });
}

/** @param {string} path */
export function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
