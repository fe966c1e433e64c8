import { describe, it } from "node:test";
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-node";
import { DataFrame, Series } from "danfojs-node";
import { runInNewContext } from "node:vm";
import { lines } from "../../src/figures";
import { mimeBundle, PLOTLY_MIME } from "../../src/notebook";

const html = (value: unknown): string => String(mimeBundle(value)?.data["text/html"]);
const text = (value: unknown): string => String(mimeBundle(value)?.data["text/plain"]);
const count = (source: string, part: string): number => source.split(part).length - 1;

describe("mimeBundle of a figure", () => {
  const made = lines({ series: [{ name: "F<sub>β</sub>", x: [0, 1], y: [1, 0] }], xTitle: "x", yTitle: "y" });

  it("is the plotly figure with a line of text, and no picture that would stand in for it", () => {
    const bundle = mimeBundle(made);
    assert.deepEqual(Object.keys(bundle?.data ?? {}), [PLOTLY_MIME, "text/plain"]);
    assert.deepEqual(bundle?.data[PLOTLY_MIME], made);
    assert.equal(bundle?.data["text/plain"], 'Figure 3.3 × 2.31 in: scatter "F<sub>β</sub>"');
  });

  it("turns the typed arrays of any plotly figure into arrays", () => {
    const bundle = mimeBundle({ data: [{ y: Float64Array.of(1, NaN) }], layout: {} });
    assert.deepEqual(bundle?.data[PLOTLY_MIME], { data: [{ y: [1, null] }], layout: {} });
  });

  it("is not claimed by other objects that have data", () => {
    assert.equal(mimeBundle({ data: [1] }), undefined);
    assert.equal(mimeBundle({ data: "text", layout: {} }), undefined);
    assert.equal(mimeBundle({ data: [() => 1], layout: {} }), undefined);
  });
});

describe("mimeBundle of danfojs", () => {
  it("shows a DataFrame with its index and dtypes, text escaped", () => {
    const frame = new DataFrame({ name: ["<b>", "b & c"], score: [0.5, 1.25] }, { index: ["r1", "r2"] });
    assert.match(html(frame), />name \(string\)<.*>score \(float32\)</);
    assert.match(html(frame), />r1<.*>&lt;b&gt;<.*>0\.5000<.*>r2<.*>b &amp; c<.*>1\.2500</);
    assert.doesNotMatch(html(frame), /<b>/);
    assert.match(text(frame), /2 rows × 2 columns$/);
  });

  it("shows the first and last ten of many rows, and how many there are", () => {
    const rows = Array.from({ length: 1000 }, (_, row) => [row, -row]);
    const frame = new DataFrame(rows, { columns: ["a", "b"] });
    assert.equal(count(html(frame), "<tr"), 1 + 10 + 1 + 10);
    assert.match(text(frame), /\n *9 +9 +-9\n *… +… +…\n *990 +990 +-990\n/);
    assert.match(text(frame), /… 1000 rows × 2 columns$/);
  });

  it("shows the first and last ten of many columns", () => {
    const columns = Array.from({ length: 50 }, (_, column) => `c${column}`);
    const frame = new DataFrame([columns.map((_, column) => column)], { columns });
    assert.equal(count(html(frame), "</th>"), 1 + 10 + 1 + 10);
    assert.match(html(frame), />c9 .*>…<.*>c40 /);
  });

  it("shows a Series as one column", () => {
    assert.match(text(new Series([3, 4], { index: ["x", "y"] })), /\nx +3\ny +4\n/);
  });
});

describe("mimeBundle of a tensor", () => {
  it("shows dtype, shape and the values of a small one", () => {
    const tensor = tf.tensor2d([[1, 2], [3, 4]], [2, 2], "int32"); // prettier-ignore
    assert.equal(text(tensor), "Tensor int32 [2, 2]\n[[1, 2],\n [3, 4]]");
    assert.equal(text(tf.scalar(0.5)), "Tensor float32 []\n0.5");
    assert.equal(text(tf.zeros([0, 3])), "Tensor float32 [0, 3], empty");
  });

  it("tells a variable by its name", () => {
    assert.equal(text(tf.variable(tf.tensor1d([1]), true, "slope")), 'Variable "slope" float32 [1]\n[1]');
  });

  it("reads eight values of a large one, and leaves no tensor behind", () => {
    const large = tf.range(0, 1e6);
    const readWhole = large.dataSync.bind(large);
    large.dataSync = () => assert.fail("the whole tensor was read");
    const before = tf.memory().numTensors;
    assert.equal(text(large), "Tensor float32 [1000000]\n0, 1, 2, 3, 4, 5, 6, 7, … (1000000 values)");
    assert.equal(tf.memory().numTensors, before);
    large.dataSync = readWhole;
  });

  it("says that one is disposed instead of reading it", () => {
    const tensor = tf.tensor1d([1, 2]);
    tensor.dispose();
    assert.equal(text(tensor), "Tensor float32 [2], disposed");
  });
});

describe("mimeBundle of records", () => {
  it("is a table when all have the same keys and plain values", () => {
    assert.match(text([{ seed: 1, f: 0.5 }, { seed: 2, f: 0.25 }]), /^seed +f\n─+\n +1 +0\.5000\n +2 +0\.2500\n/); // prettier-ignore
  });

  it("is a table also when they come from another realm, as a cell's objects do", () => {
    assert.match(text(runInNewContext("[{ a: 1 }, { a: 2 }]")), /^a\n/);
  });

  it("is nothing for other arrays", () => {
    for (const value of [[], [1, 2], [{}], [{ a: 1 }, { b: 1 }], [{ a: [1] }], [{ a: 1 }, null], [new Map()]]) {
      assert.equal(mimeBundle(value), undefined);
    }
  });
});

describe("mimeBundle of objects that show themselves", () => {
  it("takes toMimeBundle and Jupyter.display, with metadata or without", () => {
    const data = { "text/markdown": "*a*" };
    assert.deepEqual(mimeBundle({ toMimeBundle: () => ({ data, metadata: { a: 1 } }) }), { data, metadata: { a: 1 } });
    assert.deepEqual(mimeBundle({ [Symbol.for("Jupyter.display")]: () => data }), { data, metadata: {} });
  });

  it("is undefined when looking fails, and for primitives, functions and plain objects", () => {
    const failing = { toMimeBundle: () => { throw new Error("no"); } }; // prettier-ignore
    for (const value of [failing, 1, "text", null, undefined, true, () => 1, { a: 1 }, new Date(0), Symbol("s")]) {
      assert.equal(mimeBundle(value), undefined);
    }
  });
});
