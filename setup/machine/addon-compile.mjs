import { join } from "node:path";

import { runTool } from "../core/processes.mjs";

/**
 * Compiles the two addons: tfjs-node's, against TensorFlow's headers and libraries, and the one that holds its chatter back.
 *
 * @param {import("../core/kit.mjs").Kit} kit
 * @param {string[]} compiler path and arguments
 * @param {string} tensorflow folder of the wheel
 * @param {string} folder where the results go
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function compileAddon(kit, compiler, tensorflow, folder) {
  const packages = join(kit.root, "node_modules");
  const sources = join(packages, "@tensorflow", "tfjs-node-gpu", "binding");
  const includes = [join(packages, "node-api-headers", "include"), join(tensorflow, "include")];
  const mac = kit.platform === "darwin";
  const libraries = ["libtensorflow_cc", "libtensorflow_framework"].map((name) =>
    join(tensorflow, mac ? `${name}.2.dylib` : `${name}.so.2`),
  );
  const common = ["-std=c++17", "-O2", "-fPIC", "-DNAPI_VERSION=8", ...includes.flatMap((path) => ["-I", path])];
  // On macOS the functions of Node-API are looked for in the process that loads the addon; elsewhere that is the default.
  const shared = ["-shared", ...(mac ? ["-undefined", "dynamic_lookup"] : [])];
  const runPath = ["-Xlinker", "-rpath", "-Xlinker", tensorflow];

  const object = (/** @type {string} */ name) => join(folder, `${name}.o`);
  const steps = [
    ...["tfjs_backend", "tfjs_binding"].map((name) => ["-c", join(sources, `${name}.cc`), "-o", object(name)]),
    [
      ...shared,
      object("tfjs_backend"),
      object("tfjs_binding"),
      ...libraries,
      ...runPath,
      "-o",
      join(folder, "tfjs_binding.node"),
    ],
    [...shared, join(kit.root, "vendor", "tfjs-node", "quiet.cc"), "-o", join(folder, "quiet.node")],
  ];
  for (const [index, step] of steps.entries()) {
    const { code, output } = await runTool(kit, `compile-${index + 1}`, [...compiler, ...common, ...step]);
    if (code !== 0) {
      const said = output.split("\n").find((line) => line.includes("error")) ?? `exit code ${code}`;
      return `the addon does not compile: ${said.trim()} (all of it in .setup/logs/compile-${index + 1}.log)`;
    }
  }
  return undefined;
}
