import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { arrows, curve, dots, drawnPart, joinedPaths, panels, pathPanel, type Figure } from "../../src/figures";

interface Axis {
  domain: [number, number];
  anchor: string;
  matches?: string;
  showticklabels?: boolean;
  title?: { text: string };
  range?: number[];
}
const axis = ({ layout }: Figure, name: string) => (layout as unknown as Record<string, Axis>)[name];
const line = curve({ x: [0, 1], y: [0, 1], color: "#000000" });

describe("figures.panels", () => {
  const grid = panels({
    panels: ["a", "b", "c", "d", "e"].map((title) => ({ title, data: [line] })),
    columns: 3,
    xTitle: "w",
    yTitle: "b",
    xRange: [0, 1],
    yRange: [0, 2],
  });

  it("lays plots out row by row from the top, without overlap", () => {
    for (const [left, right] of [
      ["xaxis", "xaxis2"],
      ["xaxis2", "xaxis3"],
      ["xaxis4", "xaxis5"],
    ]) {
      assert.ok(axis(grid, left).domain[1] < axis(grid, right).domain[0]);
    }
    assert.ok(axis(grid, "yaxis5").domain[1] < axis(grid, "yaxis2").domain[0]);
    assert.deepEqual(axis(grid, "xaxis5").domain, axis(grid, "xaxis2").domain);
    assert.equal(axis(grid, "yaxis5").anchor, "x5");
  });

  it("gives every trace the axes of its plot", () => {
    const ids = grid.data.map((trace) => (trace as { xaxis: string; yaxis: string }).xaxis);
    assert.deepEqual(ids, ["x", "x2", "x3", "x4", "x5"]);
  });

  it("labels shared axes at the outer plots only: below the lowest of each column, left of each row", () => {
    assert.deepEqual(
      ["xaxis", "xaxis2", "xaxis3", "xaxis4", "xaxis5"].map((name) => axis(grid, name).showticklabels),
      [false, false, true, true, true],
    );
    assert.equal(axis(grid, "xaxis3").title?.text, "w");
    assert.equal(axis(grid, "xaxis").title, undefined);
    assert.equal(axis(grid, "yaxis4").title?.text, "b");
    assert.equal(axis(grid, "yaxis5").title, undefined);
    assert.equal(axis(grid, "xaxis4").matches, "x");
    assert.deepEqual(axis(grid, "yaxis3").range, [0, 2]);
  });

  it("keeps a panel's shapes and notes in its own coordinates, and its axis options before the shared ones", () => {
    const made = panels({
      panels: [
        { data: [line] },
        {
          data: [line],
          xaxis: { title: { text: "own" } },
          shapes: [{ type: "line", x0: 0, x1: 1, y0: 0, y1: 1 }],
          annotations: [{ x: 0, y: 0, text: "here" }],
        },
      ],
      xTitle: "shared",
    });
    assert.equal(axis(made, "xaxis").title?.text, "shared");
    assert.equal(axis(made, "xaxis2").title?.text, "own");
    assert.equal(made.layout.shapes?.[0].xref, "x2");
    assert.equal(made.layout.annotations?.[0].yref, "y2");
    assert.equal(made.layout.showlegend, false);
  });

  it("quotes what leaves nothing to draw", () => {
    assert.throws(() => panels({ panels: [] }), /at least one panel, received none/);
    assert.throws(() => panels({ panels: [{ data: [] }], columns: 0 }), /columns .* received 0/);
    assert.throws(() => panels({ panels: [{ data: [] }, { data: [] }], gap: { x: 9 } }), /gap\.x must leave room/);
  });
});

