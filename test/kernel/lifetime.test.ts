import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createSandbox, isAlive, ROOT, shown, startKernel } from "./kernel";
import type { Sandbox } from "./kernel";

async function assertEnds(pid: number, seconds: number): Promise<void> {
  const until = Date.now() + 1000 * seconds;
  while (isAlive(pid) && Date.now() < until) await new Promise((done) => setTimeout(done, 100));
  assert.ok(!isAlive(pid), `the kernel still runs after ${seconds} s`);
}

describe("a kernel", () => {
  let sandbox: Sandbox;

  before(() => {
    sandbox = createSandbox({ "src/index.ts": `export const name = "sandbox";\n` });
  });
  after(() => sandbox?.remove());

  it("takes its project from COUNTERWEIGHT_ROOT, and ends with its parent, idle or in the midst of a cell that never yields", async () => {
    const other = createSandbox({ "src/index.ts": `export const name = "other";\n` });
    const [idle, busy] = await Promise.all([
      startKernel(sandbox, { env: { COUNTERWEIGHT_ROOT: other.root } }),
      startKernel(sandbox),
    ]);
    const result = await idle.execute(`import { name } from "counterweight";\n[process.cwd(), name]`);
    assert.equal(shown(result), `[ '${realpathSync(other.root)}', 'other' ]`);
    void busy.execute(`for (;;);`).catch(() => undefined);
    await new Promise((done) => setTimeout(done, 1000));
    for (const { client } of [idle, busy]) client.kill("SIGKILL");
    await Promise.all([idle, busy].map(({ pid }) => assertEnds(pid, 8)));
    other.remove();
  });
});

describe("a notebook run without a browser", () => {
  const canary = readFileSync(join(ROOT, "test", "notebooks", "must-fail.ipynb"), "utf8");
  let sandbox: Sandbox;
  let failing: Run;
  let passing: Run;

  before(async () => {
    sandbox = createSandbox();
    const notebook = JSON.parse(canary) as Notebook;
    const cells = notebook.cells.filter(({ id }) => id === "before" || id === "after");
    [failing, passing] = await Promise.all([
      run("must-fail.ipynb", canary),
      run("passes.ipynb", JSON.stringify({ ...notebook, cells })),
    ]);
  });
  after(() => sandbox?.remove());

  function run(name: string, text: string): Promise<Run> {
    const file = join(sandbox.root, "notebooks", name);
    writeFileSync(file, text);
    return new Promise((resolve) => {
      const jupyter = join(ROOT, ".venv", "bin", "jupyter-execute");
      execFile(jupyter, ["--inplace", file], { env: sandbox.env }, (error, _, errors) => {
        const written = JSON.parse(readFileSync(file, "utf8")) as Notebook;
        resolve({ code: error === null ? 0 : Number(error.code), errors, written });
      });
    });
  }

  it("fails where a cell throws, and says in which line", () => {
    assert.equal(failing.code, 1);
    assert.match(failing.errors, /RangeError: value must be at most 3, received 4\n {4}at checked \(Cell\[1\]:4:\d+\)/);
    assert.match(failing.errors, / {4}at Cell\[2\]:3:\d+\n {6}3 \| const second = checked\(4\);/);
    assert.doesNotMatch(failing.errors, /this cell must never run/);
  });

  it("is written with outputs and execution counts", () => {
    const { code, errors, written } = passing;
    assert.equal(code, 0, errors);
    assert.deepEqual(
      written.cells.map(({ execution_count }) => execution_count),
      [1, 2],
    );
    const [result] = written.cells[0].outputs;
    assert.deepEqual(
      [result.output_type, result.execution_count, result.data],
      ["execute_result", 1, { "text/plain": ["2"] }],
    );
    assert.equal(written.cells[1].outputs[0].output_type, "stream");
  });
});

interface Run {
  code: number;
  errors: string;
  written: Notebook;
}

interface Notebook {
  cells: {
    id: string;
    execution_count: number | null;
    outputs: { output_type: string; execution_count?: number; data?: Record<string, string[]> }[];
  }[];
}
