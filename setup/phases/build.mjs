import { rmSync } from "node:fs";
import { join } from "node:path";

import { exists, filesUnder, hashFiles, swapFolder } from "../core/files.mjs";
import { runTool, tail } from "../core/processes.mjs";
import { SetupStop } from "../core/stop.mjs";

const PROJECT = "setup/tsconfig.build.json";
const INPUTS = ["package.json", "package-lock.json", "tsconfig.json", PROJECT];

/**
 * The library as JavaScript with its types, for `require` of the project's root, the command and the kernel. It is built beside
 * the old one and then put in its place. Type errors are shown and do not stop it: the type check of `npm test` is what fails.
 *
 * @type {import("../core/runner.mjs").Phase}
 */
export const build = {
  name: "build",
  title: "library (tsc)",
  key: (kit) => ({ inputs: hashFiles(kit.root, [...INPUTS, ...filesUnder(kit.root, "src")]) }),
  intact: (kit) => exists(join(kit.root, "dist", "index.js")),
  run: async (kit) => {
    const made = join(kit.root, "dist.new");
    rmSync(made, { recursive: true, force: true });
    const compiler = join(kit.root, "node_modules", "typescript", "bin", "tsc");
    const { code, output } = await runTool(kit, "build", [kit.node, compiler, "-p", PROJECT, "--outDir", made]);
    if (!exists(join(made, "index.js"))) {
      rmSync(made, { recursive: true, force: true });
      throw new SetupStop("the library does not build; what the compiler said is above", tail(output));
    }
    swapFolder(made, join(kit.root, "dist"));
    if (code !== 0) kit.output.write(`built, with type errors:\n${tail(output)}\n`);
  },
};
