import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";

import { sourceDependencies } from "../../src/cli/dependencies";

/** A library in small: two rooms with an index, one that acts when it is loaded, a file that is read by its path. */
const FILES: Record<string, string> = {
  "src/index.ts": `export * as losses from "./losses";\nexport * as engine from "./engine";\nexport { tf } from "./engine";\n`,
  "src/losses/index.ts": `export * as binary from "./binary";\nexport { table as catalogue } from "./catalogue";\nexport * from "./common";\n`,
  "src/losses/common.ts": `export const reduce = (x: number) => x;\nexport interface Options { a: number }\n`,
  "src/losses/catalogue.ts": `import * as binary from "./binary";\nexport const table = Object.values(binary);\n`,
  "src/losses/binary/index.ts": `export { focal } from "./focal";\nexport { hinge, type Margin } from "./hinge";\n`,
  "src/losses/binary/focal.ts": `import { reduce } from "../common";\nexport const focal = () => reduce(2);\n`,
  "src/losses/binary/hinge.ts": `export type Margin = number;\nexport const hinge = () => 1;\n`,
  "src/engine/index.ts": `import { register } from "./register";\nexport { tf } from "./tf";\nexport { slow } from "./slow";\nregister();\n`,
  "src/engine/register.ts": `export const register = () => undefined;\n`,
  "src/engine/tf.ts": `import * as tf from "tensors";\nexport { tf };\n`,
  "src/engine/slow.ts": `export const slow = () => require("./worker");\n`,
  "src/engine/worker.ts": `export const work = 1;\n`,
  "src/notebook/mime.ts": `export const mimeBundle = 1;\n`,
  "notebooks/helper.ts": `export const help = 1;\n`,
};

/** Files of every notebook: what acts when it is loaded, and what shows results. */
const ALWAYS = ["src/engine/index.ts", "src/engine/register.ts", "src/notebook/mime.ts"];

describe("the sources that a notebook rests on", () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), "counterweight-sources-"));
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const of = (...code: string[]) =>
    sourceDependencies(root)
      .of(code, join(root, "notebooks"))
      .filter((file) => !ALWAYS.includes(file));
  const losses = (...names: string[]) => names.map((name) => `src/losses/${name}.ts`);
  const IMPORT = `import { losses } from "counterweight";`;

  it("are those behind the names that its cells use, through index files, and what these use in turn", () => {
    assert.deepEqual(of(IMPORT, "losses.binary.focal()"), losses("binary/focal", "common"));
    assert.deepEqual(of(IMPORT, "losses.binary.hinge()"), losses("binary/hinge"));
    assert.deepEqual(of(IMPORT, "losses.reduce(1)"), losses("common"));
    assert.deepEqual(
      of(`import { losses as all } from "counterweight";`, "all.binary.hinge()"),
      losses("binary/hinge"),
    );
    assert.deepEqual(of(`import * as kit from "counterweight";`, "kit.losses.reduce(1)"), losses("common"));
  });

  it("are those of types, too", () => {
    assert.deepEqual(of(IMPORT, "let m: losses.binary.Margin;"), losses("binary/hinge"));
    assert.deepEqual(of(IMPORT, "const o: losses.Options = { a: 1 };"), losses("common"));
  });

  it("are all of a namespace that is used as a whole, by a cell or by a file that a cell uses", () => {
    const binary = losses("binary/focal", "binary/hinge", "common");
    assert.deepEqual(of(IMPORT, "Object.keys(losses.binary)"), binary);
    assert.deepEqual(
      of(IMPORT, "const { binary } = losses;"),
      losses("binary/focal", "binary/hinge", "catalogue", "common"),
    );
    assert.deepEqual(of(IMPORT, "losses.catalogue"), losses("binary/focal", "binary/hinge", "catalogue", "common"));
  });

  it("are none for a name that is imported and not used, or is but a key", () => {
    assert.deepEqual(of(IMPORT, "const x = { losses: 1 }; x.losses;"), []);
  });

  it("hold what acts when it is loaded and what shows results, and those alone for a notebook without a name", () => {
    const dependencies = sourceDependencies(root);
    assert.deepEqual(dependencies.of([IMPORT], join(root, "notebooks")), ALWAYS);
    assert.deepEqual(dependencies.of(["1 + 1"], join(root, "notebooks")), ["src/notebook/mime.ts"]);
  });

  it("hold the file that hands on a package, and files that are named by a path in a text", () => {
    assert.deepEqual(of(`import { tf } from "counterweight";`, "tf.tensor(1)"), ["src/engine/tf.ts"]);
    assert.deepEqual(of(`import { engine } from "counterweight";`, "engine.slow()"), [
      "src/engine/slow.ts",
      "src/engine/worker.ts",
    ]);
  });

  it("can be named by their path, and by a path relative to the notebook", () => {
    assert.deepEqual(
      of(`import { hinge } from "counterweight/src/losses/binary/hinge";`, "hinge()"),
      losses("binary/hinge"),
    );
    assert.deepEqual(of(`import { help } from "./helper";`, "help"), ["notebooks/helper.ts"]);
  });
});
