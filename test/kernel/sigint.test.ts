import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

/** An interrupt is looked for every 25 ms; the rest is for a busy machine. */
const SERVED_MS = 10_000;
const REPEATED = 50;

describe("SIGINT in the kernel's process", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "counterweight-sigint-"));
    execFileSync(process.execPath, [join(__dirname, "transpile.mjs"), folder]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs code in a process that listens as the kernel does; what it prints is the answer. */
  function inProcess(code: string): string {
    const text = `
      const { Script } = require("node:vm");
      const { listenForSigint } = require(${JSON.stringify(join(folder, "sigint.js"))});
      const seen = { interrupts: 0 };
      const sigint = listenForSigint(() => void seen.interrupts++);
      const interrupt = () => process.kill(process.pid, "SIGINT");
      /** Whether the script was ended by an interrupt. */
      const ended = (text) => {
        try {
          sigint.run(new Script(text));
          return false;
        } catch (error) {
          if (error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED") return true;
          throw error;
        }
      };
      const pause = (ms) => new Promise((done) => setTimeout(done, ms));
      const served = async (count) => {
        const until = Date.now() + ${SERVED_MS};
        while (seen.interrupts < count && Date.now() < until) await pause(5);
        return seen.interrupts;
      };
      Object.assign(globalThis, { interrupt, look: () => sigint.look() });
      (async () => { ${code} })();`;
    const { stdout, stderr, signal, status } = spawnSync(process.execPath, ["-e", text], {
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.deepEqual({ signal, status, stderr }, { signal: null, status: 0, stderr: "" });
    return stdout.trim();
  }

  it("is noticed while no script runs", () => {
    assert.equal(inProcess(`interrupt(); console.log(await served(1));`), "1");
  });

  it("ends a script that never ends by itself, and is then not noticed a second time", () => {
    const code = `const over = ended("interrupt(); for (;;);"); await pause(200); console.log(over, seen.interrupts);`;
    assert.equal(inProcess(code), "true 0");
  });

  it("ends a script or is noticed when it comes just before the script, as it starts to look", () => {
    const code = `
      for (let round = 0; round < ${REPEATED}; round++) {
        const before = seen.interrupts;
        interrupt();
        if (!ended("look(); 1") && (await served(before + 1)) === before) console.log("lost");
      }
      console.log("done");`;
    assert.equal(inProcess(code), "done");
  });

  it("ends a script or is noticed when it comes as the script ends, before Node's thread has seen it", () => {
    const code = `
      for (let round = 0; round < ${REPEATED}; round++) {
        const before = seen.interrupts;
        if (!ended("interrupt()") && (await served(before + 1)) === before) console.log("lost");
      }
      console.log("done");`;
    assert.equal(inProcess(code), "done");
  });

  it("is noticed after a script, after one that threw, and after one that was interrupted", () => {
    const code = `
      for (const [count, text] of ["1", "throw new Error('expected')", "interrupt(); for (;;);"].entries()) {
        try { ended(text); } catch {}
        interrupt();
        await served(count + 1);
      }
      console.log(seen.interrupts);`;
    assert.equal(inProcess(code), "3");
  });

  it("is noticed beside listeners of other code that come, stay and go", () => {
    const code = `
      const others = { count: 0 };
      const other = () => void others.count++;
      process.on("SIGINT", other);
      ended("1");
      interrupt();
      await served(1);
      process.off("SIGINT", other);
      interrupt();
      await served(2);
      console.log(seen.interrupts, others.count, ended("interrupt(); for (;;);"));`;
    assert.equal(inProcess(code), "2 1 true");
  });

  it("does not keep a process alive", () => {
    assert.equal(inProcess(`console.log("at its end");`), "at its end");
  });
});
