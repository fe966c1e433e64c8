import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createSandbox, failure, printed, shown, startKernel } from "./kernel";
import type { Kernel, Sandbox } from "./kernel";

/** A module as the engine keeps one: evaluated anew after an edit, while its state is the process's. */
const ENGINE = `import * as tf from "@tensorflow/tfjs-node";

const KEY = Symbol.for("counterweight.test.engine");
interface State { evaluations: number; tf: unknown }
const shared = globalThis as { [KEY]?: State };
export const state = (shared[KEY] ??= { evaluations: 0, tf });
state.evaluations++;
export { tf };
`;
const IMPORT = `import { answer, state, tf } from "counterweight";\n[answer(), state.tf === tf]`;

describe("editing the library while a kernel runs", () => {
  let sandbox: Sandbox;
  let kernel: Kernel;

  before(async () => {
    sandbox = createSandbox({
      "src/engine.ts": ENGINE,
      "src/index.ts": `export { answer } from "./near";\nexport { state, tf } from "./engine";\n`,
      "src/near.ts": `import { far } from "./room/far";\nexport function answer(): number {\n  return far() + 1;\n}\n`,
      "src/room/far.ts": `export function far(): number {\n  return 1;\n}\n`,
    });
    kernel = await startKernel(sandbox);
    assert.equal(shown(await kernel.execute(IMPORT)), "[ 2, true ]");
  });
  after(async () => {
    await kernel?.shutdown();
    sandbox?.remove();
  });

  it("runs a directly imported file anew when the import cell is run again", async () => {
    sandbox.write(
      "src/near.ts",
      `import { far } from "./room/far";\nexport function answer(): number {\n  return far() + 100;\n}\n`,
    );
    assert.equal(shown(await kernel.execute(IMPORT)), "[ 101, true ]");
  });

  it("runs a file anew that is imported by an imported file, and keeps one TensorFlow", async () => {
    sandbox.write("src/room/far.ts", `export function far(): number {\n  return 7;\n}\n`);
    const result = await kernel.execute(IMPORT);
    assert.equal(shown(result), "[ 107, true ]");
    assert.doesNotMatch(printed(result) + printed(result, "stderr"), /already|registered/);
  });

  it("sees every one of many edits, each saved right before the cell is sent", async () => {
    for (let value = 10; value < 20; value++) {
      const text = `export function far(): number {\n  return ${value};\n}\n`;
      // Same length, so that only the time or the inode tells; saved in place and by renaming in turn.
      if (value % 2 === 0) writeFileSync(join(sandbox.root, "src/room/far.ts"), text);
      else sandbox.write("src/room/far.ts", text);
      assert.equal(shown(await kernel.execute(IMPORT)), `[ ${100 + value}, true ]`);
    }
  });

  it("runs nothing anew when nothing was edited", async () => {
    const count = `import { state as now } from "counterweight";\nnow.evaluations`;
    const first = shown(await kernel.execute(count));
    assert.equal(shown(await kernel.execute(count)), first);
  });

  it("survives a burst of atomic saves between a cell and the next", async () => {
    const running = kernel.execute(`await new Promise((done) => setTimeout(done, 300));`);
    for (let value = 0; value < 30; value++) {
      sandbox.write("src/room/far.ts", `export function far(): number {\n  return ${value};\n}\n`);
      await new Promise((done) => setTimeout(done, 5));
    }
    await running;
    assert.equal(shown(await kernel.execute(IMPORT)), "[ 129, true ]");
  });

  it("names the place of what is wrong in an edited file", async () => {
    sandbox.write("src/room/far.ts", `export function far(): number {\n  return (7;\n}\n`);
    assert.match(failure(await kernel.execute(IMPORT)), /src\/room\/far\.ts:2:12 - error TS1005/);
    sandbox.write(
      "src/room/far.ts",
      `// one line more\nexport function far(): number {\n  throw new Error("far");\n}\n`,
    );
    assert.match(
      failure(await kernel.execute(IMPORT)),
      /at far \(src\/room\/far\.ts:3:9\)\n {4}at answer \(src\/near\.ts:3:/,
    );
  });

  it("follows a file that moves", async () => {
    sandbox.write("src/room/far.ts", `export function far(): number {\n  return 1;\n}\n`);
    assert.equal(shown(await kernel.execute(IMPORT)), "[ 101, true ]");
    rmSync(join(sandbox.root, "src/room/far.ts"));
    assert.match(
      failure(await kernel.execute(IMPORT)),
      /^Error: Cannot find module '\.\/room\/far'[\s\S]* at .*src\/near\.ts:1/,
    );
    sandbox.write("src/room/far/index.ts", `export function far(): number {\n  return 2;\n}\n`);
    assert.equal(shown(await kernel.execute(IMPORT)), "[ 102, true ]");
  });

  it("sees an edit of a file that is imported by a path relative to the notebook", async () => {
    sandbox.write("notebooks/helper.ts", `export const name = "old";\n`);
    const code = `import { name } from "./helper";\nname`;
    assert.equal(shown(await kernel.execute(code)), "'old'");
    sandbox.write("notebooks/helper.ts", `export const name = "new";\n`);
    assert.equal(shown(await kernel.execute(code)), "'new'");
  });
});
