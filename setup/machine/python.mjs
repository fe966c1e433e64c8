import { execFileSync } from "node:child_process";

import { SetupStop } from "../core/stop.mjs";
import { advice, systemOf } from "./advice.mjs";
import { allOf } from "./which.mjs";

/** TensorFlow's wheels are made for these. */
const OLDEST = [3, 11];
const NEWEST = [3, 13];
const NAMES = ["python3.13", "python3.12", "python3.11", "python3"];

/** Python's own words for the processor, and Node's. */
const MACHINES = new Map([
  ["x86_64", "x64"],
  ["AMD64", "x64"],
  ["aarch64", "arm64"],
  ["arm64", "arm64"],
]);

const QUESTION = `
import importlib.util, json, platform, sys, sysconfig
print(json.dumps({
    "version": list(sys.version_info[:2]),
    "implementation": platform.python_implementation(),
    "free": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "machine": platform.machine(),
    "venv": all(getattr(importlib.util.find_spec(name), "origin", None) for name in ("venv", "ensurepip")),
}))`;

/**
 * @typedef {object} Answer
 * @property {[number, number]} version
 * @property {string} implementation
 * @property {boolean} free whether it is a build without the global lock, for which there are no wheels
 * @property {string} machine
 * @property {boolean} venv whether the modules venv and ensurepip are there
 */

/**
 * Finds a Python that can make the environment: the one that COUNTERWEIGHT_PYTHON names, else the first on the PATH that runs,
 * is in range and has the venv module. Each candidate is run, because a launcher on the PATH may belong to no version.
 *
 * @param {Pick<import("../core/kit.mjs").Kit, "environment" | "platform" | "arch">} kit
 * @param {import("./advice.mjs").System} [system]
 * @returns {string} its path
 * @throws {SetupStop} naming the package to install
 */
export function findPython({ environment, platform, arch }, system = systemOf(platform)) {
  const named = environment.COUNTERWEIGHT_PYTHON;
  const candidates = (named ? [named] : NAMES).flatMap((name) => allOf(name, environment));
  /** @type {string[]} */
  const reasons = [];
  /** @type {string | undefined} */
  let withoutVenv;
  for (const path of candidates) {
    const answer = ask(path, environment);
    const fault = answer === undefined ? "does not run" : faultOf(answer, arch);
    if (answer !== undefined && fault === undefined) {
      if (answer.venv) return path;
      withoutVenv ??= answer.version.join(".");
      reasons.push(`${path} has no venv module`);
    } else reasons.push(`${path} ${fault}`);
  }
  if (withoutVenv) {
    throw new SetupStop(`${reasons.join("; ")}. Install it: ${advice("venv", system, withoutVenv)}`);
  }
  if (named) {
    const fault = reasons[0] ?? `${named} is no executable`;
    throw new SetupStop(`COUNTERWEIGHT_PYTHON must name a Python 3.11 to 3.13, but ${fault}`);
  }
  const tried = reasons.length ? ` (${reasons.join("; ")})` : "";
  throw new SetupStop(
    `no Python 3.11 to 3.13 found${tried}. Install one: ${advice("python", system)}; or set COUNTERWEIGHT_PYTHON to its path`,
  );
}

/**
 * @param {string} path
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Answer | undefined} undefined when it does not run, or is no Python 3
 */
function ask(path, environment) {
  try {
    const options = { encoding: /** @type {const} */ ("utf8"), env: environment, timeout: 20_000 };
    return JSON.parse(execFileSync(path, ["-I", "-c", QUESTION], { ...options, stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return undefined;
  }
}

/**
 * @param {Answer} answer
 * @param {string} arch of Node
 */
function faultOf({ version, implementation, free, machine }, arch) {
  const [major, minor] = version;
  if (major !== 3 || minor < OLDEST[1] || minor > NEWEST[1]) return `is version ${major}.${minor}`;
  if (implementation !== "CPython") return `is ${implementation}, not CPython`;
  if (free) return "is a free-threaded build";
  if ((MACHINES.get(machine) ?? machine) !== arch) return `is for ${machine}, and Node is for ${arch}`;
  return undefined;
}
