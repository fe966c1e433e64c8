import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readCsv, type CsvOptions } from "../../src/data/csv";

const read = (text: string, options: Partial<CsvOptions> = {}) =>
  readCsv(text, { name: "table.csv", separator: ",", quote: '"', header: true, ...options });

describe("readCsv", () => {
  it("gives the cells column by column, trimmed, and the line that a row ends on", async () => {
    const table = await read('\uFEFFa, b \n1,2\n\n"x, y" ,"with\na break"\n');
    assert.deepEqual(table.names, ["a", "b"]);
    assert.deepEqual(table.columns, [
      ["1", "x, y"],
      ["2", "with\na break"],
    ]);
    assert.deepEqual([0, 1].map(table.place), ["table.csv, line 2", "table.csv, line 5"]);
  });

  it("takes chosen columns by name, of two with one name the first", async () => {
    const table = await read("a,b,a,c\n1,2,3,4\n", { columns: ["c", "a"] });
    assert.deepEqual(table.columns, [["4"], ["1"]]);
  });

  it("reads other separators, quotes, comments and files without a header", async () => {
    const table = await read("|a note\n1;'x;y'\n2;'z|'\n", {
      separator: ";",
      quote: "'",
      comment: "|",
      header: false,
      columns: ["number", "text"],
    });
    assert.deepEqual(table.columns, [
      ["1", "2"],
      ["x;y", "z|"],
    ]);
  });

  const bad: [string, string, Partial<CsvOptions>, RegExp][] = [
    ["a missing column", "a,b\n1,2\n", { columns: ["a", "y"] }, /^table\.csv has no column "y"; it has "a", "b"$/],
    ["a short line", "a,b\n1,2\n3\n", {}, /^table\.csv, line 3: 1 values, expected 2$/],
    ["a long line", "a,b\n1,2,3\n", {}, /^table\.csv, line 2: 3 values, expected 2$/],
    ["an open quote", 'a,b\n1,"2\n3,4\n', {}, /^table\.csv is no table: Quote Not Closed/],
    ["no rows", "a,b\n", {}, /^table\.csv holds no rows/],
    ["nothing", "", {}, /^table\.csv holds no rows/],
    ["another width than named", "1,2\n", { header: false, columns: ["a"] }, /has 2 columns, expected 1: a$/],
  ];
  for (const [what, text, options, message] of bad) {
    it(`names the place of ${what}`, () => assert.rejects(read(text, options), { message }));
  }
});
