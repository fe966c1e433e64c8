import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { createHasher, readStamp, reasonToRun, writeStamp, type Stamp } from "../../src/cli/stamp";

const stamp: Stamp = {
  code: "c",
  environment: { Node: "v20" },
  sources: { "src/a.ts": "1", "src/b.ts": "2" },
  reads: { "data/results.json": "3" },
  outputs: "o",
  figures: { "01-first.svg": "4" },
  seconds: 12,
  peak: 5,
};

describe("a stamp", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "counterweight-stamp-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is read as it was written, and is undefined where there is none or half of one", () => {
    const file = join(folder, "stamps", "01.json");
    assert.equal(readStamp(file), undefined);
    writeStamp(file, stamp);
    assert.deepEqual(readStamp(file), stamp);
    assert.deepEqual(readdirSync(join(folder, "stamps")), ["01.json"]);
    writeFileSync(file, `{"code": "c", "sour`);
    assert.equal(readStamp(file), undefined);
  });

  it("asks for a run when anything has changed, and says what", () => {
    const cases: [Partial<Stamp>, RegExp][] = [
      [{ code: "d" }, /^its code changed$/],
      [{ environment: { Node: "v22" } }, /^Node changed$/],
      [{ sources: { "src/a.ts": "1", "src/b.ts": "9" } }, /^src\/b\.ts changed$/],
      [{ sources: { "src/c.ts": "1" } }, /^src\/a\.ts and 2 more changed$/],
      [{ reads: { "data/results.json": "absent" } }, /^data\/results\.json changed$/],
      [{ outputs: "absent" }, /^its outputs are not those of its last run$/],
      [{ figures: { "01-first.svg": "absent" } }, /^figure 01-first\.svg is not that of its last run$/],
    ];
    for (const [changes, reason] of cases) assert.match(reasonToRun(stamp, { ...stamp, ...changes }) ?? "", reason);
    assert.equal(reasonToRun(undefined, stamp), "not run before");
    assert.equal(reasonToRun(stamp, { ...stamp }), undefined);
  });
});

describe("hashes", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "counterweight-hash-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("tell contents of files apart, not their times, and names in a folder", () => {
    const file = join(folder, "a.txt");
    const hash = () => createHasher().hash(file);
    assert.equal(hash(), "absent");
    writeFileSync(file, "one");
    const first = hash();
    utimesSync(file, 1, 1);
    assert.equal(hash(), first);
    writeFileSync(file, "two");
    assert.notEqual(hash(), first);
    const inside = join(folder, "inside");
    mkdirSync(inside);
    const empty = createHasher().hash(inside);
    writeFileSync(join(inside, "b.txt"), "");
    assert.notEqual(createHasher().hash(inside), empty);
  });
});
