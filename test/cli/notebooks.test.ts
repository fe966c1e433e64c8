import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { findNotebooks, readNotebook } from "../../src/cli/notebooks";

const cells = (changes: object = {}) => [
  { cell_type: "markdown", metadata: {}, source: ["# Title\n", "text"] },
  {
    cell_type: "code",
    metadata: {},
    source: ["const x = 1;\n", "x"],
    execution_count: 1,
    outputs: [{ output_type: "display_data", metadata: { counterweight: { assertions: 3 } } }],
    ...changes,
  },
];

describe("a notebook file", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "counterweight-notebooks-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, content: unknown) => {
    const file = join(folder, name);
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const read = (notebook: object) => readNotebook(write("01-a.ipynb", { metadata: {}, ...notebook }));

  it("tells its code, the assertions of its outputs, and whether it wants to be alone", () => {
    const { name, code, alone, assertions } = read({ cells: cells() });
    assert.deepEqual([name, code, alone, assertions], ["01-a", ["const x = 1;\nx"], false, 3]);
    assert.equal(read({ cells: cells(), metadata: { counterweight: { alone: true } } }).alone, true);
    assert.throws(
      () => read({ cells: cells(), metadata: { counterweight: { alone: "yes" } } }),
      /counterweight\.alone in its metadata must be true or false, received yes/,
    );
  });

  it("names the studies that it tells of, which do not count as code", () => {
    assert.deepEqual(read({ cells: cells() }).studies, []);
    const named = read({ cells: cells(), metadata: { counterweight: { studies: ["fbeta-resnet"] } } });
    assert.deepEqual(named.studies, ["fbeta-resnet"]);
    assert.equal(named.codeHash, read({ cells: cells() }).codeHash);
    assert.throws(
      () => read({ cells: cells(), metadata: { counterweight: { studies: "fbeta-resnet" } } }),
      /counterweight\.studies in its metadata must be a list of names, received "fbeta-resnet"/,
    );
  });

  it("has hashes of its code and of its outputs, and none of its prose", () => {
    const [first, prose, code, outputs] = [
      read({ cells: cells() }),
      read({ cells: [{ ...cells()[0], source: "other" }, cells()[1]] }),
      read({ cells: cells({ source: "const x = 2;\nx" }) }),
      read({ cells: cells({ outputs: [] }) }),
    ];
    assert.deepEqual([prose.codeHash, prose.outputHash], [first.codeHash, first.outputHash]);
    assert.notEqual(code.codeHash, first.codeHash);
    assert.equal(code.outputHash, first.outputHash);
    assert.equal(outputs.codeHash, first.codeHash);
    assert.notEqual(outputs.outputHash, first.outputHash);
    assert.equal(read({ cells: cells({ source: "const x = 1;\nx" }) }).codeHash, first.codeHash);
  });

  it("is refused when it is none", () => {
    assert.throws(() => readNotebook(write("02-b.ipynb", "not JSON")), /02-b\.ipynb is not a notebook: /);
    assert.throws(() => readNotebook(write("02-b.ipynb", {})), /is not a notebook: it holds no cells/);
  });

  it("is found by path and by name, once, and all in order", () => {
    write("01-a.ipynb", { cells: [] });
    write("02-b.ipynb", { cells: [] });
    write("README.md", "");
    const all = ["01-a.ipynb", "02-b.ipynb"].map((name) => join(folder, name));
    assert.deepEqual(findNotebooks([], folder), all);
    assert.deepEqual(findNotebooks(["02-b", join(folder, "01-a.ipynb"), "notebooks/02-b.ipynb"], folder), [
      all[1],
      all[0],
    ]);
    assert.throws(() => findNotebooks(["03"], folder), /no notebook "03"; there are: 01-a\.ipynb, 02-b\.ipynb/);
  });
});
