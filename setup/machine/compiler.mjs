import { spawnSync } from "node:child_process";

import { advice, systemOf } from "./advice.mjs";
import { which } from "./which.mjs";

const NAMES = ["g++", "c++", "clang++"];

/**
 * The C++ compiler: the one that CXX names, with its arguments, else the first of g++, c++ and clang++ on the PATH.
 *
 * @param {Pick<import("../core/kit.mjs").Kit, "environment" | "platform">} kit
 * @returns {string[] | undefined} path and arguments
 */
export function findCompiler({ environment, platform }) {
  const [named, ...options] = (environment.CXX ?? "").split(/\s+/).filter((word) => word !== "");
  const path = (named ? [named] : NAMES).map((name) => which(name, environment)).find((found) => found !== undefined);
  if (path === undefined) return undefined;
  // Without the command-line tools macOS keeps launchers of these names, which open a window when they are run.
  if (platform === "darwin" && spawnSync("xcode-select", ["-p"]).status !== 0) return undefined;
  return [path, ...options];
}

/**
 * What keeps a machine from compiling, in one line that names the package to install.
 *
 * @param {Pick<import("../core/kit.mjs").Kit, "environment" | "platform">} kit
 * @param {string[] | undefined} compiler
 * @param {import("./advice.mjs").System} [system]
 * @returns {string | undefined} undefined where nothing is missing
 */
export function whatCompilerLacks(kit, compiler, system = systemOf(kit.platform)) {
  const remedy = `install it: ${advice("compiler", system)}`;
  if (compiler === undefined) {
    const named = kit.environment.CXX ? ` (CXX is "${kit.environment.CXX}")` : "";
    return `no C++ compiler found${named}, ${remedy}`;
  }
  const [path, ...options] = compiler;
  const probe = spawnSync(path, [...options, "-std=c++17", "-fsyntax-only", "-x", "c++", "-"], {
    input: "#include <stdlib.h>\n#include <string>\nint main() { return 0; }\n",
    env: kit.environment,
    encoding: "utf8",
  });
  if (probe.status === 0) return undefined;
  const said = (probe.stderr ?? "").split("\n").find((line) => line.includes("error")) ?? "it does not run";
  return `${path} lacks the headers of C or C++ (${said.trim()}), ${remedy}`;
}
