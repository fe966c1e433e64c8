import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { decisionRegions, figure, seriesStyle } from "../../src/figures";

/** Scores of three classes: x, y and a constant. */
const scores = (inputs: Float32Array) =>
  Array.from({ length: inputs.length / 2 }, (_, i) => [inputs[2 * i], inputs[2 * i + 1], 0.25]).flat();
const plane = { scores, classNames: ["a", "b", "c"], xRange: [0, 1], yRange: [0, 2], resolution: 3 } as const;
interface Contour {
  x: number[];
  y: number[];
  z: number[][];
  name: string;
  showlegend: boolean;
  line: { color: string };
}
const traces = (options: Parameters<typeof decisionRegions>[0]) => decisionRegions(options) as unknown as Contour[];

describe("figures.decisionRegions", () => {
  it("is positive for a class exactly where its score is the largest", () => {
    const regions = traces(plane);
    assert.deepEqual(regions[0].x, [0, 0.5, 1]);
    assert.deepEqual(regions[0].y, [0, 1, 2]);
    // Rows are ordinates: at y = 0 the best of x and 1/4 wins, at y = 1 and 2 the second class does.
    assert.deepEqual(regions[0].z, [
      [-0.25, 0.25, 0.75],
      [-1, -0.5, 0],
      // All around the first are behind: its sign is kept alone.
      [-1, -1.5, -1],
    ]);
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) {
        assert.ok(regions.filter(({ z }) => z[row][column] > 0).length <= 1);
      }
    }
  });

  it("colours the classes as series of a plot, in the legend where asked for", () => {
    const regions = traces({ ...plane, legend: true });
    assert.deepEqual(
      regions.map(({ name, showlegend, line }) => [name, showlegend, line.color]),
      ["a", "b", "c"].map((name, k) => [name, true, seriesStyle(k).color]),
    );
    assert.ok(traces(plane).every(({ showlegend }) => !showlegend));
  });

  it("fills where the class is ahead: plotly fills what a constraint leaves out", () => {
    const [region] = decisionRegions(plane) as unknown as { contours: { operation: string; value: number } }[];
    assert.deepEqual([region.contours.operation, region.contours.value], ["<", 0]);
  });

  it("is a plain value", () => {
    assert.doesNotThrow(() => figure({ data: decisionRegions(plane) }));
  });

  it("quotes what it cannot draw", () => {
    assert.throws(() => decisionRegions({ ...plane, classNames: ["a"] }), /at least two, received 1/);
    assert.throws(() => decisionRegions({ ...plane, resolution: 1 }), /in \[2, 1000\], received 1/);
    assert.throws(() => decisionRegions({ ...plane, xRange: [1, 1] }), /xRange must rise.*received 1, 1/);
    assert.throws(() => decisionRegions({ ...plane, scores: () => [1, 2] }), /9 points, received 2 numbers/);
    assert.throws(() => decisionRegions({ ...plane, scores: () => new Array<number>(27).fill(NaN) }), /not all finite/);
  });
});
