import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import type { CsvSource } from "../../src/data/ownTable";
import type { TabularDataset } from "../../src/data/registry";
import { tableBatch } from "../../src/data/tableBatch";
import { loadTabular, type LoadTabularOptions, type TabularSet } from "../../src/data/tabular";
import { assertNoLeak, take } from "../support/numeric";
import { deadAddress, folderWith, inFolder, md5, withServer, zipball } from "./support";

/** Ten rows; of the numbers, mean 5.5 and variance 8.25. */
const rows = Array.from({ length: 10 }, (_, row) => `${row + 1},${row % 2 ? "red" : "blue"},${row < 4 ? "yes" : "no"}`);
const text = ["number,colour,bought", ...rows, ""].join("\n");
const own = { target: "bought", positive: "yes" };

/** Loads a CSV of one's own with this text. */
async function load(content: string | Buffer, source: Partial<CsvSource> = {}, options: LoadTabularOptions = {}) {
  return inFolder(async (folder) => {
    const path = join(folder, Buffer.isBuffer(content) ? "table.csv.gz" : "table.csv");
    await writeFile(path, content);
    return loadTabular({ csv: { path, ...own, ...source }, ...options });
  });
}

const whole: LoadTabularOptions = { testShare: 0, validationShare: 0 };
const row = (set: TabularSet, index: number) =>
  Array.from(set.features.subarray(index * set.columns.length, (index + 1) * set.columns.length));

