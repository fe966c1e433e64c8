#!/usr/bin/env node
/*
 * The commands of package.json: all the set-up that is still to do, then the job.
 *
 *   node setup/run.mjs start [arguments of jupyter lab]
 *   node setup/run.mjs reproduce [arguments of counterweight reproduce]
 *   node setup/run.mjs bench [sections] [--rounds n] [--batch n] [--no-torch]
 *   node setup/run.mjs test [--only types|lint|unit|notebooks] [part of a test file's path]
 */

import { join } from "node:path";

import { foreground } from "./core/foreground.mjs";
import { pythonOf } from "./core/kit.mjs";
import { ROOT, setUp, tellStop } from "./setup.mjs";

/** @type {Record<string, (rest: string[]) => { command: string[], environment?: NodeJS.ProcessEnv }>} */
const JOBS = {
  start: (rest) => ({
    command: [pythonOf({ root: ROOT }), "-m", "jupyterlab", ...jupyterOptions(), ...rest],
    // Before any kernel of the same name in the user's folders comes the one that set-up has written.
    environment: { JUPYTER_PREFER_ENV_PATH: "1" },
  }),
  reproduce: (rest) => ({ command: [process.execPath, join(ROOT, "dist", "cli", "main.js"), "reproduce", ...rest] }),
  bench: (rest) => ({
    command: [process.execPath, "--import", "tsx", join(ROOT, "test", "bench", "main.ts"), ...rest],
  }),
  test: (rest) => ({ command: [process.execPath, join(ROOT, "setup", "test.mjs"), ...rest] }),
};

function jupyterOptions() {
  const options = [`--ServerApp.root_dir=${ROOT}`, "--LabApp.default_url=/lab/tree/notebooks"];
  return process.getuid?.() === 0 ? ["--allow-root", ...options] : options;
}

const [name, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(JOBS, name ?? "")) {
  console.error(`run: the command must be one of ${Object.keys(JOBS).join(", ")}, received "${name ?? ""}"`);
  process.exit(2);
}
try {
  await setUp();
  const { command, environment } = JOBS[name](rest);
  process.exitCode = (await foreground(ROOT, command, environment)).code;
} catch (error) {
  tellStop(error);
  if (name === "test") console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
