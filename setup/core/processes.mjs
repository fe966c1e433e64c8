import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} ToolResult
 * @property {number} code exit code, 128 and more for one that a signal ended
 * @property {string} output all that it wrote
 *
 * @typedef {object} ToolOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [environment]
 * @property {string} [input] text for its standard input
 */

/**
 * Runs a tool to its end, its output kept in a log.
 *
 * @param {import("./kit.mjs").Kit} kit
 * @param {string} log name of the log, in `.setup/logs`
 * @param {readonly string[]} command the tool and its arguments; no shell
 * @param {ToolOptions} [options]
 * @returns {Promise<ToolResult>} also for one that fails; rejects when the tool cannot be started
 */
export function runTool(kit, log, command, options = {}) {
  const folder = join(kit.state, "logs");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${log}.log`);
  const file = openSync(path, "w");
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: options.cwd ?? kit.root,
      env: options.environment ?? kit.environment,
      stdio: [options.input === undefined ? "ignore" : "pipe", file, file],
    });
    kit.onTool(child);
    child.stdin?.end(options.input);
    const ended = () => {
      closeSync(file);
      kit.onTool(undefined);
    };
    child.once("error", (error) => {
      ended();
      reject(error);
    });
    child.once("close", (code, signal) => {
      ended();
      const output = readFileSync(path, "utf8");
      resolve({ code: code ?? 128, output: signal ? `${output}ended by ${signal}\n` : output });
    });
  });
}

/**
 * The last lines of a text, for an error that quotes a tool.
 *
 * @param {string} text
 * @param {number} [count]
 */
export function tail(text, count = 15) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
