import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { writeWhole } from "../../setup/core/files.mjs";
import { countsOf, summary } from "../../setup/testing/counts.mjs";
import { unitTestFiles } from "../../setup/testing/suites.mjs";
import { scratchFolder } from "./tools.mjs";

const REPORTER = fileURLToPath(new URL("../../setup/testing/counting-reporter.mjs", import.meta.url));

/**
 * Runs one file of tests under the counting reporter.
 *
 * @param {string} text
 */
function countsOfTests(text) {
  const folder = scratchFolder();
  const file = join(folder, "some.test.mjs");
  const counts = join(folder, "counts.json");
  writeFileSync(file, text);
  const options = ["--test", `--test-reporter=${REPORTER}`, `--test-reporter-destination=${counts}`, file];
  // Inside a test, Node's runner takes a runner that it starts for one of its own files.
  const { status } = spawnSync(process.execPath, options, { env: { ...process.env, NODE_TEST_CONTEXT: undefined } });
  return { written: JSON.parse(readFileSync(counts, "utf8")), told: countsOf(counts, status ?? 1) };
}

describe("the counting of tests", () => {
  it("counts tests, not suites, skipped tests or tests still to do", () => {
    const { written, told } = countsOfTests(`
      import { describe, it } from "node:test";
      describe("a suite", () => {
        it("passes", () => {});
        it("fails", () => { throw new Error("no"); });
        it("is skipped", { skip: true }, () => {});
        it("is to do", { todo: true }, () => { throw new Error("not yet"); });
        describe("another in it", () => { it("passes too", () => {}); });
      });`);
    assert.deepEqual(written, { passed: 2, failed: 1 });
    assert.deepEqual(told, { passed: 2, failed: 1 });
  });

  it("counts a file that ends badly outside its tests as a failure", () => {
    const { told } = countsOfTests(`
      import { it } from "node:test";
      it("passes", () => {});
      throw new Error("outside");`);
    assert.ok(told.failed >= 1);
  });

  it("counts a suite that died, wrote nonsense or ran nothing as failed", () => {
    const folder = scratchFolder();
    const counts = (/** @type {string} */ text) => {
      writeFileSync(join(folder, "counts.json"), text);
      return join(folder, "counts.json");
    };
    assert.deepEqual(countsOf(join(folder, "absent.json"), 0), { passed: 0, failed: 1 });
    assert.deepEqual(countsOf(counts('{"passed": 3'), 1), { passed: 0, failed: 1 });
    assert.deepEqual(countsOf(counts('{"passed": 3, "failed": 0}'), 1), { passed: 3, failed: 1 });
    assert.deepEqual(countsOf(counts('{"passed": 3, "failed": 2}'), 1), { passed: 3, failed: 2 });
    assert.deepEqual(countsOf(counts('{"passed": 0, "failed": 0}'), 0), { passed: 0, failed: 1 });
    assert.deepEqual(countsOf(counts('{"passed": 3, "failed": 0}'), 0), { passed: 3, failed: 0 });
  });

  it("ends with one line over all", () => {
    const text = summary([
      { name: "types", passed: 1, failed: 0, seconds: "1.0" },
      { name: "unit", passed: 20, failed: 2, seconds: "3.0" },
    ]);
    const lines = text.split("\n");
    assert.equal(lines.at(-1), "21 passed, 2 failed");
    assert.equal(lines.filter((line) => /^\d+ passed, \d+ failed$/.test(line)).length, 1);
  });
});

describe("the list of unit tests", () => {
  it("holds every test file under test, or those whose path contains a filter", () => {
    const root = scratchFolder();
    for (const name of [
      "data/a.test.ts",
      "losses/binary/b.test.ts",
      "setup/c.test.mjs",
      "data/helper.ts",
      "data/x.txt",
    ]) {
      writeWhole(join(root, "test", name), "");
    }
    assert.deepEqual(unitTestFiles(root, []), [
      "test/data/a.test.ts",
      "test/losses/binary/b.test.ts",
      "test/setup/c.test.mjs",
    ]);
    assert.deepEqual(unitTestFiles(root, ["./test/data", "binary"]), [
      "test/data/a.test.ts",
      "test/losses/binary/b.test.ts",
    ]);
    assert.deepEqual(unitTestFiles(root, ["models"]), []);
  });
});
