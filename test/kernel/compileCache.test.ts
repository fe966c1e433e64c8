import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createCompileCache } from "../../src/kernel/compileCache";

describe("the cache of compiled files", () => {
  let folder: string;
  let compilations: number;
  const map = { file: "a.js", version: 3, sources: [], sourcesContent: [], names: [], mappings: "", sourceRoot: "" };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "counterweight-cache-"));
    compilations = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function take(name: string, text: string, settings: unknown = { target: 9 }): string {
    const compile = () => ({ code: `compiled ${++compilations} times: ${text}`, map });
    return createCompileCache(join(folder, "kernel"), settings).take(name, text, compile).code;
  }

  it("gives what was compiled before for the same name, text and settings, and for nothing else", () => {
    assert.equal(take("src/a.ts", "one"), "compiled 1 times: one");
    assert.equal(take("src/a.ts", "one"), "compiled 1 times: one");
    assert.equal(take("src/b.ts", "one"), "compiled 2 times: one");
    assert.equal(take("src/a.ts", "two"), "compiled 3 times: two");
    assert.equal(take("src/a.ts", "two", { target: 8 }), "compiled 4 times: two");
    assert.equal(take("src/b.ts", "one"), "compiled 2 times: one");
  });

  it("holds one entry per file, however often the file is edited", () => {
    for (let edit = 0; edit < 5; edit++) take("src/a.ts", `text ${edit}`);
    assert.equal(readdirSync(join(folder, "kernel")).length, 1);
  });

  it("compiles anew where an entry is damaged, and where none can be written", () => {
    take("src/a.ts", "one");
    const [entry] = readdirSync(join(folder, "kernel"));
    writeFileSync(join(folder, "kernel", entry), '{"key": "half');
    assert.equal(take("src/a.ts", "one"), "compiled 2 times: one");
    rmSync(join(folder, "kernel"), { recursive: true });
    writeFileSync(join(folder, "kernel"), "a file where the folder should be");
    assert.equal(take("src/a.ts", "one"), "compiled 3 times: one");
  });
});
