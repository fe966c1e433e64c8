import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { venvOf } from "../core/kit.mjs";
import { SetupStop } from "../core/stop.mjs";
import { which } from "./which.mjs";

/**
 * Which lock file of Python packages serves: with TensorFlow for CUDA, with TensorFlow for the processor, or without.
 *
 * @typedef {"gpu" | "cpu" | "js"} Wheel
 */

/** @type {Record<Wheel, string>} */
export const LOCK_FILES = {
  gpu: "setup/requirements-gpu.txt",
  cpu: "setup/requirements.txt",
  js: "setup/requirements-js.txt",
};

/** A wheel that holds more serves where less is asked for: no environment is torn down for that. */
const RANK = { js: 0, cpu: 1, gpu: 2 };

/**
 * Chooses the wheel: COUNTERWEIGHT_WHEEL where it is set; none where the platform has none or COUNTERWEIGHT_BACKEND is "js";
 * CUDA where nvidia-smi answers; else the processor's.
 *
 * @param {import("../core/kit.mjs").Kit} kit
 * @param {Wheel} [installed] what is there already
 * @returns {Wheel}
 */
export function chooseWheel(kit, installed) {
  const { environment, platform, arch, musl } = kit;
  const asked = environment.COUNTERWEIGHT_WHEEL;
  if (asked) {
    if (asked in LOCK_FILES) return /** @type {Wheel} */ (asked);
    throw new SetupStop(`COUNTERWEIGHT_WHEEL must be "gpu", "cpu" or "js", received "${asked}"`);
  }
  if (!hasWheel(platform, arch, musl)) return "js";
  if (installed === "gpu") return installed;
  const wanted = environment.COUNTERWEIGHT_BACKEND === "js" ? "js" : hasGpu(kit) ? "gpu" : "cpu";
  return installed !== undefined && RANK[installed] > RANK[wanted] ? installed : wanted;
}

/**
 * Whether TensorFlow is published for a platform.
 *
 * @param {string} platform
 * @param {string} arch
 * @param {boolean} musl
 */
export function hasWheel(platform, arch, musl) {
  if (platform === "linux") return !musl && (arch === "x64" || arch === "arm64");
  return platform === "darwin" && arch === "arm64";
}

/**
 * The TensorFlow that is installed.
 *
 * @param {import("../core/kit.mjs").Kit} kit
 * @returns {{ folder: string, name: string, python: string } | undefined} its folder, its name and version, and the name of the
 *   folder of the Python it is for; undefined where there is none
 */
export function installedWheel(kit) {
  const library = join(venvOf(kit), "lib");
  try {
    const python = readdirSync(library).find((name) => name.startsWith("python3")) ?? "";
    const packages = join(library, python, "site-packages");
    const name = readdirSync(packages).find((entry) => /^tensorflow(_cpu)?-[\d.]+\.dist-info$/.test(entry));
    if (name === undefined) return undefined;
    return { folder: join(packages, "tensorflow"), name: name.replace(".dist-info", ""), python };
  } catch {
    return undefined;
  }
}

/** @param {import("../core/kit.mjs").Kit} kit */
function hasGpu({ environment, platform, arch }) {
  const tool = platform === "linux" && arch === "x64" ? which("nvidia-smi", environment) : undefined;
  if (tool === undefined) return false;
  try {
    return execFileSync(tool, ["-L"], { encoding: "utf8", env: environment, timeout: 20_000 }).includes("GPU");
  } catch {
    return false;
  }
}