describe("loadTabular on a CSV of one's own", () => {
  it("standardises numbers, makes categories one-hot, and names the positive class last", async () => {
    const set = await load(text, {}, whole);
    assert.deepEqual(set.columns, ["number", "colour=blue", "colour=red"]);
    assert.deepEqual([set.size, set.classNames], [10, ["no", "yes"]]);
    assert.deepEqual([...set.labels], [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(row(set, 0), [Math.fround(-4.5 / Math.sqrt(8.25)), 1, 0]);
    assert.deepEqual(row(set, 9), [Math.fround(4.5 / Math.sqrt(8.25)), 0, 1]);
    assert.deepEqual(set.preprocessing.numbers, [{ column: "number", mean: 5.5, std: Math.sqrt(8.25) }]);
  });

  it("reads it gzipped, and leaves numbers as they are where asked to", async () => {
    const set = await load(gzipSync(text), {}, { ...whole, standardize: false });
    assert.deepEqual(row(set, 6), [7, 1, 0]);
  });

  it("fits mean and deviation on the train part alone", async () => {
    const set = await load(text, {}, { seed: 3 });
    const train = Array.from(set.splits.train.indices, (index) => index + 1);
    const mean = train.reduce((sum, value) => sum + value, 0) / train.length;
    const { numbers } = set.preprocessing;
    assert.ok(train.length < 10 && mean !== 5.5);
    assert.ok(Math.abs(numbers[0].mean - mean) < 1e-12);
    for (const part of [set.splits.test, set.splits.validation]) {
      const held = (part?.indices[0] ?? NaN) + 1;
      const changed = text.replace(new RegExp(`^${held},`, "m"), "1000,");
      assert.notEqual(changed, text);
      assert.deepEqual((await load(changed, {}, { seed: 3 })).preprocessing.numbers, numbers);
    }
  });

  it("divides the rows by the seed, each once, every class in proportion", async () => {
    const long = ["number,colour,bought"];
    for (let index = 0; index < 500; index++) long.push(`${index},red,${index % 10 ? "no" : "yes"}`);
    const content = long.join("\n");
    const set = await load(content);
    const { train, validation, test } = set.splits;
    assert.deepEqual(
      [train.counts, validation?.counts, test?.counts],
      [
        [288, 32],
        [72, 8],
        [90, 10],
      ],
    );
    const all = [train, validation, test].flatMap((part) => [...(part?.indices ?? [])]);
    assert.deepEqual(
      all.sort((a, b) => a - b),
      Array.from({ length: 500 }, (_, index) => index),
    );
    assert.equal((await load(content)).splits.train.hash, train.hash);
    assert.notEqual((await load(content, {}, { seed: 1 })).splits.train.hash, train.hash);
    assert.equal(train.hash, "79e8d2ac6a04bc1f");
  });

  it("takes any number of classes in the order given", async () => {
    const content = "x,kind\n1,b\n2,a\n3,c\n4,b\n";
    const set = await load(content, { target: "kind", positive: undefined, classes: ["c", "b", "a"] }, whole);
    assert.deepEqual([...set.labels], [1, 2, 0, 1]);
    assert.deepEqual(set.classNames, ["c", "b", "a"]);
  });

  it("makes groups of categories and of numbers between boundaries, and learns from them unless told not to", async () => {
    const groups = ["colour", { name: "age", column: "number", boundaries: [3, 6] }];
    const set = await load(text, { groups }, whole);
    assert.deepEqual(set.groups.colour.names, ["blue", "red"]);
    assert.deepEqual([...set.groups.colour.labels], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    assert.deepEqual(set.groups.age.names, ["number < 3", "3 <= number < 6", "number >= 6"]);
    assert.deepEqual([...set.groups.age.labels], [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]);
    await assert.rejects(
      load(text, { groups }, { ...whole, groupsInFeatures: false }),
      /no column of table\.csv is left to learn from/,
    );
    const without = await load(text, { groups: ["colour"] }, { ...whole, groupsInFeatures: false });
    assert.deepEqual(without.columns, ["number"]);
  });

  it("leaves columns out, and takes a type that is not the one it would guess", async () => {
    const set = await load(text, { types: { number: "category" } }, { ...whole, exclude: ["colour"] });
    assert.deepEqual(set.columns.slice(0, 3), ["number=1", "number=10", "number=2"]);
    assert.equal(set.columns.length, 10);
  });

  it("gives the rows as a DataFrame", async () => {
    const frame = await (await load(text, {}, whole)).frame();
    assert.deepEqual(frame.shape, [10, 3]);
    assert.deepEqual(frame.columns, ["number", "colour", "bought"]);
    assert.deepEqual((frame.values as unknown[])[4], [5, "blue", "no"]);
    assert.deepEqual(frame.dtypes, ["int32", "string", "string"]);
  });
});

describe("missing values", () => {
  const gaps = "a,b,y\n1,u,0\n?,u,1\n3,,0\n5,v,1\n";
  const source = { target: "y", positive: "1" };

  it("are an error in a file of one's own, that names the first of them", async () => {
    await assert.rejects(load(gaps, source, whole), /table\.csv, line 3: "a" is missing; say what to do/);
    await assert.rejects(
      load("a,y\nNaN,0\n2,1\n", source, whole),
      /table\.csv, line 2: "a" is missing; say what to do by missing: "impute" or "drop"/,
    );
  });

  it("become the mean, or no level, with a column that says so", async () => {
    const set = await load(gaps, source, { ...whole, missing: "impute", standardize: false });
    assert.deepEqual(set.columns, ["a", "a=(missing)", "b=u", "b=v", "b=(missing)"]);
    assert.deepEqual(row(set, 1), [3, 1, 1, 0, 0]);
    assert.deepEqual(row(set, 2), [3, 0, 0, 0, 1]);
    const standard = await load(gaps, source, { ...whole, missing: "impute" });
    assert.equal(row(standard, 1)[0], 0);
  });

  it("drop their rows where asked to, and the rest keeps its order", async () => {
    const set = await load(gaps, { ...source, groups: ["b"] }, { ...whole, missing: "drop", standardize: false });
    assert.deepEqual(
      [row(set, 0), row(set, 1)],
      [
        [1, 1, 0],
        [5, 0, 1],
      ],
    );
    assert.deepEqual(set.preprocessing.dropped, { filter: 0, missing: 2 });
    assert.deepEqual([...set.groups.b.labels], [0, 1]);
  });

  it("make a group of their own", async () => {
    const set = await load(gaps, { ...source, groups: ["b"] }, { ...whole, missing: "impute" });
    assert.deepEqual(set.groups.b.names, ["u", "v", "(missing)"]);
    assert.deepEqual([...set.groups.b.labels], [0, 0, 2, 1]);
  });

  it("count for nothing in a column that is not used", async () => {
    assert.equal((await load("a,b,y\n1,,0\n2,,1\n", source, { ...whole, exclude: ["b"] })).size, 2);
  });
});

describe("loadTabular on what it cannot load", () => {
  const bad: [string, string, Partial<CsvSource>, LoadTabularOptions, RegExp][] = [
    [
      "a missing target",
      text,
      { target: "sold" },
      {},
      /table\.csv has no column "sold"; it has "number", "colour", "bought"/,
    ],
    ["a missing group", text, { groups: ["sex"] }, {}, /table\.csv has no column "sex"/],
    ["a column named twice", "x,x,y\n1,2,0\n3,4,1\n", { target: "y", positive: "1" }, {}, /two columns "x"/],
    [
      "a label out of range",
      `${text}11,red,maybe\n`,
      { positive: undefined, classes: ["no", "yes"] },
      {},
      /table\.csv, line 12: the label "bought" is "maybe", expected "no" or "yes"/,
    ],
    [
      "more labels than two",
      `${text}11,red,maybe\n`,
      {},
      {},
      /holds "maybe", "no", "yes", expected "yes" and one other/,
    ],
    ["no positive label", text, { positive: "Yes" }, {}, /holds "no", "yes", expected "Yes" and one other value/],
    [
      "text among numbers",
      text.replace("\n3,", "\nthree,"),
      { types: { number: "number" } },
      {},
      /line 4: "number" is "three", expected a finite number/,
    ],
    [
      "an infinite number",
      text.replace("\n3,", "\n1e999,"),
      { types: { number: "number" } },
      {},
      /"1e999", expected a finite/,
    ],
    ["neither positive nor classes", text, { positive: undefined }, {}, /csv needs either positive.* or classes/],
    [
      "a class named twice",
      text,
      { positive: undefined, classes: ["no", "no"] },
      {},
      /each once, received \["no","no"\]/,
    ],
    [
      "a strange column to exclude",
      text,
      {},
      { exclude: ["size"] },
      /"size" is no column of table\.csv to include or exclude/,
    ],
    [
      "a group of bare numbers",
      text,
      { groups: ["number"] },
      {},
      /"number" is a column of numbers, expected boundaries/,
    ],
    ["a share of one", text, {}, { testShare: 1 }, /testShare must lie in \[0, 1\), received 1/],
    ["a bad share", text, {}, { validationShare: NaN }, /validationShare must lie in \[0, 1\), received NaN/],
    [
      "an unknown way",
      text,
      {},
      { missing: "mean" as "drop" },
      /missing must be "impute", "drop" or "error", received "mean"/,
    ],
    ["two sources", text, {}, { name: "adult" }, /one of name, entry and csv/],
  ];
  for (const [what, content, source, options, message] of bad) {
    it(`says what is wrong with ${what}`, () =>
      assert.rejects(load(content, source, { ...whole, ...options }), message));
  }

  it("tells identifiers from categories", async () => {
    const many = ["id,y", ...Array.from({ length: 1001 }, (_, index) => `n${index},${index % 2}`)].join("\n");
    const source = { target: "y", positive: "1" };
    await assert.rejects(
      load(many, source, whole),
      /"id" has 1001 different values.*leave it out by the option exclude/,
    );
    const other = many.replace("id,y", "id,x,y").replace(/,(\d)$/gm, ",7,$1");
    assert.deepEqual((await load(other, source, { ...whole, exclude: ["id"] })).columns, ["x"]);
  });

  it("names the file that is missing or damaged, and sends images elsewhere", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "gone.csv");
      await assert.rejects(loadTabular({ csv: { path, ...own } }), /gone\.csv cannot be read: ENOENT/);
      await writeFile(`${path}.gz`, gzipSync(text).subarray(0, 40));
      await assert.rejects(
        loadTabular({ csv: { path: `${path}.gz`, ...own } }),
        /gone\.csv\.gz cannot be read: unexpected end/,
      );
    });
    await assert.rejects(loadTabular({ name: "digits" }), /digits holds images, not a table; load it by loadImages/);
  });
});

