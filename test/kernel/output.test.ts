import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createSandbox, failure, isAlive, ofType, printed, shown, startKernel } from "./kernel";
import type { Kernel, Sandbox } from "./kernel";

const MIME = `export interface Bundle { data: Record<string, unknown>; metadata: Record<string, unknown> }

export function mimeBundle(value: unknown): Bundle | undefined {
  const rows = (value as { rows?: number[][] } | null)?.rows;
  if (!Array.isArray(rows)) return undefined;
  const html = rows.map((row) => \`<tr>\${row.map((each) => \`<td>\${each}</td>\`).join("")}</tr>\`).join("");
  return { data: { "text/html": \`<table>\${html}</table>\`, "text/plain": "a table", "image/png": new Uint8Array([1, 2, 3]) }, metadata: { wide: true } };
}
`;
const DISPLAY =
  `type Display = (message: { data: Record<string, unknown>; metadata?: Record<string, unknown>; transient?: { display_id?: string } }, update: boolean) => void;\n` +
  `const display = (globalThis as unknown as { [key: symbol]: Display })[Symbol.for("counterweight.display")];\n`;

let sandbox: Sandbox;
let kernel: Kernel;

before(async () => {
  sandbox = createSandbox({
    "src/losses/index.ts": `/** The focal loss. */\nexport function focal(gamma: number): number {\n  return gamma;\n}\n`,
    "src/index.ts": `export * as losses from "./losses";\nexport const table = { rows: [[1, 2]] };\n`,
  });
  kernel = await startKernel(sandbox);
  await kernel.execute(DISPLAY);
});
after(() => sandbox?.remove());

describe("what a cell shows", () => {
  it("is its last expression, as text, with the count that the reply has", async () => {
    const result = await kernel.execute(`const object = { name: "a", list: [1, 2] };\nobject`);
    const [shownResult] = ofType(result, "execute_result");
    assert.deepEqual(shownResult.data, { "text/plain": "{ name: 'a', list: [ 1, 2 ] }" });
    assert.equal(shownResult.execution_count, result.reply.content.execution_count);
    assert.deepEqual(ofType(result, "execute_input"), [
      { code: `const object = { name: "a", list: [1, 2] };\nobject`, execution_count: shownResult.execution_count },
    ]);
    assert.equal(printed(result), "");
  });

  it("is its last expression, richly, once the library knows how", async () => {
    const code = `import { table } from "counterweight";\ntable`;
    assert.equal(shown(await kernel.execute(code)), "{ rows: [ [ 1, 2 ] ] }");
    sandbox.write("src/notebook/mime.ts", MIME);
    const [result] = ofType(await kernel.execute(code), "execute_result");
    assert.deepEqual(result.data, {
      "text/html": "<table><tr><td>1</td><td>2</td></tr></table>",
      "text/plain": "a table",
      "image/png": "AQID",
    });
    assert.deepEqual(result.metadata, { wide: true });
  });

  it("is text where the library fails to show it, and says so", async () => {
    const result = await kernel.execute(
      `const odd = { get rows(): never { throw new Error("no rows"); }, a: 1 };\nodd`,
    );
    assert.equal(shown(result), "{ rows: [Getter], a: 1 }", failure(result));
    assert.match(printed(result, "stderr"), /could not show the value: Error: no rows\n {4}at .*Cell\[\d+\]:1/);
  });

  it("is the value of a promise", async () => {
    assert.equal(shown(await kernel.execute(`Promise.resolve(42)`)), "42");
    const rejected = await kernel.execute(`Promise.reject(new Error("no"))`);
    assert.match(failure(rejected), /^Error: no\n {4}at Cell/);
  });

  it("is nothing for undefined, null, declarations and assignments", async () => {
    for (const code of [
      `undefined`,
      `null`,
      `const c = 5;`,
      `let v = 1;\nv = 2`,
      `(v += 3);`,
      `function f() { return 1; }`,
      `if (v > 0) v;`,
      `Promise.resolve()`,
      `interface Empty { a: 1 }`,
      `// nothing`,
    ]) {
      const result = await kernel.execute(code);
      assert.equal(result.reply.content.status, "ok", failure(result));
      assert.deepEqual(ofType(result, "execute_result"), [], code);
      assert.equal(printed(result), "", code);
    }
    assert.equal(shown(await kernel.execute(`v`)), "5");
  });

  it("is what the library displays, and an update replaces it", async () => {
    const code =
      `display({ data: { "text/plain": "0 %", "image/png": new Uint8Array([255]) }, metadata: { a: 1 }, transient: { display_id: "bar" } }, false);\n` +
      `await null;\ndisplay({ data: { "text/plain": "100 %" }, transient: { display_id: "bar" } }, true);`;
    const result = await kernel.execute(code);
    assert.deepEqual(ofType(result, "display_data"), [
      { data: { "text/plain": "0 %", "image/png": "/w==" }, metadata: { a: 1 }, transient: { display_id: "bar" } },
    ]);
    assert.deepEqual(ofType(result, "update_display_data"), [
      { data: { "text/plain": "100 %" }, metadata: {}, transient: { display_id: "bar" } },
    ]);
  });

  it("is what tslab's own display functions write", async () => {
    const result = await kernel.execute(`import * as tslab from "tslab";\ntslab.display.html("<b>bold</b>");`);
    assert.deepEqual(ofType(result, "display_data")[0]?.data, { "text/html": "<b>bold</b>" }, failure(result));
  });

  it("is printed while the cell runs, even in a synchronous loop", async () => {
    const busy = `const until = Date.now() + 600;\nconsole.log("early");\nwhile (Date.now() < until);\nconsole.error("late");`;
    const result = await kernel.execute(busy);
    const [early, late] = result.messages.filter(({ type }) => type === "stream");
    assert.deepEqual(
      [early.content, late.content],
      [
        { name: "stdout", text: "early\n" },
        { name: "stderr", text: "late\n" },
      ],
    );
    assert.ok((late.seconds ?? 0) - (early.seconds ?? 0) > 0.4, `${early.seconds} ${late.seconds}`);
  });

  it("is printed without a loss, however much it is", async () => {
    const result = await kernel.execute(`for (let line = 0; line < 20000; line++) console.log(line);`);
    const lines = printed(result).trimEnd().split("\n");
    assert.equal(lines.length, 20000);
    assert.ok(lines.every((line, index) => line === String(index)));
  });

  it("goes to the cell that started the work, though another is running", async () => {
    const started = await kernel.execute(`setTimeout(() => console.log("from the first"), 150);`);
    const parent = started.reply.parent;
    const second = await kernel.execute(
      `await new Promise((done) => setTimeout(done, 400));\nconsole.log("from the second");`,
    );
    const lines = second.messages.filter(({ type }) => type === "stream");
    assert.deepEqual(
      lines.map(({ content, parent: of }) => [content.text, of === parent]),
      [
        ["from the first\n", true],
        ["from the second\n", false],
      ],
    );
  });

  it("is nothing, and counts nothing, for a silent request", async () => {
    const before = (await kernel.execute(`1`)).reply.content.execution_count;
    const silent = await kernel.execute(`const hidden = 3;\nhidden`, { silent: true });
    assert.deepEqual(
      silent.messages.filter(({ type }) => type !== "status"),
      [],
    );
    assert.equal((await kernel.execute(`hidden`)).reply.content.execution_count, Number(before) + 1);
  });
});