describe("traces drawn by hand", () => {
  it("are in the legend where they have a name, and hover where they have a text", () => {
    const named = curve({ name: "a", x: [0], y: [0], color: "#000000", hover: "%{x}" }) as Record<string, unknown>;
    assert.deepEqual([named.showlegend, named.hovertemplate, named.hoverinfo], [true, "%{x}", undefined]);
    const plain = dots({ x: [0], y: [0], color: "#000000" }) as Record<string, unknown>;
    assert.deepEqual([plain.showlegend, plain.hoverinfo, plain.cliponaxis], [false, "skip", false]);
  });

  it("need as many values as places", () => {
    assert.throws(() => curve({ x: [0, 1], y: [0], color: "#000000" }), /y must have the 2 values of x, received 1/);
    assert.throws(() => dots({ x: [0, 1], y: [0], color: "#000000" }), /dots: y must have the 2 values/);
  });
});

describe("figures.arrows", () => {
  it("have one length, are centred at their places and turn clockwise from up; directions of 0 have none", () => {
    const [strokes, heads] = arrows({
      x: [0, 1, 2],
      y: [0, 0, 0],
      dx: [0, 5, 0],
      dy: [3, 0, 0],
      length: 0.5,
      color: "#000000",
    }) as { x: number[]; y: number[]; marker: { angle: number[] } }[];
    assert.deepEqual(strokes.x, [0, 0, NaN, 0.75, 1.25, NaN]);
    assert.deepEqual(strokes.y, [-0.25, 0.25, NaN, 0, 0, NaN]);
    assert.deepEqual(heads.marker.angle, [0, 90]);
  });

  it("quote lengths that do not fit", () => {
    const one = { x: [0], y: [0], dx: [1], dy: [0], color: "#000000" };
    assert.throws(() => arrows({ ...one, length: 0 }), /length must be a positive finite number, received 0/);
    assert.throws(() => arrows({ ...one, dy: [], length: 1 }), /dy must have the 1 values of x, received 0/);
    assert.equal(arrows({ ...one, length: 1, head: 0 }).length, 1);
  });
});

describe("figures.pathPanel", () => {
  const plane = { xRange: [0, 10], yRange: [0, 10] } as const;
  const along = (count: number, color = "#0072B2") => ({
    x: Array.from({ length: count }, (_, index) => index / 10),
    y: Array.from({ length: count }, () => 5),
    value: Array.from({ length: count }, (_, index) => index),
    color,
  });

  it("draws a path up to where it leaves the plane, thinned out, its last point kept", () => {
    const part = drawnPart(along(201), { ...plane, points: 20 });
    // Two hundredths of the side stay free: the last point inside is 9.8.
    assert.equal(part.x[part.x.length - 1], 9.8);
    assert.equal(part.value[part.value.length - 1], 98);
    assert.ok(part.x.length <= 11, `${part.x.length} points of the half that is inside`);
  });

  it("joins paths of one colour into one trace, and points an arrow along each end", () => {
    const panel = pathPanel({ ...plane, paths: [along(50), along(40), along(30, "#D55E00")] });
    const [first, second, starts, ends] = panel.data as { x: number[]; marker: { angle: number[] } }[];
    assert.equal(panel.data.length, 4);
    assert.equal(first.x.filter(Number.isNaN).length, 2);
    assert.equal(second.x.filter(Number.isNaN).length, 1);
    assert.equal(starts.x.length, 3);
    assert.deepEqual(ends.marker.angle, [90, 90, 90]);
    assert.deepEqual(joinedPaths([]), { x: [], y: [], customdata: [] });
  });

  it("shows the point of rest in place of the arrows", () => {
    const panel = pathPanel({ ...plane, paths: [along(50)], rest: [4.9, 5], note: "F = 1" });
    const last = panel.data[panel.data.length - 1] as { x: number[]; marker: { symbol: string } };
    assert.deepEqual([last.x, last.marker.symbol], [[4.9], "diamond"]);
    assert.equal(panel.annotations?.[0].text, "F = 1");
  });

  it("quotes what cannot be drawn", () => {
    assert.throws(() => drawnPart(along(0), plane), /at least one point, received none/);
    assert.throws(() => drawnPart(along(5), { ...plane, points: 1 }), /points must be at least 2, received 1/);
  });
});
