import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, beforeEach, describe, it } from "node:test";

import { reproduce, type ReproduceOptions } from "../../src/cli/reproduce";
import { createSandbox, isAlive, type Sandbox } from "../kernel/kernel";

/** Kernels start and load a compiler: tens of seconds on a busy machine. */
const PATIENCE = 300_000;

const SOURCES = {
  "src/index.ts": `export { seven } from "./seven";\nexport { eight } from "./eight";\n`,
  "src/seven.ts": `export const seven = 7;\n`,
  "src/eight.ts": `export const eight = 8;\n`,
  "data/results.json": `[1, 2, 3]`,
};

/** A cell that writes a file where figures go. */
const figure = (name: string, content: string) => `
import { mkdirSync, writeFileSync } from "node:fs";
mkdirSync(process.env.COUNTERWEIGHT_FIGURES!, { recursive: true });
writeFileSync(process.env.COUNTERWEIGHT_FIGURES + "/${name}.svg", String(${content}));`;

describe("reproduce", { timeout: 4 * PATIENCE }, () => {
  let sandbox: Sandbox;
  const path = (name: string) => join(sandbox.root, name);
  const text = (name: string) => readFileSync(path(name), "utf8");

  function write(name: string, cells: readonly string[], prose = "A notebook.", metadata = {}): void {
    const code = cells.map((source, index) => ({
      cell_type: "code",
      id: `cell-${index}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    }));
    const first = { cell_type: "markdown", id: "prose", metadata: {}, source: prose };
    const kernelspec = { name: "counterweight", display_name: "TypeScript", language: "typescript" };
    const notebook = { cells: [first, ...code], metadata: { kernelspec, ...metadata }, nbformat: 4, nbformat_minor: 5 };
    sandbox.write(`notebooks/${name}.ipynb`, JSON.stringify(notebook, null, 1));
  }

  async function run(options: Partial<ReproduceOptions> = {}) {
    const stream = new PassThrough();
    let said = "";
    stream.on("data", (part: Buffer) => (said += part.toString()));
    const settings = { profile: "smoke", root: sandbox.root, stream: stream as unknown as NodeJS.WriteStream };
    const all = await reproduce({ ...settings, ...options });
    return { all, said, brief: all.map(({ name, result, reused }) => `${name} ${result}${reused ? " reused" : ""}`) };
  }

  before(() => {
    sandbox = createSandbox(SOURCES);
  });
  after(() => sandbox?.remove());

  describe("with notebooks that can be run", () => {
    const names = ["01-seven", "02-results"];
    const fill = () => {
      write("01-seven", [`import { seven } from "counterweight";\nseven`, figure("01-seven-curve", "seven")]);
      const results = `const results = JSON.parse(readFileSync("data/results.json", "utf8")) as number[];\nresults.length`;
      write("02-results", [`import { readFileSync } from "node:fs";\n${results}`, figure("shared-name", "results")]);
    };

    it("runs them, says which figures each wrote, and ends with a table and the counts", async () => {
      fill();
      const { all, said } = await run({ counts: path("counts.json") });
      assert.deepEqual(
        all.map(({ name, result, reused, figures }) => [name, result, reused, figures]),
        [
          ["01-seven", "ok", false, ["01-seven-curve"]],
          ["02-results", "ok", false, ["shared-name"]],
        ],
        said,
      );
      assert.match(said, /^01-seven: running \(not run before\)$/m);
      assert.match(said, /^01-seven +ok +run +\S+ s +0 +01-seven-curve$/m);
      assert.match(said, /\n2 run, 0 reused; assertions that hold: 0; \S+ s\n$/);
      assert.equal(text("figures/smoke/01-seven-curve.svg"), "7");
      assert.equal(text("figures/smoke/shared-name.svg"), "1,2,3");
      assert.deepEqual(JSON.parse(text("counts.json")), { passed: 2, failed: 0 });
      assert.deepEqual(JSON.parse(text("notebooks/01-seven.ipynb")).cells[1].outputs, []);
      const [, executed] = JSON.parse(text("data/runs/notebooks/smoke/01-seven.ipynb")).cells;
      assert.deepEqual([executed.execution_count, executed.outputs[0].data], [1, { "text/plain": ["7"] }]);
    });

    it("reuses them when nothing but their prose has changed", async () => {
      sandbox.write(
        "notebooks/01-seven.ipynb",
        text("notebooks/01-seven.ipynb").replace("A notebook.", "Other prose."),
      );
      const { brief, said } = await run();
      assert.deepEqual(
        brief,
        names.map((name) => `${name} ok reused`),
      );
      assert.match(said, /\n0 run, 2 reused/);
      assert.match(said, /^01-seven +ok +reused/m);
    });

    it("runs again what rests on a source, a result or a figure that has changed, and that alone", async () => {
      sandbox.write("src/seven.ts", "export const seven = 77;\n");
      const source = await run();
      assert.deepEqual(source.brief, ["01-seven ok", "02-results ok reused"]);
      assert.match(source.said, /01-seven: running \(src\/seven\.ts changed\)/);
      assert.equal(text("figures/smoke/01-seven-curve.svg"), "77");

      sandbox.write("src/eight.ts", "export const eight = 88;\n");
      sandbox.write("data/results.json", "[5]");
      const result = await run();
      assert.deepEqual(result.brief, ["01-seven ok reused", "02-results ok"]);
      assert.match(result.said, /02-results: running \(data\/results\.json changed\)/);
      assert.equal(text("figures/smoke/shared-name.svg"), "5");

      writeFileSync(path("figures/smoke/01-seven-curve.svg"), "edited by hand");
      assert.deepEqual((await run()).brief, ["01-seven ok", "02-results ok reused"]);
      assert.equal(text("figures/smoke/01-seven-curve.svg"), "77");
    });

    it("runs all again when asked afresh, and writes the laptop profile in place", async () => {
      const { brief } = await run({ fresh: true, profile: "laptop" });
      assert.deepEqual(
        brief,
        names.map((name) => `${name} ok`),
      );
      const [, executed] = JSON.parse(text("notebooks/01-seven.ipynb")).cells;
      assert.deepEqual(executed.outputs[0].data, { "text/plain": ["77"] });
      assert.equal(text("figures/01-seven-curve.svg"), "77");
      assert.deepEqual(
        (await run({ profile: "laptop" })).brief,
        names.map((name) => `${name} ok reused`),
      );
    });
  });

  describe("with notebooks that fail", () => {
    beforeEach(() => {
      for (const name of readdirSync(path("notebooks"))) sandbox.write(`notebooks/${name}`, "{}");
    });

    it("goes on with the others, and leaves the figures of a failed one as they were", async () => {
      mkdirSync(path("figures/smoke"), { recursive: true });
      writeFileSync(path("figures/smoke/03-fails.svg"), "of an earlier run");
      write("03-fails", [figure("03-fails", "1"), `throw new RangeError("no such luck");`]);
      write("04-works", ["4"]);
      const { brief, said } = await run({ notebooks: ["03-fails", "04-works"], counts: path("counts.json") });
      assert.deepEqual(brief, ["03-fails FAILED", "04-works ok"]);
      assert.match(said, /RangeError: no such luck/);
      assert.equal(text("figures/smoke/03-fails.svg"), "of an earlier run");
      assert.deepEqual(JSON.parse(text("counts.json")), { passed: 1, failed: 1 });
      assert.deepEqual((await run({ notebooks: ["03-fails", "04-works"] })).brief, [
        "03-fails FAILED",
        "04-works ok reused",
      ]);
    });

    it("fails the second of two that write one figure", async () => {
      write("05-one", [figure("same", "1")]);
      write("06-two", [figure("same", "2")]);
      const { all, said } = await run({ notebooks: ["05-one", "06-two"] });
      assert.deepEqual(all.map(({ result }) => result).sort(), ["FAILED", "ok"]);
      assert.match(
        said,
        /figures\/same\.svg was written by 0[56]-(one|two) a moment ago: a figure belongs to one notebook/,
      );
    });

    it("ends all kernels when interrupted, keeps what is finished, and leaves nothing half-written", async () => {
      write("07-quick", ["7"]);
      const pid = `import { writeFileSync } from "node:fs";\nwriteFileSync("pid", String(process.pid));`;
      write("08-endless", [figure("08-endless", "1"), `${pid}\nfor (;;) {}`]);
      write("09-waiting", ["9"], "Never started.", { counterweight: { alone: true } });
      const interruption = new AbortController();
      const notebooks = ["07-quick", "08-endless", "09-waiting"];
      const finished = path("data/runs/notebooks/smoke/07-quick.ipynb");
      const watch = setInterval(() => {
        if (existsSync(path("pid")) && existsSync(finished)) interruption.abort();
      }, 100);
      const { brief, said } = await run({ notebooks, signal: interruption.signal });
      clearInterval(watch);
      assert.deepEqual(brief, ["07-quick ok", "08-endless interrupted", "09-waiting not started"], said);
      assert.match(said, /\n1 run, 0 reused, 1 interrupted, 1 not started; /);
      for (let left = 100; left > 0 && isAlive(Number(text("pid"))); left--)
        await new Promise((done) => setTimeout(done, 100));
      assert.ok(!isAlive(Number(text("pid"))), "the kernel still runs");
      assert.ok(!existsSync(path("figures/smoke/08-endless.svg")));
      assert.deepEqual(
        readdirSync(path("data/runs/notebooks/smoke")).filter((name) => name.startsWith(".") || name.includes("08")),
        [],
      );
    });

    it("names the notebooks there are when asked for another", async () => {
      await assert.rejects(run({ notebooks: ["10-none"] }), /no notebook "10-none"; there are: 01-seven\.ipynb, 02-/);
    });
  });
});
