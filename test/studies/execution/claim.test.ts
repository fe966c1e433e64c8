import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { claim } from "../../../src/studies/execution/claim";
import { newPlaces } from "../core/support";

const newPath = () => {
  const path = join(newPlaces().runs, "trial.lock");
  mkdirSync(dirname(path), { recursive: true });
  return path;
};

describe("the claim of a trial", () => {
  it("is held by one at a time", async () => {
    const path = newPath();
    let [inside, most, entered] = [0, 0, 0];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const release = await claim(path, { poll: 5 });
        most = Math.max(most, ++inside);
        entered++;
        await delay(5);
        inside--;
        await release();
      }),
    );
    assert.deepEqual([most, entered], [1, 8]);
    assert.deepEqual(readdirSync(dirname(path)), []);
  });

  it("is waited for while its holder lives, which is told, and the waiting can be stopped", async () => {
    const path = newPath();
    const release = await claim(path);
    const stop = new AbortController();
    const holders: number[] = [];
    const waiting = claim(path, { poll: 5, signal: stop.signal, onWait: ({ pid }) => holders.push(pid) });
    await delay(50);
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    assert.deepEqual(holders, [process.pid]);
    await release();
    assert.ok(!existsSync(path));
  });

  it("is taken over at once from a process of this machine that is gone", async () => {
    const path = newPath();
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    writeFileSync(path, JSON.stringify({ pid: child.pid, host: hostname(), began: "1" }));
    const release = await claim(path, { poll: 5, onWait: () => assert.fail("it waited") });
    await release();
  });

  it("is taken over from another machine only after its silence", async () => {
    const path = newPath();
    writeFileSync(path, JSON.stringify({ pid: 1, host: "elsewhere", began: null }));
    const beat = setInterval(() => utimesSync(path, new Date(), new Date()), 20);
    const started = performance.now();
    const taken = claim(path, { poll: 10, patience: 400 });
    await delay(800);
    clearInterval(beat);
    const release = await taken;
    // It was silent from 800 ms on; 50 ms allow for the time of the last beat.
    assert.ok(performance.now() - started >= 1150);
    await release();
  });
});
