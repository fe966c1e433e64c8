import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/**
 * Every executable of a name on the PATH, in its order. More than the first may matter: version managers put launchers of the
 * name there which fail when they are run.
 *
 * @param {string} name a command, or a path
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string[]}
 */
export function allOf(name, environment) {
  if (name.includes("/")) return [resolve(name)].filter(isExecutable);
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...new Set(folders)].map((folder) => join(folder, name)).filter(isExecutable);
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string | undefined} the first executable of a name on the PATH
 */
export function which(name, environment) {
  return allOf(name, environment)[0];
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
