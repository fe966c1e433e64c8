import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { markdown, runCard, table } from "../../src/notebook";

const rows = [
  { method: "BCE <b>", f: { mean: 0.71234, sd: 0.012 }, epochs: 10, note: null },
  { method: "surrogate", f: { mean: 0.7, sd: 0.1 }, epochs: 200, note: "best" },
];

describe("notebook.table", () => {
  it("is aligned text in a terminal: numbers to the right, the same decimals down a column", () => {
    const options = { columns: { method: "Method", f: "Fβ", epochs: "Epochs" }, digits: { f: 3 }, caption: "Table" };
    assert.equal(
      inspect(table(rows, options)),
      [
        "Table",
        "Method                Fβ  Epochs",
        "────────────────────────────────",
        "BCE <b>    0.712 ± 0.012      10",
        "surrogate  0.700 ± 0.100     200",
        "────────────────────────────────",
      ].join("\n"),
    );
  });

  it("is an HTML table with every text escaped and numbers to the right", () => {
    const html = String(table(rows, { caption: "a < b" }).toMimeBundle().data["text/html"]);
    assert.match(html, /BCE &lt;b&gt;/);
    assert.match(html, /a &lt; b/);
    assert.doesNotMatch(html, /<b>/);
    assert.match(html, /<td [^>]*text-align:right[^>]*>200</);
    assert.match(html, /<td [^>]*text-align:left[^>]*>best</);
  });

  it("keeps whole numbers whole, never shows -0.00, and writes tiny numbers as powers of ten", () => {
    const texts = (values: number[], digits?: number) =>
      table(values.map((v) => ({ v })), { digits }).toString().split("\n").slice(2, -1).map((line) => line.trim()); // prettier-ignore
    assert.deepEqual(texts([1, 20]), ["1", "20"]);
    assert.deepEqual(texts([-0.001, NaN, Infinity], 2), ["0.00", "NaN", "Infinity"]);
    assert.deepEqual(texts([1e-6, 0]), ["1.000e-6", "0"]);
    assert.deepEqual(texts([0.5, 1000.25]), ["0.5000", "1000.2500"]);
  });

  it("quotes a column that no row has, and decimals that are none", () => {
    assert.throws(
      () => table(rows, { columns: ["method", "recall"] }),
      /"method", "f", "epochs", "note".*received "recall"/,
    );
    assert.throws(() => table(rows, { digits: -1 }), /received -1/);
    assert.throws(() => table([]), /at least one column/);
    assert.throws(() => table("rows" as never), /received string/);
  });
});

describe("notebook.runCard and notebook.markdown", () => {
  it("line up names and values, escaped in HTML", () => {
    const card = runCard({ device: "CPU <2>", seeds: 5 });
    assert.equal(card.toString(), "device  CPU <2>\nseeds   5");
    assert.match(String(card.toMimeBundle().data["text/html"]), /CPU &lt;2&gt;/);
    assert.throws(() => runCard({}), /received none/);
  });

  it("carry Markdown as Markdown", () => {
    assert.deepEqual(markdown("**a**").toMimeBundle().data, { "text/markdown": "**a**", "text/plain": "**a**" });
    assert.throws(() => markdown(1 as never), /received number/);
  });
});
