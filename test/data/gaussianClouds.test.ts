import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { gaussianClouds, sphericalCopies } from "../../src/data";

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("Gaussian clouds", () => {
  it("have the means, the deviation and the counts that were asked for", () => {
    const counts = [20000, 10000] as const;
    const { points, labels } = gaussianClouds({ counts, dimension: 3, distance: 5, deviation: 0.7, seed: 1 });
    assert.equal(points.length, 30000);
    for (const label of [0, 1]) {
      const own = points.filter((_, index) => labels[index] === label);
      assert.equal(own.length, counts[label]);
      for (const axis of [0, 1, 2]) {
        const values = own.map((at) => at[axis]);
        const centre = axis === 0 ? (label - 0.5) * 5 : 0;
        // Five standard errors of 10 000 draws.
        assert.ok(Math.abs(mean(values) - centre) < (5 * 0.7) / 100);
        assert.ok(Math.abs(Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) - 0.7) < (5 * 0.7) / 141);
      }
    }
  });

  it("are the same for the same seed only", () => {
    const of = (seed: number) => gaussianClouds({ counts: [3, 2], seed });
    assert.deepEqual(of(4), of(4));
    assert.notDeepEqual(of(4).points, of(5).points);
  });

  it("refuse counts, dimensions and deviations that are none", () => {
    assert.throws(() => gaussianClouds({ counts: [3, 0], seed: 1 }), /counts\[1\] must be.*received 0/);
    assert.throws(() => gaussianClouds({ counts: [3, 1], dimension: 1.5, seed: 1 }), /dimension must be.*received 1.5/);
    assert.throws(() => gaussianClouds({ counts: [3, 1], deviation: 0, seed: 1 }), /deviation must be.*received 0/);
    assert.throws(() => gaussianClouds({ counts: [3, 1], distance: NaN, seed: 1 }), /distance must be.*received NaN/);
  });
});

describe("spherical copies", () => {
  const set = gaussianClouds({ counts: [4, 2], dimension: 3, seed: 2 });

  it("lie on the sphere of their point, in all directions alike", () => {
    const draws = 4000;
    const { points, labels } = sphericalCopies(set, { radius: [0, 0.6], draws, seed: 3 });
    assert.deepEqual(points.slice(0, 4), set.points.slice(0, 4));
    assert.equal(points.length, 4 + 2 * draws);
    assert.deepEqual([...new Set(labels.slice(4))], [1]);
    const directions = points
      .slice(4, 4 + draws)
      .map((at) => at.map((value, axis) => (value - set.points[4][axis]) / 0.6));
    for (const direction of directions) assert.ok(Math.abs(Math.hypot(...direction) - 1) < 1e-12);
    for (const axis of [0, 1, 2]) {
      const values = directions.map((direction) => direction[axis]);
      // On the sphere in three dimensions a coordinate is uniform on [-1, 1]: five standard errors of mean and square.
      assert.ok(Math.abs(mean(values)) < 5 * Math.sqrt(1 / 3 / draws));
      assert.ok(Math.abs(mean(values.map((value) => value ** 2)) - 1 / 3) < 5 * Math.sqrt(4 / 45 / draws));
    }
  });

  it("are the same for the same seed only", () => {
    const of = (seed: number) => sphericalCopies(set, { radius: [0.1, 0.6], draws: 2, seed });
    assert.deepEqual(of(1), of(1));
    assert.notDeepEqual(of(1).points, of(2).points);
  });

  it("refuse radii and numbers of draws that are none", () => {
    assert.throws(() => sphericalCopies(set, { radius: [1], draws: 2, seed: 1 }), /for class 1, received \[1\]/);
    assert.throws(() => sphericalCopies(set, { radius: [-1, 1], draws: 2, seed: 1 }), /for class 0, received \[-1,1\]/);
    assert.throws(() => sphericalCopies(set, { radius: [1, 1], draws: 0, seed: 1 }), /draws must be.*received 0/);
  });
});
