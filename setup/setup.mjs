#!/usr/bin/env node
/*
 * Makes a clone ready to run, on nothing but Node's own modules. Each phase is skipped where nothing it depends on has changed,
 * and done anew where it was interrupted.
 *
 *   COUNTERWEIGHT_PYTHON=/path/to/python   the Python to use, 3.11 to 3.13
 *   COUNTERWEIGHT_WHEEL=gpu|cpu|js         TensorFlow for CUDA, for the processor, or none
 *   COUNTERWEIGHT_BACKEND=js               the plain JavaScript backend
 *   CXX="clang++"                          the C++ compiler
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { realpathSync } from "node:fs";

import { kitOf } from "./core/kit.mjs";
import { takeLock } from "./core/lock.mjs";
import { carryOut, isDone } from "./core/runner.mjs";
import { SetupStop } from "./core/stop.mjs";
import { addon, addonPlace, whyNotNative } from "./phases/addon.mjs";
import { build } from "./phases/build.mjs";
import { kernelspec, labSettings } from "./phases/jupyter.mjs";
import { checkNode } from "./phases/node.mjs";
import { kernelPackages, packages } from "./phases/packages.mjs";
import { python } from "./phases/python.mjs";

/** In their order: a later phase may rest on an earlier one. */
const PHASES = [packages, kernelPackages, python, addon, addonPlace, kernelspec, labSettings, build];

export const ROOT = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));

/**
 * Does all the set-up that is still to do; nothing, in well under a second, where all is done.
 *
 * @param {Partial<import("./core/kit.mjs").Kit>} [changes] to the kit of this process
 * @throws {SetupStop} where something is missing; then what was complete before is so still
 */
export async function setUp(changes = {}) {
  const kit = kitOf(ROOT, changes);
  checkNode(kit.platform, process.versions.node);
  if (!PHASES.every((phase) => isDone(phase, kit))) await underLock(kit);
  const reason = whyNotNative(kit);
  if (reason !== undefined) {
    const consequence = "everything runs on the plain JavaScript backend, many times slower";
    kit.output.write(`set-up: NO NATIVE TENSORFLOW, ${consequence}: ${reason}\n`);
  }
}

/** @param {import("./core/kit.mjs").Kit} kit */
async function underLock(kit) {
  const lock = await takeLock(join(kit.state, "lock"), {
    onWait: () => kit.output.write("set-up: another set-up of this folder is at work, waiting for it\n"),
  });
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let tool;
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    const end = () => {
      lock.release();
      kit.output.write(`\nset-up: stopped by ${signal}; the next one goes on from here\n`);
      process.exit(130);
    };
    if (!tool) return end();
    tool.once("close", end);
    tool.kill("SIGTERM");
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.once(signal, stop);
  const watched = {
    ...kit,
    onTool: (/** @type {typeof tool} */ child) => {
      tool = child;
      lock.name(child?.pid);
    },
  };
  try {
    for (const phase of PHASES) if (!isDone(phase, kit)) phase.check?.(kit);
    for (const phase of PHASES) await carryOut(phase, watched);
  } finally {
    for (const signal of signals) process.off(signal, stop);
    lock.release();
  }
}

/**
 * Tells why set-up stopped. What is not a `SetupStop` is a defect, and keeps its stack.
 *
 * @param {unknown} error
 */
export function tellStop(error) {
  if (!(error instanceof SetupStop)) throw error;
  if (error.details) console.error(error.details);
  console.error(`set-up: ${error.message}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const start = performance.now();
  try {
    await setUp({ retry: true });
    console.log(`set-up: ready (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    tellStop(error);
    process.exitCode = 1;
  }
}
