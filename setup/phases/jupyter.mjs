import { join } from "node:path";

import { contentOf, holds, writeWhole } from "../core/files.mjs";
import { venvOf } from "../core/kit.mjs";

/** @typedef {import("../core/kit.mjs").Kit} Kit */

const KERNEL_NAME = "counterweight";
const ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements";

/**
 * The kernel's specification: absolute paths, because the kernel is started in the notebook's folder.
 *
 * @type {import("../core/runner.mjs").Phase}
 */
export const kernelspec = {
  name: "kernelspec",
  title: "Jupyter kernel's specification",
  key: (kit) => specOf(kit),
  intact: (kit) => holds(specPath(kit), asText(specOf(kit))),
  run: (kit) => writeWhole(specPath(kit), asText(specOf(kit))),
};

/**
 * Without this JupyterLab asks, in front of every first notebook, whether it may fetch its news. JupyterLab and its users write
 * into the same file, so only this one entry is looked at.
 *
 * @type {import("../core/runner.mjs").Phase}
 */
export const labSettings = {
  name: "lab-settings",
  title: "JupyterLab's settings (no announcements)",
  key: () => ({ disabled: ANNOUNCEMENTS }),
  intact: (kit) => readSettings(kit).disabledExtensions?.[ANNOUNCEMENTS] === true,
  run: (kit) => {
    const settings = readSettings(kit);
    const disabledExtensions = { ...settings.disabledExtensions, [ANNOUNCEMENTS]: true };
    writeWhole(settingsPath(kit), asText({ ...settings, disabledExtensions }));
  },
};

/** @param {Kit} kit */
function specOf(kit) {
  return {
    argv: [kit.node, join(kit.root, "dist", "kernel", "launcher.js"), "{connection_file}"],
    display_name: "TypeScript (Counterweight)",
    language: "typescript",
    interrupt_mode: "signal",
    metadata: { debugger: false },
  };
}

/** @param {Kit} kit */
function specPath(kit) {
  return join(venvOf(kit), "share", "jupyter", "kernels", KERNEL_NAME, "kernel.json");
}

/** @param {Kit} kit */
function settingsPath(kit) {
  return join(venvOf(kit), "etc", "jupyter", "labconfig", "page_config.json");
}

/**
 * @param {Kit} kit
 * @returns {{ disabledExtensions?: Record<string, boolean> }} empty where there are none, or none that can be read
 */
function readSettings(kit) {
  try {
    return JSON.parse(contentOf(settingsPath(kit))?.toString() ?? "{}");
  } catch {
    return {};
  }
}

/** @param {object} value */
function asText(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
