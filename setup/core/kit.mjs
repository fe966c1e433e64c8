import { join } from "node:path";

/**
 * What every phase is given: where the project is, what the machine is, and where to write. Tests give their own.
 *
 * @typedef {object} Kit
 * @property {string} root the project's folder
 * @property {string} state folder of stamps, caches and logs
 * @property {string} node path of the Node that runs
 * @property {NodeJS.ProcessEnv} environment
 * @property {NodeJS.Platform} platform
 * @property {string} arch as `process.arch`
 * @property {boolean} musl whether the C library is musl, for which TensorFlow has no wheel
 * @property {boolean} retry whether what failed before is tried again
 * @property {{ write(text: string): unknown }} output
 * @property {(child: import("node:child_process").ChildProcess | undefined) => void} onTool told of the tool that runs now
 */

/**
 * The kit of the running process.
 *
 * @param {string} root
 * @param {Partial<Kit>} [changes]
 * @returns {Kit}
 */
export function kitOf(root, changes = {}) {
  return {
    root,
    state: join(root, ".setup"),
    node: process.execPath,
    environment: process.env,
    platform: process.platform,
    arch: process.arch,
    musl: process.platform === "linux" && !usesGlibc(),
    retry: false,
    output: process.stdout,
    onTool: () => {},
    ...changes,
  };
}

/** @param {Pick<Kit, "root">} kit */
export function venvOf(kit) {
  return join(kit.root, ".venv");
}

/** @param {Pick<Kit, "root">} kit */
export function pythonOf(kit) {
  return join(venvOf(kit), "bin", "python");
}

/** @param {Kit} kit */
export function stampsOf(kit) {
  return join(kit.state, "stamps");
}

function usesGlibc() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header.glibcVersionRuntime !== undefined;
}
