import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createSandbox, failure, ofType, printed, shown, startKernel } from "./kernel";
import type { Kernel, Sandbox } from "./kernel";

describe("imports in a notebook", () => {
  let sandbox: Sandbox;
  let kernel: Kernel;

  before(async () => {
    sandbox = createSandbox({
      "src/index.ts": `export { scale } from "./scale";\nexport type { Options } from "./scale";\n`,
      "src/scale.ts":
        `export interface Options { factor: number }\n` +
        `export const state = { calls: 0 };\n` +
        `export function scale(value: number, options: Options): number {\n  state.calls++;\n  return value * options.factor;\n}\n`,
      // That the filter leaves no undefined is known to TypeScript 5.5 and later.
      "src/later.ts": `const found = [1, undefined, 3].filter((each) => each !== undefined);\nexport const longest: number = found[1];\n`,
      "notebooks/deep/helper.ts": `import { scale } from "counterweight";\nexport const twice = (value: number) => scale(value, { factor: 2 });\n`,
    });
    kernel = await startKernel(sandbox, { folder: "notebooks/deep" });
  });
  after(async () => {
    await kernel?.shutdown();
    sandbox?.remove();
  });

  it("runs at the project's root whatever folder the notebook is in", async () => {
    assert.equal(shown(await kernel.execute("process.cwd()")), `'${sandbox.root}'`);
  });

  it("finds the library by its name, typed", async () => {
    const result = await kernel.execute(`import { scale } from "counterweight";\nscale(3, { factor: 2 })`);
    assert.equal(shown(result), "6", failure(result));
    const wrong = await kernel.execute(`const ok = 1;\n  scale("3", { factor: 2 })`);
    assert.equal(wrong.reply.content.status, "error");
    assert.match(failure(wrong), /^Cell\[\d+\]:2:9 - error TS2345: Argument of type 'string'/);
    assert.deepEqual(ofType(wrong, "error").length, 1);
  });

  it("finds the same module by a path relative to the notebook, and by the package's path", async () => {
    const code =
      `import { state } from "../../src/scale";\nimport * as whole from "counterweight/src/scale";\n` +
      `const late = await import("../../src/scale");\n` +
      `const required = require("../../src/scale") as typeof import("../../src/scale");\n` +
      `state.calls = 40;\nscale(1, { factor: 1 });\n` +
      `[state.calls, whole.state === state, late.state === state, required.state === state]`;
    const result = await kernel.execute(code);
    assert.equal(shown(result), "[ 41, true, true, true ]", failure(result));
  });

  it("keeps a type that came by a relative path for the cells after it", async () => {
    await kernel.execute(`import type { Options } from "../../src/scale";\nconst options: Options = { factor: 5 };`);
    const result = await kernel.execute(`const other: Options = options;\nscale(2, other)`);
    assert.equal(shown(result), "10", failure(result));
  });

  it("imports a TypeScript file beside the notebook", async () => {
    const result = await kernel.execute(`import { twice } from "./helper";\ntwice(21)`);
    assert.equal(shown(result), "42", failure(result));
  });

  it("names the right column after a relative import on the same line", async () => {
    const code = `import { state as again } from "../../src/scale"; const wrong: string = again.calls;`;
    const column = code.indexOf("wrong") + 1;
    assert.match(failure(await kernel.execute(code)), new RegExp(`^Cell\\[\\d+\\]:1:${column} - error TS2322`));
  });

  it("checks as strictly as tsconfig.json says, in cells", async () => {
    const implicit = await kernel.execute(`const one = 1;\nconst add = (left, right: number) => left + right;`);
    assert.match(failure(implicit), /^Cell\[\d+\]:2:14 - error TS7006: Parameter 'left' implicitly has an 'any' type/);
    const unset = await kernel.execute(`const text: string = undefined;`);
    assert.match(failure(unset), /1:7 - error TS2322/);
  });

  it("leaves the types inside the library to the project's own, later compiler", async () => {
    const result = await kernel.execute(`import { longest } from "../../src/later";\nlongest`);
    assert.equal(shown(result), "3", failure(result));
    assert.match(failure(await kernel.execute(`const text: string = longest;`)), /TS2322/);
  });

  it("takes types that a package declares only through `exports`", async () => {
    const code = `import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";\nconst generator = xoroshiro128plus(1);`;
    assert.equal((await kernel.execute(code)).reply.content.status, "ok");
    const wrong = await kernel.execute(`const misuse: string = generator.next();`);
    assert.match(failure(wrong), /TS2322/);
  });

  it("looks again for a module that was not there, once it is written", async () => {
    const code = `import { fresh } from "../../src/room/fresh";\nfresh`;
    assert.match(failure(await kernel.execute(code)), /TS2307: Cannot find module/);
    sandbox.write("src/room/fresh.ts", `export const fresh = "here";\n`);
    const result = await kernel.execute(code);
    assert.equal(shown(result), "'here'", failure(result));
  });

  it("loads TensorFlow and danfojs, typed, one TensorFlow for both, without a line of their chatter in the cell", async () => {
    const code =
      `import * as tf from "@tensorflow/tfjs-node";\nimport * as dfd from "danfojs-node";\n` +
      `const x: tf.Tensor1D = tf.tensor1d([1, 2, 3]);\nconst sum: number = x.sum().dataSync()[0];\n` +
      `const frame: dfd.DataFrame = new dfd.DataFrame([[1, 2], [3, 4]]);\n` +
      `[sum, frame.shape, (dfd as unknown as { tensorflow: unknown }).tensorflow === tf]`;
    const result = await kernel.execute(code);
    assert.equal(shown(result), "[ 6, [ 2, 2 ], true ]", failure(result));
    assert.equal(printed(result) + printed(result, "stderr"), "");
    assert.match(failure(await kernel.execute(`const s: string = x.shape;`)), /TS2322/);
    const model = await kernel.execute(
      `const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });\nmodel.countParams()`,
    );
    assert.equal(shown(model), "4", failure(model));
  });
});
