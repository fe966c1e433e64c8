import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";

import { createHasher, type Hashes } from "./stamp";

/** Variables that numbers can depend on. */
const VARIABLES = ["COUNTERWEIGHT_BACKEND", "TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS", "CUDA_VISIBLE_DEVICES"];
/** Files that say which packages are installed, and how sources are compiled. */
const FILES = ["package-lock.json", "setup/requirements.txt", "setup/requirements-gpu.txt", "tsconfig.json"];
/** Folders whose files run in every kernel. */
const FOLDERS = ["src/kernel", "vendor"];

/**
 * What the results of every notebook can depend on besides its own code and sources: Node, threads, installed packages, the kernel.
 *
 * @param root folder of the project.
 * @returns hashes and values by name.
 */
export function environmentOf(root: string): Hashes {
  const names = [...FILES, ...FOLDERS.flatMap((folder) => filesUnder(root, join(root, folder)))];
  return {
    Node: process.version,
    platform: `${process.platform}-${process.arch}`,
    "number of threads": String(availableParallelism()),
    ...Object.fromEntries(VARIABLES.map((name) => [name, process.env[name] ?? ""])),
    ...createHasher().hashAll(root, names),
  };
}

function filesUnder(root: string, folder: string): string[] {
  const entries = (() => {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch {
      return [];
    }
  })();
  return entries
    .filter(({ name }) => name !== "node_modules" && !name.endsWith(".md"))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(root, path) : [relative(root, path)];
    })
    .sort();
}
