import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";

import { foreground } from "../../setup/core/foreground.mjs";

const MODULE = new URL("../../setup/core/foreground.mjs", import.meta.url).href;

/** A job that says its process id, lives on, and ends with 9 when it is asked to end. */
const JOB = 'process.on("SIGTERM", () => process.exit(9)); console.log(process.pid); setInterval(() => {}, 1000);';

/** A process that runs the job in the foreground and ends with its exit code. */
const RUNNER = `
  import { foreground } from ${JSON.stringify(MODULE)};
  const { code } = await foreground("/", [process.execPath, "-e", ${JSON.stringify(JOB)}]);
  process.exitCode = code;`;

describe("a job in the foreground", () => {
  it("gives its exit code, and 128 and the signal's number where a signal ended it", async () => {
    const end = (/** @type {string} */ program) => foreground("/", [process.execPath, "-e", program]);
    assert.deepEqual(await end("process.exit(7)"), { code: 7, signal: undefined });
    assert.deepEqual(await end('process.kill(process.pid, "SIGKILL")'), { code: 137, signal: undefined });
    await assert.rejects(foreground("/", ["/nowhere/tool"]), { code: "ENOENT" });
  });

  it("is handed the signal that its runner receives", async () => {
    const runner = spawn(process.execPath, ["--input-type=module", "-e", RUNNER], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(runner.stdout, "data");
    runner.kill("SIGTERM");
    assert.deepEqual(await once(runner, "exit"), [9, null]);
  });

  it("ends when npm's shell above its runner has died", async () => {
    const program = `
      const { spawn } = require("node:child_process");
      spawn(process.execPath, ["--input-type=module", "-e", ${JSON.stringify(RUNNER)}], { stdio: "inherit" });`;
    const env = { ...process.env, npm_lifecycle_event: "start" };
    const shell = spawn(process.execPath, ["-e", program], { env, stdio: ["ignore", "pipe", "inherit"] });
    const [job] = await once(shell.stdout, "data");
    shell.kill("SIGKILL");
    // The pipe closes when the last of the three has ended.
    await once(shell, "close");
    assert.throws(() => process.kill(Number(job), 0), { code: "ESRCH" });
  });
});
