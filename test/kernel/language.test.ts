import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createSandbox, failure, shown, startKernel } from "./kernel";
import type { Kernel, Sandbox } from "./kernel";

describe("the language of cells", () => {
  let sandbox: Sandbox;
  let kernel: Kernel;

  before(async () => {
    sandbox = createSandbox();
    kernel = await startKernel(sandbox);
    const ready = await kernel.execute(
      `const xs = [{ at: 1, then: 2 }, { at: 3, then: 4 }];\nlet at = 7;\nlet later = Promise.resolve(5);`,
    );
    assert.equal(ready.reply.content.status, "ok", failure(ready));
  });
  after(async () => {
    await kernel?.shutdown();
    sandbox?.remove();
  });

  async function assertShows(code: string, expected: string): Promise<void> {
    const result = await kernel.execute(code);
    assert.equal(shown(result), expected, `${code}\n${failure(result)}`);
  }

  it("awaits a parenthesis, a list and a function called at once as it awaits a name", async () => {
    await assertShows(`const a = await (later);\na`, "5");
    await assertShows(`const b = await (async () => { await later; return 1; })();\nb`, "1");
    await assertShows(`const c = await [later][0];\nc`, "5");
    await assertShows("const d = await `text`;\nd", "'text'");
    await assertShows(`const e = (await (async () => 2)()) + (await (later));\ne`, "7");
  });

  it("leaves await alone in a function that is not awaited at the top", async () => {
    await assertShows(
      `const wait = async () => { const got = await (later); return got; };\ntypeof wait`,
      "'function'",
    );
    await assertShows(`wait()`, "5");
  });

  it("renames in the pattern of a parameter what an earlier cell declared the type of", async () => {
    await assertShows(`xs.every(({ at: all }) => all > 0)`, "true");
    await assertShows(
      `xs.map(function ({ at: one, then: { toFixed: two } }) { return [one, two.length]; })`,
      "[ [ 1, 1 ], [ 3, 1 ] ]",
    );
    await assertShows(`xs.map(({ then: at }) => at)`, "[ 2, 4 ]");
    await assertShows(`xs.map(({ at: here = at, ...rest }) => [here, rest.then])`, "[ [ 1, 2 ], [ 3, 4 ] ]");
  });

  it("renames in declarations, loops and assignments too", async () => {
    await assertShows(`const [{ at: first }] = xs;\nfirst`, "1");
    await assertShows(`let sum = 0;\nfor (const { at: one } of xs) sum += one;\nsum`, "4");
    await assertShows(`let second = 0;\n({ at: second } = xs[1]);\nsecond`, "3");
  });

  it("reads and assigns a variable of an earlier cell that has the name of a property", async () => {
    await assertShows(`[{ at: at }, { at }, { "at": at + 1 }]`, "[ { at: 7 }, { at: 7 }, { at: 8 } ]");
    await assertShows(`({ at } = xs[1]);\nat`, "3");
    await assertShows(`({ then: at } = xs[1]);\nat`, "4");
  });

  it("keeps the names of functions and the meaning of __proto__ in objects", async () => {
    await assertShows(`({ run: () => 1 }).run.name`, "'run'");
    await assertShows(`Object.keys({ __proto__: xs, own: 1 })`, "[ 'own' ]");
  });

  it("places an error in an object's property and in a pattern", async () => {
    assert.match(
      failure(await kernel.execute(`const wrong = {\n  at: (null as unknown as string).length,\n};`)),
      /Cell\[\d+\]:2:/,
    );
    assert.match(
      failure(await kernel.execute(`xs.map(({ at: one }) => {\n  throw new Error(String(one));\n});`)),
      /Cell\[\d+\]:2:9/,
    );
  });
});
