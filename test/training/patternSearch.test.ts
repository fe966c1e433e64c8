import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { patternSearch } from "../../src/training";

const sizes = [1, 0.5, 0.25, 0.125];

describe("training.patternSearch", () => {
  it("comes within the finest step of a separable function's minimum", () => {
    const target = [1.3, -2.2, 0.4];
    const f = (x: readonly number[]) => x.reduce((sum, value, axis) => sum + Math.abs(value - target[axis]), 0);
    const { point, value } = patternSearch(f, [0, 0, 0], { sizes });
    point.forEach((coordinate, axis) => assert.ok(Math.abs(coordinate - target[axis]) <= 0.125));
    assert.equal(value, f(point));
  });

  it("stays at the start of a flat function, and is never worse than the start", () => {
    assert.deepEqual(patternSearch(() => 3, [0.5, 2], { sizes }).point, [0.5, 2]);
    const trap = ([x]: readonly number[]) => (x === 0.1 ? 0 : NaN);
    assert.deepEqual(patternSearch(trap, [0.1], { sizes }), { point: [0.1], value: 0, evaluations: 9 });
  });

  it("steps by the weight of the axis, and stops after so many passes", () => {
    const f = ([x, y]: readonly number[]) => -x - y;
    const { point } = patternSearch(f, [0, 0], { sizes: [1], weights: [1, 0.1], passes: 3 });
    assert.ok(Math.abs(point[0] - 3) < 1e-12 && Math.abs(point[1] - 0.3) < 1e-12);
  });

  it("quotes what it cannot search with", () => {
    assert.throws(() => patternSearch(() => 0, [], { sizes }), /at least one number/);
    assert.throws(() => patternSearch(() => 0, [1], { sizes: [] }), /received no size/);
    assert.throws(() => patternSearch(() => 0, [1], { sizes: [1, 0] }), /received 0/);
    assert.throws(() => patternSearch(() => 0, [1], { sizes, weights: [1, 1] }), /must be 1 numbers, received 2/);
    assert.throws(() => patternSearch(() => 0, [1], { sizes, passes: 0 }), /at least 1, received 0/);
  });
});