/** A table of the registry's form with an official test part, as `published` may be served or laid out. */
const published = { train: "1,a\n2,b\n3,a\n4,b\n", test: "5,a.\n6,b.\n" };

function tinyTable(url: string, parts = published): TabularDataset {
  const part = (name: "train" | "test", count: number) => ({
    path: `tiny/${name}.csv`,
    gzipped: `tiny/${name}.csv.gz`,
    md5: md5(Buffer.from(parts[name])),
    rows: count,
  });
  const [train, test] = [part("train", 4), part("test", 2)];
  return {
    name: "tiny",
    title: "Tiny table",
    kind: "table",
    files: [
      { url, md5: train.md5, file: train.path },
      { url, md5: test.md5, file: test.path },
    ],
    licence: "none",
    citation: "none",
    csv: { separator: ",", quote: '"', header: false },
    parts: { train, test },
    columns: [
      { name: "x", type: "number" },
      { name: "y", type: "category" },
    ],
    target: {
      column: "y",
      values: [
        ["a", "a."],
        ["b", "b."],
      ],
    },
    classNames: ["a", "b"],
    groups: [],
  };
}

describe("loadTabular on a registry entry", () => {
  const layOut = async (folder: string, files: Record<string, string | Buffer>) => {
    await mkdir(join(folder, "tiny"));
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, "tiny", name), content);
  };

  it("keeps the official test part, unless a share is given", async () => {
    await inFolder(async (folder) => {
      await layOut(folder, { "train.csv": published.train, "test.csv.gz": gzipSync(published.test) });
      const entry = tinyTable(await deadAddress());
      const set = await loadTabular({ entry, folder, validationShare: 0 });
      assert.deepEqual([...(set.splits.test?.indices ?? [])], [4, 5]);
      assert.deepEqual([...set.labels], [0, 1, 0, 1, 0, 1]);
      assert.equal(set.preprocessing.numbers[0].mean, 2.5);
      const drawn = await loadTabular({ entry, folder, validationShare: 0, testShare: 0.34 });
      assert.deepEqual(drawn.splits.test?.counts, [1, 1]);
      assert.equal((await loadTabular({ entry, folder, testShare: 0 })).splits.test, undefined);
    });
  });

  it("fetches what is missing", async () => {
    const one = { train: published.train, test: published.train };
    await inFolder((folder) =>
      withServer({ content: Buffer.from(one.train) }, async (url, requests) => {
        const tiny = tinyTable(url, one);
        const entry = { ...tiny, parts: { all: { ...("train" in tiny.parts ? tiny.parts.train : tiny.parts.all) } } };
        const set = await loadTabular({ entry, folder, ...whole, onProgress: () => undefined });
        assert.equal(set.size, 4);
        assert.equal(requests.length, 1);
        assert.equal(await readFile(join(folder, "tiny", "train.csv"), "utf8"), one.train);
      }),
    );
  });

  it("fetches a zip archive and looks at the checksum of the table in it", async () => {
    const archive = zipball([{ path: "inner/train.csv", content: Buffer.from(published.train), compressed: true }]);
    const from = (url: string, sum: string): TabularDataset => ({
      ...tinyTable(url),
      files: [{ url, guard: "for the test", file: "tiny/a.zip", archive: { maxBytes: 1000, folder: "tiny" } }],
      parts: { all: { path: "tiny/inner/train.csv", gzipped: "tiny/train.csv.gz", md5: sum, rows: 4 } },
    });
    await withServer({ content: archive }, async (url) => {
      const onProgress = () => undefined;
      await inFolder(async (folder) => {
        const entry = from(url, md5(Buffer.from(published.train)));
        assert.equal((await loadTabular({ entry, folder, ...whole, onProgress })).size, 4);
      });
      await inFolder((folder) =>
        assert.rejects(
          loadTabular({ entry: from(url, md5(Buffer.from("other"))), folder, ...whole, onProgress }),
          /inner\/train\.csv holds a text with md5 [0-9a-f]{32}, expected/,
        ),
      );
    });
  });

  it("refuses another text, whole or gzipped, and leaves it", async () => {
    const other = published.train.replace("4,b", "4,a");
    for (const [name, content] of [
      ["train.csv", other],
      ["train.csv.gz", gzipSync(other)],
    ] as const) {
      await inFolder(async (folder) => {
        await layOut(folder, { [name]: content, "test.csv": published.test });
        const error = await loadTabular({ entry: tinyTable("http://127.0.0.1:1/none"), folder, download: false }).catch(
          (reason: unknown) => reason,
        );
        assert.equal((error as Error).name, "ChecksumError");
        assert.match((error as Error).message, new RegExp(`md5 ${md5(Buffer.from(other))}, expected`));
        assert.deepEqual(await readFile(join(folder, "tiny", name)), Buffer.from(content));
      });
    }
  });

  it("says offline what to put where", async () => {
    await inFolder(async (folder) => {
      await assert.rejects(
        loadTabular({ entry: tinyTable("http://127.0.0.1:1/none"), folder, download: false }),
        (error: Error) =>
          error.name === "DataUnavailableError" && error.message.includes(join(folder, "tiny/train.csv")),
      );
    });
  });

  it("names the level that the documentation does not know", async () => {
    const parts = { ...published, train: published.train.replace("3,a", "3,c") };
    await inFolder(async (folder) => {
      await layOut(folder, { "train.csv": parts.train, "test.csv": parts.test });
      const entry = tinyTable("http://127.0.0.1:1/none", parts);
      await assert.rejects(
        loadTabular({ entry, folder }),
        /train\.csv, line 3: the label "y" is "c", expected "a" or "a\."/,
      );
      const columns = entry.columns.map((column) => ({ ...column, type: "category" as const, levels: ["1", "2"] }));
      await assert.rejects(
        loadTabular({ entry: { ...entry, columns }, folder }),
        /train\.csv, line 3: "x" is "3", expected one of "1", "2"/,
      );
    });
  });
});

