import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { THREE_SQUARES, unitSquares, unitSquaresGrid } from "../../../src/data";

const pointsOf = ({ inputs, labels }: ReturnType<typeof unitSquares>) =>
  Array.from(labels, (label, i) => ({ label, x: inputs[2 * i], y: inputs[2 * i + 1] }));

describe("data.unitSquares", () => {
  it("draws every class inside of its square, as often as counts say", () => {
    const set = unitSquares({ counts: [50, 20, 5], seed: 3 });
    assert.deepEqual(
      [0, 1, 2].map((k) => set.labels.filter((label) => label === k).length),
      [50, 20, 5],
    );
    for (const { label, x, y } of pointsOf(set)) {
      const [left, low] = THREE_SQUARES[label];
      assert.ok(x >= left && x <= left + 1 && y >= low && y <= low + 1);
    }
  });

  it("is uniform: mean and variance of 20,000 draws lie within four standard errors of 1/2 and 1/12", () => {
    const n = 20_000;
    const { inputs } = unitSquares({ counts: [n], seed: 1, corners: [[0, 0]] });
    for (const side of [0, 1]) {
      const values = Array.from({ length: n }, (_, i) => inputs[2 * i + side]);
      const mean = values.reduce((a, b) => a + b) / n;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
      assert.ok(Math.abs(mean - 0.5) < 4 * Math.sqrt(1 / 12 / n));
      // The fourth central moment of U[0, 1] is 1/80, so that the variance of (x - 1/2)^2 is 1/80 - 1/144.
      assert.ok(Math.abs(variance - 1 / 12) < 4 * Math.sqrt((1 / 80 - 1 / 144) / n));
    }
  });

  it("repeats itself with a seed, differs with another, and cuts a class short without changing the rest", () => {
    const full = unitSquares({ counts: [9, 8, 7], seed: 5 });
    assert.deepEqual(unitSquares({ counts: [9, 8, 7], seed: 5 }), full);
    assert.notDeepEqual(unitSquares({ counts: [9, 8, 7], seed: 6 }).inputs, full.inputs);
    const short = unitSquares({ counts: [9, 3, 7], seed: 5 });
    assert.deepEqual(short.inputs.subarray(0, 24), full.inputs.subarray(0, 24));
    assert.deepEqual(short.inputs.subarray(24), full.inputs.subarray(34));
  });

  it("quotes counts that are none", () => {
    assert.throws(() => unitSquares({ counts: [1, 2], seed: 1 }), /expected 3, received 2/);
    assert.throws(() => unitSquares({ counts: [1, 2, 0.5], seed: 1 }), /received 0\.5/);
    assert.throws(() => unitSquares({ counts: [0, 0, 0], seed: 1 }), /at least one point.*0, 0, 0/);
  });
});

describe("data.unitSquaresGrid", () => {
  it("puts side x side midpoints into every square", () => {
    const grid = unitSquaresGrid({ side: 2 });
    assert.deepEqual(grid.counts, [4, 4, 4]);
    assert.deepEqual(
      pointsOf(grid).slice(4, 8),
      [
        [1.25, 0.25],
        [1.75, 0.25],
        [1.25, 0.75],
        [1.75, 0.75],
      ].map(([x, y]) => ({ label: 1, x, y })),
    );
  });

  it("quotes a side that is none", () => {
    assert.throws(() => unitSquaresGrid({ side: 0 }), /positive integer, received 0/);
  });
});
