import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { bars, figure, imageGrid, lines, palette, toJson } from "../../src/figures";

describe("figures.figure", () => {
  it("has the width of a column, in CSS pixels of 1/96 in", () => {
    assert.equal(figure({ data: [] }).layout.width, 316.8);
    assert.equal(figure({ data: [], width: "twoColumn", height: 2.5 }).layout.width, 652.8);
    assert.equal(figure({ data: [], width: "twoColumn", height: 2.5 }).layout.height, 240);
  });

  it("lets the layout win over the theme", () => {
    assert.equal(figure({ data: [], layout: { width: 500 } }).layout.width, 500);
  });

  it("is the same after a way through JSON, typed arrays and numbers that are not finite included", () => {
    const made = figure({ data: [{ type: "scatter", x: Float32Array.of(1, 2, 3), y: [0.5, NaN, Infinity] }] });
    assert.deepEqual(JSON.parse(JSON.stringify(made)), made);
    assert.deepEqual(made.data[0], { type: "scatter", x: [1, 2, 3], y: [0.5, null, null] });
  });

  it("does not share what it holds with its input", () => {
    const x = [1, 2];
    const made = figure({ data: [{ type: "scatter", x, y: [1, 2] }] });
    x[0] = 99;
    assert.deepEqual((made.data[0] as { x: number[] }).x, [1, 2]);
  });

  it("gives the same JSON for the same input", () => {
    const make = () => toJson(lines({ series: [{ name: "a", x: [0, 1], y: [1, 0] }], xTitle: "x", yTitle: "y" }));
    assert.equal(make(), make());
    assert.deepEqual(Object.keys(JSON.parse(make()) as object), ["data", "layout"]);
  });

  it("quotes a width or height that is none", () => {
    assert.throws(
      () => figure({ data: [], width: "threeColumn" as "oneColumn" }),
      /"oneColumn".*received "threeColumn"/,
    );
    assert.throws(() => figure({ data: [], height: -1 }), /height.*received -1/);
    assert.throws(() => figure({ data: [], width: NaN }), /width.*received NaN/);
  });

  it("refuses a function inside a figure", () => {
    assert.throws(() => figure({ data: [{ x: [() => 1] as unknown as number[] }] }), /received a function/);
  });
});

describe("figures.lines", () => {
  const x = [0, 1, 2];
  const series = { name: "a", x, y: [1, 2, 3] };
  const titles = { xTitle: "x", yTitle: "y" };

  it("has no legend for one series, nor a place for one, which plotly's check would stumble over", () => {
    const one = lines({ series: [series], ...titles }).layout;
    assert.equal(one?.showlegend, false);
    assert.ok(!("legend" in one!));
    assert.ok("legend" in lines({ series: [series, { ...series, name: "b" }], ...titles }).layout!);
  });

  it("draws a band as one outline: up along high, back along low, without points that have no edge", () => {
    const made = lines({ series: [{ ...series, low: [0, NaN, 2], high: [2, 3, 4] }], ...titles });
    const band = made.data[0] as { x: number[]; y: number[]; fill: string; showlegend: boolean };
    assert.deepEqual(band.x, [0, 2, 2, 0]);
    assert.deepEqual(band.y, [2, 4, 2, 0]);
    assert.equal(band.fill, "toself");
    assert.equal(band.showlegend, false);
  });

  it("gives no two of eight lines the same colour, nor two neighbours the same dash", () => {
    const eight = Array.from({ length: 8 }, (_, index) => ({ ...series, name: `line ${index}` }));
    const drawn = lines({ series: eight, ...titles }).data as { line: { color: string; dash: string } }[];
    assert.equal(new Set(drawn.map((trace) => trace.line.color)).size, 8);
    assert.equal(new Set(drawn.slice(0, 6).map((trace) => trace.line.dash)).size, 6);
    drawn.slice(1).forEach((trace, index) => assert.notEqual(trace.line.dash, drawn[index].line.dash));
  });

  it("puts labels of close marks into different rows and those of far ones into one", () => {
    const shifts = (positions: number[]) =>
      lines({
        series: [series],
        ...titles,
        marks: positions.map((at) => ({ x: at, label: "τ = 0.50" })),
      }).layout.annotations?.map((label) => label.yshift);
    assert.deepEqual(shifts([0.2, 1.8]), [0, 0]);
    const close = shifts([1, 1.05]) as number[];
    assert.notEqual(close[0], close[1]);
  });

  it("colours a mark as its series and refuses a series that is not there", () => {
    const made = lines({ series: [series], ...titles, marks: [{ x: 1, series: "a" }] });
    assert.equal(made.layout.shapes?.[0].line?.color, palette[0]);
    assert.throws(() => lines({ series: [series], ...titles, marks: [{ x: 1, series: "b" }] }), /"a", received "b"/);
  });

  it("takes the ends of a logarithmic axis in the unit of the values", () => {
    const made = lines({ series: [series], ...titles, xScale: "log", xRange: [1, 1000] });
    assert.deepEqual(
      made.layout.xaxis?.range?.map((end) => Number(Number(end).toFixed(9))),
      [0, 3],
    );
  });

  it("refuses columns of different lengths and half a band", () => {
    assert.throws(
      () => lines({ series: [{ ...series, y: [1] }], ...titles }),
      /y of "a" must have the 3 values of x, received 1/,
    );
    assert.throws(() => lines({ series: [{ ...series, low: x }], ...titles }), /needs both low and high/);
    assert.throws(() => lines({ series: [], ...titles }), /received none/);
  });
});

