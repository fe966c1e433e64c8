import { rmSync } from "node:fs";

import { exists, hashFiles } from "../core/files.mjs";
import { pythonOf, venvOf } from "../core/kit.mjs";
import { runTool, tail } from "../core/processes.mjs";
import { SetupStop } from "../core/stop.mjs";
import { findPython } from "../machine/python.mjs";
import { chooseWheel, LOCK_FILES } from "../machine/wheel.mjs";

/**
 * @typedef {object} Key
 * @property {string} root the environment's scripts hold the path of its folder
 * @property {string | null} python as COUNTERWEIGHT_PYTHON named it, null for one that was found
 * @property {import("../machine/wheel.mjs").Wheel} wheel
 * @property {string} lock
 */

/**
 * The Python environment: JupyterLab, the headless runner and TensorFlow's library. It is made anew as a whole, since pip takes
 * a package whose installation was interrupted for installed.
 *
 * @type {import("../core/runner.mjs").Phase}
 */
export const python = {
  name: "python",
  title: "Python environment (JupyterLab, TensorFlow's library)",
  key: (kit, stamp) => {
    const before = /** @type {Partial<Key> | undefined} */ (stamp);
    const wheel = chooseWheel(kit, before?.wheel);
    const named = kit.environment.COUNTERWEIGHT_PYTHON;
    return {
      root: kit.root,
      python: named ?? before?.python ?? null,
      wheel,
      lock: hashFiles(kit.root, [LOCK_FILES[wheel]]),
    };
  },
  intact: (kit) => exists(pythonOf(kit)),
  check: findPython,
  run: async (kit, /** @type {Key} */ { wheel }) => {
    const found = findPython(kit);
    const folder = venvOf(kit);
    rmSync(folder, { recursive: true, force: true });
    try {
      await step(kit, "venv", "making the environment", [found, "-m", "venv", folder]);
      // Modules are compiled at their first use: most of TensorFlow's thousands never are.
      const options = ["--require-hashes", "--only-binary=:all:", "--no-compile", "--no-input", "--progress-bar=off"];
      const install = ["-m", "pip", "install", "--disable-pip-version-check", ...options, "-r", LOCK_FILES[wheel]];
      await step(kit, "pip", "installing the Python packages", [pythonOf(kit), ...install]);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  },
};

/**
 * @param {import("../core/kit.mjs").Kit} kit
 * @param {string} log
 * @param {string} what
 * @param {string[]} command
 */
async function step(kit, log, what, command) {
  // Another installation's modules must not be seen from inside the environment.
  const environment = { ...kit.environment, PYTHONPATH: undefined, PYTHONHOME: undefined };
  const { code, output } = await runTool(kit, log, command, { environment });
  if (code !== 0) throw new SetupStop(`${what} failed; its last lines are above`, tail(output));
}
