import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { schedule, type Limits, type Task } from "../../src/cli/schedule";

interface Named extends Task {
  readonly name: string;
}

const task = (name: string, changes: Partial<Task> = {}): Named => ({
  name,
  memory: 1,
  alone: false,
  seconds: 1,
  ...changes,
});

/** Runs tasks that take some turns of the event loop each; notes who ran beside whom. */
async function trace(tasks: readonly Named[], limits: Limits, work?: (task: Named) => void) {
  const running = new Set<string>();
  const started: string[] = [];
  const beside = new Map<string, Set<string>>();
  let most = 0;
  const left = await schedule(tasks, limits, async (each) => {
    started.push(each.name);
    running.add(each.name);
    most = Math.max(most, running.size);
    for (const name of running) {
      const others = beside.get(name) ?? new Set();
      for (const other of running) if (other !== name) others.add(other);
      beside.set(name, others);
    }
    try {
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      work?.(each);
    } finally {
      running.delete(each.name);
    }
  });
  return { started, most, beside, left: left.map(({ name }) => name), running };
}

describe("schedule", () => {
  it("runs every task once, at most as many at a time as there are jobs", async () => {
    const tasks = ["a", "b", "c", "d", "e"].map((name) => task(name));
    for (const jobs of [1, 2, 3]) {
      const { started, most, left } = await trace(tasks, { jobs, memory: 100 });
      assert.deepEqual([[...started].sort(), most, left], [["a", "b", "c", "d", "e"], jobs, []]);
    }
  });

  it("starts those of unknown length first, then the long ones, and keeps the order of equals", async () => {
    const tasks = [task("short"), task("long", { seconds: 9 }), task("new", { seconds: undefined }), task("other")];
    const { started } = await trace(tasks, { jobs: 1, memory: 1 });
    assert.deepEqual(started, ["new", "long", "short", "other"]);
  });

  it("runs a task that wants to be alone with nothing beside it, after the others", async () => {
    const tasks = [task("timing", { alone: true, seconds: 99 }), task("a"), task("b"), task("c")];
    const { started, most, beside } = await trace(tasks, { jobs: 4, memory: 100 });
    assert.deepEqual([started[3], most, [...(beside.get("timing") ?? [])]], ["timing", 3, []]);
  });

  it("keeps to the memory, and runs what asks for more than there is by itself", async () => {
    const tasks = [task("big", { memory: 9 }), task("a", { memory: 2 }), task("b", { memory: 2 })];
    const { beside, left } = await trace(tasks, { jobs: 3, memory: 4 });
    assert.deepEqual([[...(beside.get("big") ?? [])], [...(beside.get("a") ?? [])], left], [[], ["b"], []]);
  });

  it("starts nothing more once it is interrupted, waits for what runs, and returns the rest", async () => {
    const interruption = new AbortController();
    const tasks = [task("a"), task("b"), task("c"), task("d")];
    const limits = { jobs: 2, memory: 100, signal: interruption.signal };
    const { started, left, running } = await trace(tasks, limits, () => interruption.abort());
    assert.deepEqual([started, left, running.size], [["a", "b"], ["c", "d"], 0]);
  });

  it("throws what a task throws when the running ones have ended, and starts no other", async () => {
    const ended: string[] = [];
    const tasks = [task("a"), task("b"), task("c")];
    const work = async ({ name }: Named) => {
      await new Promise(setImmediate);
      if (name === "a") throw new Error("a is broken");
      await new Promise(setImmediate);
      ended.push(name);
    };
    await assert.rejects(schedule(tasks, { jobs: 2, memory: 100 }, work), /a is broken/);
    assert.deepEqual(ended, ["b"]);
  });

  it("takes a whole number of jobs only", async () => {
    for (const jobs of [0, 1.5, NaN])
      await assert.rejects(
        schedule([], { jobs, memory: 1 }, () => Promise.resolve()),
        /jobs must be an integer of at least 1/,
      );
  });
});
