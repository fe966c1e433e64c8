import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createSandbox, ofType, ROOT, shown, startKernel } from "./kernel";
import type { Executed, ExecuteOptions, Kernel, Sandbox } from "./kernel";

const MOST_SECONDS = 2;

describe("an interrupt", () => {
  let sandbox: Sandbox;
  let kernel: Kernel;

  before(async () => {
    sandbox = createSandbox({
      "src/interrupt.ts": readFileSync(join(ROOT, "src/engine/interrupt.ts"), "utf8"),
      "src/index.ts": `export * from "./interrupt";\nexport { spin } from "./spin";\n`,
      "src/slow.ts": `console.log("begun");\nconst until = Date.now() + 1500;\nwhile (Date.now() < until);\nexport const whole = true;\n`,
      "src/spin.ts": `export function spin(): never {\n  for (;;);\n}\n`,
    });
    kernel = await startKernel(sandbox);
    const ready = await kernel.execute(
      `import { breathe, spin } from "counterweight";\nimport * as tf from "@tensorflow/tfjs-node";\n` +
        `const seen = { steps: 0 };\nconst pause = (ms: number) => new Promise((done) => setTimeout(done, ms));\n`,
    );
    assert.equal(ready.reply.content.status, "ok");
  });
  after(async () => {
    await kernel?.shutdown();
    sandbox?.remove();
  });

  async function assertInterrupted(code: string, options: ExecuteOptions = {}): Promise<Executed> {
    // Where it matters that the work is under way, the code says so itself.
    const text = code.includes("begun") ? code : `console.log("begun");\n${code}`;
    const result = await kernel.execute(text, { interrupt: 0.2, timeout: 20, ...options });
    assert.equal(result.reply.content.status, "error");
    assert.equal(result.reply.content.ename, "KeyboardInterrupt");
    assert.equal(ofType(result, "error").length, 1);
    assert.ok(result.seconds < MOST_SECONDS, `${result.seconds} s`);
    assert.equal(shown(await kernel.execute(`"next"`)), "'next'");
    return result;
  }

  /** The counter must stand still; it is read twice, some time apart. */
  async function assertStandsStill(): Promise<void> {
    const before = shown(await kernel.execute(`seen.steps`));
    assert.ok(Number(before) > 0, `nothing ran before the interrupt: ${before}`);
    await kernel.execute(`await pause(300)`);
    assert.equal(shown(await kernel.execute(`seen.steps`)), before);
  }

  it("ends a synchronous loop, in the cell or in the library", async () => {
    await assertInterrupted(`for (;;);`);
    await assertInterrupted(`spin();`);
  });

  it("ends a synchronous loop before the first await of a cell", async () => {
    await assertInterrupted(`for (;;);\nawait null;`);
  });

  it("ends a cell that awaits something that never comes", async () => {
    await assertInterrupted(`await new Promise(() => undefined);`);
    await assertInterrupted(`new Promise(() => undefined)`);
  });

  it("ends a cell that was still being compiled", async () => {
    for (const interrupt of [0, 0.01, 0.02, 0.04]) {
      await assertInterrupted(`for (;;) await breathe();`, { interrupt, since: "start" });
    }
  });

  it("ends a cell even if it comes between the last look for signals and the cell's first line", async () => {
    // The kernel sets the cell's scope just before it runs the script: there the signal is sent.
    const arm =
      `const key = Symbol.for("counterweight.kernel.scope");\nconst hook = { armed: true, scope: undefined as unknown };\n` +
      `Object.defineProperty(globalThis, key, {\n  configurable: true,\n  get: () => hook.scope,\n  set(scope: unknown) {\n` +
      `    hook.scope = scope;\n    if (hook.armed) process.kill(process.pid, "SIGINT");\n    hook.armed = false;\n  },\n});`;
    const disarm = `Object.defineProperty(globalThis, key, { configurable: true, writable: true, value: hook.scope });\nhook.armed`;
    for (const endless of [`for (;;) await breathe();`, `for (;;);`]) {
      assert.equal((await kernel.execute(arm)).reply.content.status, "ok");
      const result = await kernel.execute(endless, { timeout: 20 });
      assert.equal(result.reply.content.ename, "KeyboardInterrupt");
      assert.equal(shown(await kernel.execute(disarm)), "false");
    }
  });

  it("leaves no module half loaded", async () => {
    await assertInterrupted(`import { whole } from "../src/slow";\nwhole`);
    assert.equal(shown(await kernel.execute(`import { whole } from "../src/slow";\nwhole`)), "true");
  });

  it("ends a training loop that breathes, even if the loop takes no signal, and all its work", async () => {
    const loop = `seen.steps = 0;\nconst w = tf.variable(tf.ones([64, 64]));\nfor (;;) {\n  tf.tidy(() => w.assign(w.matMul(w).div(64)));\n  if (seen.steps++ === 0) console.log("begun");\n  await breathe();\n}`;
    await assertInterrupted(loop);
    await assertStandsStill();
  });

  it("ends a loop of tensor reads, which never leave the microtasks by themselves", async () => {
    await assertInterrupted(
      `seen.steps = 0;\nconst t = tf.scalar(1);\nfor (;;) {\n  await t.data();\n  if (seen.steps++ === 0) console.log("begun");\n}`,
    );
    await assertStandsStill();
    await assertInterrupted(
      `seen.steps = 0;\nfor (;;) {\n  await t.array();\n  if (seen.steps++ === 0) console.log("begun");\n}`,
    );
    await assertStandsStill();
  });

  it("ends the timers of the interrupted cell and no others", async () => {
    await kernel.execute(
      `let other = 0;\nconst ticking = { count: 0 };\nconst keep = setInterval(() => void ticking.count++, 20);`,
    );
    await assertInterrupted(
      `seen.steps = 0;\nsetInterval(() => {\n  if (seen.steps++ === 0) console.log("begun");\n}, 20);\nawait new Promise(() => undefined);`,
    );
    await assertStandsStill();
    const counts = await kernel.execute(`const then = ticking.count;\nawait pause(200);\nticking.count > then`);
    assert.equal(shown(counts), "true");
    await kernel.execute(`clearInterval(keep);`);
  });

  it("with no cell running ends what earlier cells left in the background", async () => {
    await kernel.execute(
      `seen.steps = 0;\nvoid (async () => {\n  for (;;) {\n    seen.steps++;\n    await breathe();\n  }\n})();`,
    );
    await kernel.execute(`await pause(100)`);
    await kernel.interrupt();
    await kernel.listen(0.3);
    await assertStandsStill();
  });

  it("is told to the cell's own signal, which is another in every cell", async () => {
    const signal = `(globalThis as { [key: symbol]: unknown })[Symbol.for("counterweight.cellSignal")] as AbortSignal`;
    await kernel.execute(`const first = ${signal};`);
    await assertInterrupted(
      `const second = ${signal};\nseen.steps = Number(first !== second);\nsecond.addEventListener("abort", () => (seen.steps += 10));\nawait new Promise(() => undefined);`,
    );
    assert.equal(
      shown(await kernel.execute(`[seen.steps, first.aborted, (${signal}).aborted]`)),
      "[ 11, false, false ]",
    );
  });

  it("leaves a tensor readable that is disposed of while it is read", async () => {
    const code = `const reading = tf.tensor([4, 5]);\nconst promise = reading.data();\nreading.dispose();\nArray.from(await promise)`;
    assert.equal(shown(await kernel.execute(code)), "[ 4, 5 ]");
  });
});
