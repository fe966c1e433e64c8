import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createSandbox, failure, ofType, printed, shown, startKernel } from "./kernel";
import type { Kernel, Sandbox } from "./kernel";

const DEEP = `/** Adds one. */
export interface Limits {
  most: number;
}

export class Checker {
  constructor(private readonly limits: Limits) {}

  check(value: number): number {
    if (value > this.limits.most) throw new RangeError(\`at most \${this.limits.most}, received \${value}\`);
    return value;
  }
}
`;

describe("errors in a notebook", () => {
  let sandbox: Sandbox;
  let kernel: Kernel;

  before(async () => {
    sandbox = createSandbox({
      "src/deep.ts": DEEP,
      "src/index.ts": `import { Checker } from "./deep";\n\nexport function checked(value: number): number {\n  return new Checker({ most: 3 }).check(value);\n}\n`,
    });
    kernel = await startKernel(sandbox);
  });
  after(async () => {
    await kernel?.shutdown();
    sandbox?.remove();
  });

  it("are told once, with name, message and the notebook's own lines, and without the kernel's", async () => {
    const result = await kernel.execute(
      `interface Gone { a: number }\n\nconst gone = undefined as unknown as Gone;\n\n  gone.a;\n`,
    );
    assert.equal(result.reply.content.status, "error");
    const errors = ofType(result, "error");
    assert.equal(errors.length, 1);
    assert.equal(errors[0].ename, "TypeError");
    assert.equal(errors[0].evalue, "Cannot read properties of undefined (reading 'a')");
    const { ename, evalue, traceback } = result.reply.content;
    assert.deepEqual({ ename, evalue, traceback }, errors[0]);
    assert.deepEqual(traceback, [
      "TypeError: Cannot read properties of undefined (reading 'a')",
      "    at Cell[1]:5:8",
      "      5 |   gone.a;",
      "        |        ^",
    ]);
    assert.equal(printed(result) + printed(result, "stderr"), "");
  });

  it("name the places of functions from earlier cells and of the library's TypeScript", async () => {
    const define = `import { checked } from "counterweight";\n\nfunction outer(value: number): number {\n  return checked(value);\n}\n`;
    const { reply } = await kernel.execute(define);
    const defined = `Cell[${String(reply.content.execution_count)}]`;
    const text = failure(await kernel.execute(`const good = outer(1);\nouter(good + 8);`));
    const lines = text.split("\n").filter((line) => line.startsWith("    at "));
    const places = lines.map((line) => line.replace(/:\d+(?=\)?$)/, ""));
    assert.deepEqual(places, [
      "    at Checker.check (src/deep.ts:10)",
      "    at checked (src/index.ts:4)",
      `    at outer (${defined}:4)`,
      `    at Cell[${Number(reply.content.execution_count) + 1}]:2`,
    ]);
    assert.match(text, /^RangeError: at most 3, received 9\n/);
  });

  it("keep their place after an await, and their cause", async () => {
    const code = `await null;\nasync function late(): Promise<void> {\n  await null;\n  throw new Error("late", { cause: new Error("why") });\n}\n\nawait late();`;
    const text = failure(await kernel.execute(code));
    assert.match(text, /^Error: late\n {4}at late \(Cell\[\d+\]:4:9\)\n/);
    assert.match(text, /at async Cell\[\d+\]:7:1/);
    assert.match(text, /\[cause\]: Error: why\n\s+at late \(Cell\[\d+\]:4:36\)/);
    assert.doesNotMatch(text, /node:|dist\/kernel|vendor\/kernel/);
  });

  it("tell of thrown values that are no errors", async () => {
    const [error] = ofType(await kernel.execute(`throw { code: 7 };`), "error");
    assert.equal(error.evalue, "{ code: 7 }");
  });

  it("leave the kernel, and what earlier cells declared, as they were", async () => {
    await kernel.execute(`let kept = 5;`);
    await kernel.execute(`kept = 6;\nthrow new Error("stop");`);
    assert.equal(shown(await kernel.execute(`kept`)), "6");
  });

  it("take away nothing that was declared before them, in their own cell or an earlier one", async () => {
    await kernel.execute(`const model = "old", seed = 1;\nlet rest = 2;\nfunction shape(): number { return seed; }`);
    const code =
      `interface Run { epochs: number }\nconst run: Run = { epochs: 3 }, [head, tail] = [4, 5];\nconst seed = 10;\n` +
      `class Late {}\nawait null;\nif (run.epochs === 3) throw new Error("halfway");\nconst model = 6;\nconst missing = 7;`;
    assert.equal((await kernel.execute(code)).reply.content.status, "error");
    const result = await kernel.execute(
      `const copy: Run = run;\nconst name: string = model;\nString([copy.epochs, head, tail, seed, name, rest, shape(), new Late() instanceof Late])`,
    );
    assert.equal(shown(result), "'3,4,5,10,old,2,1,true'", failure(result));
    assert.match(failure(await kernel.execute(`missing`)), /TS2304: Cannot find name 'missing'/);
    const cleared = await kernel.execute(`let rest: number | undefined;\nlet unset: string | undefined;`);
    assert.equal(cleared.reply.content.status, "ok");
    assert.equal(shown(await kernel.execute(`[rest, unset]`)), "[ undefined, undefined ]");
  });

  it("cancel the cells that were sent before them, and not those sent in answer", async () => {
    const replies = await kernel.runAll([`1`, `throw new Error("stop")`, `2`, `3`]);
    assert.deepEqual(
      replies.map(({ status }) => status),
      ["ok", "error", "aborted", "aborted"],
    );
    assert.equal(shown(await kernel.execute(`4`)), "4");
  });

  it("that nobody waits for are printed with their place, and the kernel goes on", async () => {
    const code = `void Promise.reject(new Error("unheard"));\nsetTimeout(() => {\n  throw new Error("from a timer");\n}, 20);`;
    const result = await kernel.execute(code);
    assert.equal(result.reply.content.status, "ok");
    const text = printed(result, "stderr") + printed({ messages: await kernel.listen(1) }, "stderr");
    assert.match(text, /Unhandled rejection: Error: unheard\n {4}at Cell\[\d+\]:1:21/);
    assert.match(text, /Uncaught Error: from a timer\n {4}at .*Cell\[\d+\]:3:9/);
    assert.doesNotMatch(text, /node:|dist\/kernel/);
    assert.equal(shown(await kernel.execute(`"still here"`)), "'still here'");
  });

  it("come instead of the kernel's end when a cell calls process.exit", async () => {
    for (const code of [`process.exit(3);`, `await null;\nprocess.exit();`]) {
      const [error] = ofType(await kernel.execute(code), "error");
      assert.match(String(error.evalue), /^process\.exit\(3?\) in a notebook would end the kernel/);
    }
    assert.equal(shown(await kernel.execute(`kept`)), "6");
  });

  it("of syntax are told before anything runs", async () => {
    const result = await kernel.execute(`console.log("ran");\nconst = 4;`);
    assert.match(failure(result), /^Cell\[\d+\]:2:7 - error TS1134/);
    assert.equal(printed(result), "");
  });
});
