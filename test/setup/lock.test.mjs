import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { takeLock } from "../../setup/core/lock.mjs";
import { scratchFolder } from "./tools.mjs";

const LOCK_MODULE = new URL("../../setup/core/lock.mjs", import.meta.url).href;

/**
 * Starts a process that takes the lock, tells so, and keeps it.
 *
 * @param {string} path
 * @param {string} [more] what it does with the lock
 */
async function holderOf(path, more = "") {
  const program = `
    import { spawn } from "node:child_process";
    import { takeLock } from ${JSON.stringify(LOCK_MODULE)};
    const lock = await takeLock(${JSON.stringify(path)}, { poll: 10 });
    let said = "held";
    ${more}
    console.log(said);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  return { child, said: String(said).trim() };
}

describe("the lock of set-up", () => {
  it("makes a second set-up wait, and say so once, until the first has ended", async () => {
    const path = join(scratchFolder(), "lock");
    const first = await takeLock(path);
    let waits = 0;
    const second = takeLock(path, { poll: 10, onWait: () => waits++ });
    await delay(100);
    assert.equal(waits, 1);
    first.release();
    (await second).release();
    assert.equal(existsSync(path), false);
  });

  it("is taken over from a holder that was killed", async () => {
    const path = join(scratchFolder(), "lock");
    const { child } = await holderOf(path);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.ok(existsSync(path));
    const lock = await takeLock(path, { poll: 10, onWait: () => assert.fail("waited for the dead") });
    assert.equal(JSON.parse(readFileSync(path, "utf8")).processes[0].pid, process.pid);
    lock.release();
  });

  it("is not taken over while a tool of the killed holder still works", async () => {
    const path = join(scratchFolder(), "lock");
    const tool = 'const tool = spawn("sleep", ["60"], { detached: true }); lock.name(tool.pid); said = tool.pid;';
    const { child, said } = await holderOf(path, tool);
    child.kill("SIGKILL");
    await once(child, "exit");
    let waited = false;
    let taken = false;
    const next = takeLock(path, { poll: 10, onWait: () => (waited = true) }).then((lock) => {
      taken = true;
      return lock;
    });
    await delay(150);
    assert.deepEqual({ waited, taken }, { waited: true, taken: false });
    process.kill(Number(said), "SIGKILL");
    (await next).release();
  });

  it("is taken over from another machine only after a long silence, and an unreadable one likewise", async () => {
    for (const content of ['{"host":"elsewhere","processes":[]}', '{"host":']) {
      const path = join(scratchFolder(), "lock");
      writeFileSync(path, content);
      let waited = false;
      const lock = await takeLock(path, { poll: 10, patience: 150, onWait: () => (waited = true) });
      assert.ok(waited);
      lock.release();
    }
  });

  it("lets one through at a time when many take over a dead holder's at once", async () => {
    const path = join(scratchFolder(), "lock");
    writeFileSync(
      path,
      JSON.stringify({ host: (await import("node:os")).hostname(), processes: [{ pid: 1, started: "never" }] }),
    );
    const program = `
      import { openSync, closeSync, rmSync } from "node:fs";
      import { takeLock } from ${JSON.stringify(LOCK_MODULE)};
      for (let round = 0; round < 5; round++) {
        const lock = await takeLock(${JSON.stringify(path)}, { poll: 1 });
        closeSync(openSync(${JSON.stringify(`${path}.inside`)}, "wx"));
        await new Promise((resolve) => setTimeout(resolve, 2));
        rmSync(${JSON.stringify(`${path}.inside`)});
        lock.release();
      }`;
    const codes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: "inherit" });
        return (await once(child, "exit"))[0];
      }),
    );
    assert.deepEqual(codes, [0, 0, 0, 0]);
  });
});
