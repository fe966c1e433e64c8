import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { exists, hashFiles } from "../core/files.mjs";
import { runTool, tail } from "../core/processes.mjs";
import { SetupStop } from "../core/stop.mjs";
import { advice, systemOf } from "../machine/advice.mjs";
import { which } from "../machine/which.mjs";

/** @type {import("../core/runner.mjs").Phase} */
export const packages = npmPhase("packages", ".", "npm packages (npm ci)", ["vendor/tfjs-node/package.json"]);

/** tslab in a folder of its own: its `tsc` must not stand in front of the project's. @type {import("../core/runner.mjs").Phase} */
export const kernelPackages = npmPhase("kernel-packages", "vendor/kernel", "npm packages of the kernel (npm ci)", []);

/**
 * @param {string} name
 * @param {string} folder
 * @param {string} title
 * @param {readonly string[]} others files beside the manifest and the lock that the result depends on
 * @returns {import("../core/runner.mjs").Phase}
 */
function npmPhase(name, folder, title, others) {
  const inputs = [...["package.json", "package-lock.json", ".npmrc"].map((file) => join(folder, file)), ...others];
  return {
    name,
    title,
    key: (kit) => ({ inputs: hashFiles(kit.root, inputs), platform: kit.platform, arch: kit.arch, musl: kit.musl }),
    // npm writes this file last.
    intact: (kit) => exists(join(kit.root, folder, "node_modules", ".package-lock.json")),
    check: findNpm,
    run: async (kit) => {
      const command = [...findNpm(kit), "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
      const cwd = join(kit.root, folder);
      const { code, output } = await runTool(kit, name, command, { cwd, environment: npmEnvironment(kit) });
      if (code !== 0) throw new SetupStop(`npm ci failed in ${cwd}; its last lines are above`, tail(output));
    },
  };
}

/**
 * npm: the one that runs this script, else that on the PATH, else that beside Node.
 *
 * @param {import("../core/kit.mjs").Kit} kit
 * @returns {string[]} command
 */
export function findNpm(kit) {
  const running = kit.environment.npm_execpath;
  if (running && basename(running) === "npm-cli.js" && exists(running)) return [kit.node, running];
  const found = which("npm", kit.environment);
  if (found) return [found];
  const beside = join(dirname(dirname(realpathSync(kit.node))), "lib", "node_modules", "npm", "bin", "npm-cli.js");
  if (exists(beside)) return [kit.node, beside];
  throw new SetupStop(`npm not found. Install it: ${advice("npm", systemOf(kit.platform))}`);
}

/**
 * The environment without what an outer `npm run` says about its own package: an inner npm would take it for its own.
 *
 * @param {import("../core/kit.mjs").Kit} kit
 */
function npmEnvironment(kit) {
  const own = /^npm_(package_|lifecycle_|command$|config_local_prefix$|config_prefix$)/;
  return Object.fromEntries(Object.entries(kit.environment).filter(([name]) => !own.test(name)));
}
