import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { runTrialsAgain } from "../../src/cli/freshTrials";
import { INTERRUPTED } from "../../src/cli/interrupted";
import { readNotebook } from "../../src/cli/notebooks";
import { list } from "../../src/studies";
import { ROOT } from "../kernel/kernel";

describe("runTrialsAgain", () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), "counterweight-fresh-"));
    mkdirSync(join(root, "notebooks"));
    const studies: Record<string, string[]> = { "1-a": ["one", "two"], "2-b": [], "3-c": ["two"] };
    for (const [name, names] of Object.entries(studies)) {
      const notebook = { cells: [], metadata: { counterweight: { studies: names } } };
      writeFileSync(join(root, "notebooks", `${name}.ipynb`), JSON.stringify(notebook));
    }
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  /** What is run of which profile, with studies that end with the given codes. */
  async function ran(notebooks: readonly string[], profile: "smoke" | "laptop", codes: Record<string, number> = {}) {
    const calls: unknown[] = [];
    const code = await runTrialsAgain(
      notebooks,
      profile,
      async (name, options) => {
        calls.push([name, options.profile, options.fresh]);
        return codes[name] ?? 0;
      },
      root,
    );
    return { code, calls };
  }

  it("runs the studies of the notebooks afresh, each once", async () => {
    assert.deepEqual(await ran([], "laptop"), {
      code: 0,
      calls: [
        ["one", "laptop", true],
        ["two", "laptop", true],
      ],
    });
    assert.deepEqual((await ran(["3-c"], "laptop")).calls, [["two", "laptop", true]]);
  });

  it("goes on after a failed trial, whose code it keeps, and stops when interrupted", async () => {
    const failed = await ran([], "laptop", { one: 1 });
    assert.deepEqual([failed.code, failed.calls.length], [1, 2]);
    const stopped = await ran([], "laptop", { one: INTERRUPTED });
    assert.deepEqual([stopped.code, stopped.calls.length], [INTERRUPTED, 1]);
  });

  it("runs nothing for smoke, whose notebooks read the laptop's results", async () => {
    assert.deepEqual(await ran([], "smoke"), { code: 0, calls: [] });
  });
});

describe("the committed notebooks", () => {
  const folder = join(ROOT, "notebooks");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ipynb"))) {
    const { name, code, studies } = readNotebook(join(folder, file));
    const read = code.join("\n").match(/studies\.stored\(/g)?.length ?? 0;
    if (read === 0 && studies.length === 0) continue;
    it(`${name} names the studies that it reads the stored trials of`, () => {
      assert.equal(studies.length, read, `${studies.join(", ")} for ${read} calls of studies.stored`);
      const known = list.map((study) => study.name);
      for (const study of studies) {
        assert.ok(known.includes(study), `"${study}" is none of ${known.join(", ")}`);
        const variable = study.replace(/-/g, "");
        assert.match(code.join("\n").toLowerCase(), new RegExp(`\\b${variable}\\b`), `${study} is not in the code`);
      }
    });
  }

  it("tell of every study that has stored trials", () => {
    const stored = readdirSync(join(ROOT, "data", "results")).flatMap(
      (name) => /^(.+)\.laptop\.json$/.exec(name)?.[1] ?? [],
    );
    const files = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
    const named = files.flatMap((file) => readNotebook(join(folder, file)).studies);
    assert.deepEqual([...new Set(named)].sort(), stored.sort());
  });
});