describe("variables of earlier cells", () => {
  it("are found in shorthand properties and in patterns of assignments", async () => {
    await kernel.execute("const first = 1;\nlet second = 2;");
    const result = await kernel.execute(
      "const both = { first, second };\n({ second } = { second: 5 });\n[both, second]",
    );
    assert.equal(shown(result), "[ { first: 1, second: 2 }, 5 ]");
  });
});

describe("what an editor asks", () => {
  before(async () => {
    await kernel.execute(`import { losses } from "counterweight";\nconst gammaValues = [1, 2];`);
  });

  it("is completed from earlier cells and from the library's types", async () => {
    const code = `gammaV`;
    const names = await kernel.request("complete_request", { code, cursor_pos: code.length });
    assert.deepEqual(
      [names.status, names.matches, names.cursor_start, names.cursor_end],
      ["ok", ["gammaValues"], 0, 6],
    );
    const member = `/* 🙂 */ import * as again from "../src/losses"; again.fo`;
    const found = await kernel.request("complete_request", { code: member, cursor_pos: [...member].length });
    assert.deepEqual(
      [found.matches, found.cursor_start, found.cursor_end],
      [["focal"], [...member].length - 2, [...member].length],
    );
  });

  it("is explained by the library's documentation", async () => {
    const code = `losses.focal(2)`;
    const found = await kernel.request("inspect_request", { code, cursor_pos: 9, detail_level: 0 });
    const text = (found.data as Record<string, string>)["text/plain"];
    assert.match(text, /focal\(gamma: number\): number[\s\S]*The focal loss\./);
    const nothing = await kernel.request("inspect_request", { code: "   ", cursor_pos: 1, detail_level: 0 });
    assert.deepEqual([nothing.status, nothing.found], ["ok", false]);
  });

  it("is told whether a cell is complete", async () => {
    assert.deepEqual(await kernel.request("is_complete_request", { code: "const a = 1;" }), { status: "complete" });
    const { status, indent } = await kernel.request("is_complete_request", { code: "function f() {" });
    assert.deepEqual([status, indent], ["incomplete", "  "]);
  });

  it("is told that there is no history, and that the kernel is idle after a request it does not know", async () => {
    assert.deepEqual(await kernel.request("history_request", { hist_access_type: "tail", n: 1 }), {
      status: "ok",
      history: [],
    });
    // JupyterLab leaves the states of kernel_info out of account: without these two it would wait for the kernel forever.
    const states = (await kernel.listen(1)).filter(({ type }) => type === "status").map(({ content }) => content);
    assert.deepEqual(states.slice(-2), [{ execution_state: "busy" }, { execution_state: "idle" }]);
  });

  it("is told what kernel answers", async () => {
    const info = await kernel.request("kernel_info_request", {});
    const language = info.language_info as Record<string, unknown>;
    assert.deepEqual(
      [info.status, info.implementation, language.name, language.version, language.file_extension],
      ["ok", "counterweight", "typescript", "5.0.4", ".ts"],
    );
    assert.deepEqual(await kernel.request("comm_info_request", {}), { status: "ok", comms: {} });
  });
});

describe("the end of a kernel", () => {
  it("comes when the client asks, though a timer of a cell still ticks", async () => {
    await kernel.execute(`setInterval(() => undefined, 10);`);
    const seconds = await kernel.shutdown();
    assert.ok(seconds < 3, `${seconds} s`);
    assert.ok(!isAlive(kernel.pid));
  });
});
