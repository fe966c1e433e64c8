"use strict";

const { existsSync } = require("node:fs");

/** Lines that TensorFlow writes at every start, at any log level, and the I (info) and W (warning) lines of its log. */
const CHATTER = [
  /^WARNING: All log messages before absl::InitializeLog\(\)/,
  /^[IW]\d{4} /,
  /^\d{4}-\d\d-\d\d [\d:.]+: [IW] /,
  /^To enable the following instructions:/,
];

/**
 * Runs `work` with file descriptor 2 held back, because native code writes there past process.stderr. Afterwards what was
 * held back is passed on to stderr: all of it when `work` throws, else the lines that are not TensorFlow's known chatter.
 * Without the small addon that does the holding (it is compiled with the big one) `work` just runs.
 *
 * @template T
 * @param {string} addon path of quiet.node
 * @param {() => T} work
 * @returns {T}
 */
function quietly(addon, work) {
  const quiet = existsSync(addon) ? require(addon) : undefined;
  if (!quiet?.hold()) return work();
  let failed = true;
  try {
    const result = work();
    failed = false;
    return result;
  } finally {
    const text = quiet.release();
    const shown = failed ? text : withoutChatter(text);
    if (shown) process.stderr.write(shown);
  }
}

/**
 * @param {string} text
 * @returns {string} the lines of `text` that are not TensorFlow's known chatter
 */
function withoutChatter(text) {
  const lines = text.split("\n").filter((line) => !CHATTER.some((pattern) => pattern.test(line)));
  return lines.every((line) => line.trim() === "") ? "" : lines.join("\n");
}

module.exports = { quietly, withoutChatter };
