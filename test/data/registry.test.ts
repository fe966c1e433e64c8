import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { dataset, datasets, type DataFile, type ImageDataset, type TableFile } from "../../src/data/registry";
import { datasetTables, END, START } from "./datasetTables";

const SUM = /^[0-9a-f]{32}$/;

describe("the registry", () => {
  it("states source, licence and citation of every set, and what guards a file without a checksum", () => {
    assert.equal(new Set(datasets.map(({ name }) => name)).size, datasets.length);
    for (const { name, files, licence, citation, classNames } of datasets) {
      assert.ok(licence.length > 0 && citation.length > 0 && files.length > 0, name);
      assert.ok(classNames.length >= 2 && classNames.length === new Set(classNames).size, name);
      for (const { url, md5, guard } of files) {
        assert.ok(URL.canParse(url), url);
        assert.ok(md5 === undefined ? (guard ?? "").length > 0 : SUM.test(md5) && guard === undefined, url);
      }
    }
  });

  it("names a source for every path of every set", () => {
    for (const entry of datasets) {
      const paths =
        entry.kind === "images"
          ? Object.values(entry.splits).flatMap((split) => split.paths)
          : Object.values(entry.parts).map((part: TableFile) => part.path);
      for (const path of paths) {
        const source = entry.files.find((file) => file.file === path) ?? entry.files.find((file) => file.archive);
        assert.ok(source, path);
        if (source.archive?.folder) assert.ok(path.startsWith(`${source.archive.folder}/`), path);
      }
    }
  });

  it("gives every table's checksum, target, groups and levels a place among its columns", () => {
    for (const entry of datasets) {
      if (entry.kind !== "table") continue;
      const names = entry.columns.map((column) => column.name);
      assert.equal(new Set(names).size, names.length);
      assert.equal(entry.target.values.length, entry.classNames.length);
      for (const needed of [entry.target.column, ...entry.groups.map((group) => group.column)]) {
        assert.ok(names.includes(needed), `${entry.name}: ${needed}`);
      }
      for (const { levels = [] } of entry.columns) assert.equal(new Set(levels).size, levels.length);
      for (const part of Object.values(entry.parts) as TableFile[]) {
        const published: DataFile | undefined = entry.files.find((file) => file.file === part.path);
        assert.match(part.md5, SUM);
        if (published) assert.equal(published.md5, part.md5, part.path);
      }
    }
  });

  it("counts the long tail of CIFAR-100 as its formula says", () => {
    const { splits } = dataset("cifar-100-lt50") as ImageDataset;
    const counts = splits.train?.excerpt?.perClass ?? [];
    assert.deepEqual([counts[0], counts[1], counts[50], counts[98], counts[99]], [500, 480, 69, 10, 10]);
    assert.equal(splits.train?.size, 12_608);
  });

  it("names the sets it knows when asked for another", () => {
    assert.throws(
      () => dataset("fashion"),
      /no data set is called "fashion"; known are "digits", "mnist", .*"phoneme"$/,
    );
  });

  it("is what the room's README says", () => {
    const text = readFileSync(join(__dirname, "../../src/data/README.md"), "utf8");
    const generated = text.slice(text.indexOf(START) + START.length, text.indexOf(END)).trim();
    assert.equal(generated, datasetTables(), "run `npm run datasets -- --write`");
  });
});
