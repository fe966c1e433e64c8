import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { withLock } from "../../src/data/lock";
import { inFolder } from "./support";

describe("withLock", () => {
  it("lets one caller work at a time, gives back its result, and leaves no file", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "lock");
      const events: string[] = [];
      const work = (name: string) =>
        withLock(
          path,
          async () => {
            events.push(`${name} in`);
            await delay(30);
            events.push(`${name} out`);
            return name;
          },
          { poll: 5 },
        );
      assert.deepEqual(await Promise.all([work("a"), work("b"), work("c")]), ["a", "b", "c"]);
      for (let index = 0; index < 6; index += 2) assert.equal(events[index].replace("in", "out"), events[index + 1]);
      assert.ok(!existsSync(path));
    });
  });

  it("is free again after work that failed", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "lock");
      await assert.rejects(
        withLock(path, () => Promise.reject(new Error("broken"))),
        /broken/,
      );
      assert.equal(await withLock(path, () => Promise.resolve(1)), 1);
    });
  });

  it("takes over at once what a process left that is gone", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "lock");
      const { pid } = spawnSync(process.execPath, ["-e", ""]);
      await writeFile(path, JSON.stringify({ pid, host: hostname() }));
      const started = Date.now();
      assert.equal(await withLock(path, () => Promise.resolve(1)), 1);
      assert.ok(Date.now() - started < 2_000);
    });
  });

  it("takes over what another machine left, once it shows no sign of life", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "lock");
      await writeFile(path, JSON.stringify({ pid: 1, host: "elsewhere" }));
      const started = Date.now();
      assert.equal(await withLock(path, () => Promise.resolve(1), { poll: 10, staleAfter: 200 }), 1);
      assert.ok(Date.now() - started >= 200);
    });
  });

  it("stops waiting when aborted", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "lock");
      await writeFile(path, JSON.stringify({ pid: process.pid, host: hostname() }));
      const controller = new AbortController();
      const reason = new Error("enough");
      setTimeout(() => controller.abort(reason), 50);
      await assert.rejects(
        withLock(path, () => Promise.resolve(1), { signal: controller.signal }),
        reason,
      );
      assert.ok(existsSync(path));
    });
  });
});