describe("figures.bars", () => {
  it("starts bars at zero and carries the error bars", () => {
    const made = bars({
      categories: ["a", "b"],
      yTitle: "y",
      series: [{ name: "s", values: [5, 6], error: [0.1, 0.2] }],
    });
    assert.equal(made.layout.yaxis?.rangemode, "tozero");
    assert.deepEqual((made.data[0] as { error_y: { array: number[] } }).error_y.array, [0.1, 0.2]);
  });

  it("refuses a series with a value too few", () => {
    assert.throws(
      () => bars({ categories: ["a", "b"], yTitle: "y", series: [{ name: "s", values: [5] }] }),
      /values of "s".*2 categories, received 1/,
    );
  });
});

describe("figures.imageGrid", () => {
  const image = Uint8Array.from({ length: 16 }, (_, index) => index * 16);

  it("fills the width and lets the height follow the shape of the images", () => {
    const { layout } = imageGrid({ images: [image, image], shape: [4, 4, 1], columns: 2 });
    // Two square cells with a gutter of 0.08 cells between: 3.3 in / 2.08 high, rounded to 0.01 in.
    assert.equal(layout.width, 316.8);
    assert.equal(layout.height, Number((1.59 * 96).toFixed(2)));
    assert.equal(layout.images?.length, 2);
  });

  it("takes fewer columns where titles need the room", () => {
    const images = Array.from({ length: 10 }, () => image);
    const count = (titles?: string[]) =>
      new Set(imageGrid({ images, shape: [4, 4, 1], titles }).layout.images?.map((placed) => placed.x)).size;
    assert.equal(count(), 10);
    assert.ok(count(images.map(() => "a very long title")) <= 4);
  });

  it("refuses images that do not fit the shape, and grids with too few places", () => {
    assert.throws(
      () => imageGrid({ images: [image], shape: [4, 4, 3] }),
      /image 0 must have 4 x 4 x 3 values, received 16/,
    );
    assert.throws(() => imageGrid({ images: [image], shape: [4, 4, 2] }), /received \[4, 4, 2\]/);
    assert.throws(() => imageGrid({ images: [image, image], shape: [4, 4, 1], rows: 1, columns: 1 }), /1 x 1 places/);
    assert.throws(() => imageGrid({ images: [image], shape: [4, 4, 1], titles: [] }), /titles.*received 0/);
  });
});
