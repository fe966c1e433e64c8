import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { executeNotebook } from "../../src/cli/execute";
import { ROOT } from "../kernel/kernel";

const KERNEL = `"${process.execPath}" "${join(ROOT, "dist", "kernel", "launcher.js")}"`;
const PATIENCE = 120_000;

describe("executeNotebook", { timeout: PATIENCE }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "counterweight-execute-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a notebook of two cells, its second given, on a kernel that a shell script starts, whose first argument is the connection file. */
  async function execute(name: string, script: string, second = "answer") {
    const spec = join(folder, "kernels", name);
    mkdirSync(spec, { recursive: true });
    const argv = ["sh", "-c", script, "sh", "{connection_file}"];
    const json = JSON.stringify({ argv, display_name: name, language: "typescript", interrupt_mode: "signal" });
    writeFileSync(join(spec, "kernel.json"), json);
    const cell = (id: string, source: string) => ({
      cell_type: "code",
      id,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    });
    const notebook = join(folder, `${name}.ipynb`);
    const kernelspec = { name, display_name: name, language: "typescript" };
    const cells = [cell("first", "const answer = 6 * 7;"), cell("second", second)];
    writeFileSync(notebook, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
    const output = join(folder, `${name}-run.ipynb`);
    const begun: number[] = [];
    const again: string[] = [];
    const environment = { JUPYTER_PATH: folder };
    const end = await executeNotebook({
      root: ROOT,
      notebook,
      output,
      environment,
      onCell: (cell) => begun.push(cell),
      onAgain: (why) => again.push(why),
    });
    return { ...end, begun, again, text: existsSync(output) ? readFileSync(output, "utf8") : undefined };
  }

  it("starts another kernel where one ends before it has answered, and runs each cell once", async () => {
    const marker = join(folder, "tried");
    const script = `if [ -e "${marker}" ]; then exec ${KERNEL} "$1"; fi; touch "${marker}"; exit 1`;
    const { ok, failure, begun, again, text } = await execute("second-try", script);
    assert.ok(ok, failure);
    assert.equal(again.length, 1);
    assert.match(again[0], /Kernel died before replying/);
    assert.ok(existsSync(marker), "the first kernel was not asked for");
    assert.deepEqual(begun, [1, 2]);
    assert.match(text ?? "", /"42"/);
  });

  it("says so where none ever answers, after a few tries", async () => {
    const tries = join(folder, "tries");
    const { ok, failure, begun, text } = await execute("no-kernel", `echo once >> "${tries}"; exit 1`);
    assert.ok(!ok);
    assert.match(failure, /Kernel died before replying/);
    assert.deepEqual(begun, []);
    assert.equal(text, undefined);
    assert.equal(readFileSync(tries, "utf8").trim().split("\n").length, 4);
  });

  it("does not run a notebook again whose kernel dies in a cell", async () => {
    const starts = join(folder, "starts");
    const script = `echo once >> "${starts}"; exec ${KERNEL} "$1"`;
    const { ok, failure, begun } = await execute("killed", script, 'process.kill(process.pid, "SIGKILL")');
    assert.ok(!ok);
    assert.match(failure, /Kernel died/);
    assert.deepEqual(begun, [1, 2]);
    assert.equal(readFileSync(starts, "utf8").trim(), "once");
  });
});
