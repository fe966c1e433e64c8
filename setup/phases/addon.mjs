import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { contentOf, exists, filesUnder, hashFiles, hashOf, holds, writeWhole } from "../core/files.mjs";
import { runTool } from "../core/processes.mjs";
import { compileAddon } from "../machine/addon-compile.mjs";
import { findCompiler, whatCompilerLacks } from "../machine/compiler.mjs";
import { installedWheel } from "../machine/wheel.mjs";

/** @typedef {import("../core/kit.mjs").Kit} Kit */

const PACKAGE = "node_modules/@tensorflow/tfjs-node-gpu";
const PLACE = `${PACKAGE}/lib/napi-v8`;
const FILES = ["tfjs_binding.node", "quiet.node"];
const QUIET = "vendor/tfjs-node/quiet.cc";

/**
 * The Node addon that lets tfjs-node call TensorFlow's library, compiled from the sources in its package. `npm ci` erases it
 * and it holds the path of the library, so it is kept outside node_modules under a hash of all it depends on. Where it cannot
 * be made, the reason is kept instead, and the JavaScript backend serves.
 *
 * @type {import("../core/runner.mjs").Phase}
 */
export const addon = {
  name: "addon",
  title: "native TensorFlow addon (C++)",
  key: (kit) => {
    const made = hashOf(inputsOf(kit));
    return isMade(kit) ? { made } : { made, compiler: findCompiler(kit) ?? null };
  },
  intact: (kit) => isMade(kit) || (!kit.retry && exists(join(cacheOf(kit), "reason.txt"))),
  run: async (kit) => {
    const reason = await make(kit);
    if (reason === undefined) return;
    remove(kit);
    writeWhole(join(cacheOf(kit), "reason.txt"), reason);
  },
};

/** The addon where tfjs-node looks for it, or nothing there. @type {import("../core/runner.mjs").Phase} */
export const addonPlace = {
  name: "addon-place",
  title: "native TensorFlow addon into node_modules",
  key: (kit) => ({ made: hashOf(inputsOf(kit)), native: isMade(kit) }),
  intact: (kit) =>
    FILES.every((file) => {
      const placed = join(kit.root, PLACE, file);
      return isMade(kit) ? holds(placed, contentOf(join(cacheOf(kit), file)) ?? "") : !exists(placed);
    }),
  run: (kit) => (isMade(kit) ? place(kit, cacheOf(kit)) : remove(kit)),
};

/**
 * Why there is no native TensorFlow.
 *
 * @param {Kit} kit
 * @returns {string | undefined} undefined where there is one
 */
export function whyNotNative(kit) {
  return isMade(kit) ? undefined : contentOf(join(cacheOf(kit), "reason.txt"))?.toString();
}

/**
 * @param {Kit} kit
 * @returns {Promise<string | undefined>} the reason why it could not be made
 */
async function make(kit) {
  const wheel = installedWheel(kit);
  if (wheel === undefined) {
    const asked = ["COUNTERWEIGHT_WHEEL", "COUNTERWEIGHT_BACKEND"].find((name) => kit.environment[name] === "js");
    const platform = `${kit.platform} ${kit.arch}${kit.musl ? " with musl" : ""}`;
    return asked ? `${asked} is js` : `TensorFlow is not published for ${platform}`;
  }
  const compiler = findCompiler(kit);
  const lacking = whatCompilerLacks(kit, compiler);
  if (compiler === undefined || lacking !== undefined) return `${lacking}, then npm run setup`;

  const folder = `${cacheOf(kit)}.making`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const fault = await compileAddon(kit, compiler, wheel.folder, folder);
  if (fault !== undefined) return fault;
  place(kit, folder);
  const failure = await tryOut(kit);
  if (failure !== undefined) return failure;
  rmSync(cacheOf(kit), { recursive: true, force: true });
  renameSync(folder, cacheOf(kit));
  return undefined;
}

/**
 * Loads the addon in a process of its own and multiplies two matrices with it.
 *
 * @param {Kit} kit
 * @returns {Promise<string | undefined>} what went wrong
 */
async function tryOut(kit) {
  const module = JSON.stringify(join(kit.root, "vendor", "tfjs-node"));
  const product = "tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync().join()";
  const program = `const tf = require(${module}); console.log(tf.getBackend(), ${product});`;
  const environment = { ...kit.environment, COUNTERWEIGHT_BACKEND: "native" };
  const { code, output } = await runTool(kit, "addon-try", [kit.node, "-e", program], { environment });
  if (code === 0 && output.includes("tensorflow 19,22,43,50")) return undefined;
  const lines = output.split("\n").filter((line) => /error|fatal|ended by|cannot|not found/i.test(line));
  return `the compiled addon does not work: ${lines.at(-1)?.trim() ?? `exit code ${code}`} (all of it in .setup/logs/addon-try.log)`;
}

/**
 * @param {Kit} kit
 * @param {string} from
 */
function place(kit, from) {
  for (const file of FILES) writeWhole(join(kit.root, PLACE, file), contentOf(join(from, file)) ?? "");
}

/** @param {Kit} kit */
function remove(kit) {
  rmSync(join(kit.root, PLACE), { recursive: true, force: true });
}

/** @param {Kit} kit */
function isMade(kit) {
  return FILES.every((file) => exists(join(cacheOf(kit), file)));
}

/** @param {Kit} kit */
function cacheOf(kit) {
  return join(kit.state, "addon", hashOf(inputsOf(kit)));
}

/**
 * All that the compiled addon depends on. Node-API is stable, so the version of Node is not among it.
 *
 * @param {Kit} kit
 */
function inputsOf(kit) {
  const wheel = installedWheel(kit);
  const sources = [...filesUnder(kit.root, `${PACKAGE}/binding`), QUIET, "node_modules/node-api-headers/package.json"];
  return {
    root: kit.root,
    platform: kit.platform,
    arch: kit.arch,
    wheel: wheel?.name ?? null,
    python: wheel?.python ?? null,
    sources: hashFiles(kit.root, sources),
  };
}
