import { rmSync } from "node:fs";
import { join } from "node:path";

import { contentOf, writeWhole } from "./files.mjs";

/**
 * A stamp says for which inputs a phase was last carried out to its end. It is removed before the phase begins and written
 * whole after it ended, so that a phase that was interrupted has none and is done again.
 *
 * @param {string} folder where the stamps lie
 * @param {string} name of the phase
 * @returns {unknown} the inputs as they were written; undefined without a stamp, or with one that cannot be read
 */
export function readStamp(folder, name) {
  const content = contentOf(pathOf(folder, name));
  try {
    return content === undefined ? undefined : JSON.parse(content.toString());
  } catch {
    return undefined;
  }
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {unknown} key the inputs, as plain JSON
 */
export function writeStamp(folder, name, key) {
  writeWhole(pathOf(folder, name), `${JSON.stringify(key, null, 2)}\n`);
}

/**
 * @param {string} folder
 * @param {string} name
 */
export function removeStamp(folder, name) {
  rmSync(pathOf(folder, name), { force: true });
}

/**
 * Whether a stamp stands for these inputs.
 *
 * @param {unknown} stamp
 * @param {unknown} key
 */
export function stampMatches(stamp, key) {
  return stamp !== undefined && JSON.stringify(stamp) === JSON.stringify(key);
}

/**
 * @param {string} folder
 * @param {string} name
 */
function pathOf(folder, name) {
  return join(folder, `${name}.json`);
}