const tables = folderWith("tabular/adult.data.gz");
describe("real tables", { skip: !tables && "no tables in data/cache" }, () => {
  const load = (options: LoadTabularOptions) => loadTabular({ folder: tables, download: false, ...options });

  it("splits Adult as published, and the same way on every machine", async () => {
    const { splits, columns, classNames } = await load({ name: "adult" });
    assert.deepEqual(splits.test?.counts, [12_435, 3_846]);
    assert.deepEqual(
      [splits.train.counts, splits.validation?.counts],
      [
        [19_776, 6_273],
        [4_944, 1_568],
      ],
    );
    assert.equal(splits.train.hash, "d42e6554f0f74db1");
    assert.deepEqual(classNames, ["<=50K", ">50K"]);
    assert.deepEqual(columns.slice(0, 4), [
      "age",
      "workclass=Private",
      "workclass=Self-emp-not-inc",
      "workclass=Self-emp-inc",
    ]);
    assert.equal(columns.length, 91);
  });

  it("drops the rows of Adult with unknown values, as many as its documentation says", async () => {
    const { size, splits } = await load({ name: "adult", missing: "drop", validationShare: 0 });
    assert.equal(size, 45_222);
    assert.equal(splits.train.indices.length, 30_162);
    assert.equal(splits.test?.indices.length, 15_060);
  });

  it("keeps all rows of COMPAS where the filter is switched off", async () => {
    const all = await load({ name: "compas", filter: false, ...whole });
    assert.deepEqual(all.splits.train.counts, [3_963, 3_251]);
    const some = await load({ name: "compas", ...whole });
    assert.deepEqual([some.size, some.preprocessing.dropped.filter], [6_172, 1_042]);
    assert.ok(!some.columns.some((column) => column.startsWith("decile_score")));
  });

  it("includes what is left out, where asked to", async () => {
    const { columns } = await load({ name: "bank-marketing", include: ["duration"], exclude: ["month"], ...whole });
    assert.ok(columns.includes("duration") && !columns.some((column) => column.startsWith("month")));
    assert.ok(columns.includes("pdays=(missing)"));
  });
});

describe("tableBatch", () => {
  it("gives chosen rows as a tensor, and leaves nothing behind", async () => {
    const set = await load(text, {}, { ...whole, standardize: false });
    const batch = tableBatch(set, [9, 0, 9]);
    assert.deepEqual(batch.shape, [3, 3]);
    assert.deepEqual(take(batch), [10, 0, 1, 1, 1, 0, 10, 0, 1]);
    assertNoLeak(() => tableBatch(set, [1]).dispose());
  });

  it("refuses no rows, and rows that are not there", async () => {
    const set = await load(text, {}, whole);
    assert.throws(() => tableBatch(set, []), /at least one row, received none/);
    assert.throws(() => tableBatch(set, [0, 10]), /integers in \[0, 10\), received 10 at position 1/);
  });
});
