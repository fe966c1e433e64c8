import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs a command to its end with the terminal its own, and hands on the signals that are sent to this process alone, or that
 * ended its parent. In a terminal, Ctrl-C reaches the command by itself, and a second one would mean "at once" to JupyterLab.
 *
 * @param {string} cwd
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} [environment] added to that of this process
 * @returns {Promise<{ code: number, signal: NodeJS.Signals | undefined }>} its exit code, 128 and more where a signal ended it;
 *   and the signal that this process received meanwhile
 */
export function foreground(cwd, command, environment = {}) {
  const child = spawn(command[0], command.slice(1), { cwd, env: { ...process.env, ...environment }, stdio: "inherit" });
  /** @type {NodeJS.Signals | undefined} */
  let received;
  const handOn = (/** @type {NodeJS.Signals} */ signal) => {
    received = signal;
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, handOn);
  const watch = watchParent(() => handOn("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.once("close", (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, handOn);
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), signal: received });
    });
  });
}

/**
 * npm hands a signal to its shell, which dies of it and hands on nothing: that this process has lost its parent is the sign.
 * Started without npm it may outlive its parent, as under nohup.
 *
 * @param {() => void} onLost
 */
function watchParent(onLost) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    onLost();
  }, 500);
  return watch;
}
