import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import { angleBetween, classMargins, hardMargin, minNormPoint } from "../../src/training";
import { assertClose } from "../support/numeric";

/** Two separated clouds in `dimension` dimensions, 30 negatives and 5 positives, with or without a last coordinate 1. */
function clouds(seed: number, dimension: number, { constant = false, distance = 6 } = {}) {
  const draws = random(seed).fork("clouds");
  const labels = Array.from({ length: 35 }, (_, index) => (index < 30 ? 0 : 1));
  const points = labels.map((label) => {
    const at = Array.from(
      { length: dimension },
      (_, axis) => draws.normal() + (axis === 0 ? (label - 0.5) * distance : 0),
    );
    return constant ? [...at, 1] : at;
  });
  return { points, labels };
}
const dot = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Array.from(one).reduce((sum, value, axis) => sum + value * other[axis], 0);
/** Rounding of a least-squares solution of a few well-conditioned equations. */
const ROUNDING = 1e-10;
const near = (got: number[], want: number[]) => assertClose(got, want, { relative: 0, absolute: ROUNDING });

describe("nearest point of a polytope", () => {
  it("is the foot of the perpendicular where that lies inside a face, and a vertex where it does not", () => {
    const of = (vertices: number[][]) =>
      minNormPoint({
        least: (direction) => vertices.reduce((best, at) => (dot(at, direction) < dot(best, direction) ? at : best)),
        coordinates: (at) => at,
        start: vertices[0],
      });
    const edge = of([
      [3, 1],
      [1, 3],
      [4, 4],
    ]);
    near(Array.from(edge.point), [2, 2]);
    near([...edge.coefficients], [0.5, 0.5]);
    near(
      Array.from(
        of([
          [5, 9],
          [1, 2],
          [3, 2],
        ]).point,
      ),
      [1, 2],
    );
    const inside = of([
      [-1, -1],
      [2, -1],
      [-1, 2],
    ]);
    near(Array.from(inside.point), [0, 0]);
  });

  it("beats every convex combination of random vertices", () => {
    const draws = random(3);
    const vertices = Array.from({ length: 60 }, () => Array.from({ length: 8 }, () => draws.normal() + 1));
    const { point, gap } = minNormPoint({
      least: (direction) => vertices.reduce((best, at) => (dot(at, direction) < dot(best, direction) ? at : best)),
      coordinates: (at) => at,
      start: vertices[0],
    });
    assert.ok(gap <= 1e-12, `gap ${gap}`);
    for (const at of vertices) assert.ok(dot(point, at) >= dot(point, point) * (1 - 1e-12));
  });
});

describe("angle between directions", () => {
  it("knows right, straight and tiny angles, whatever the lengths", () => {
    near([angleBetween([2, 0], [0, 5]), angleBetween([1, 1], [-3, -3]), angleBetween([1, 2], [2, 4])], [90, 180, 0]);
    const tiny = angleBetween([1, 0], [1, 1e-10]);
    assertClose([tiny], [(1e-10 * 180) / Math.PI], { relative: 1e-5, absolute: 0 });
    assert.throws(() => angleBetween([0, 0], [1, 0]), /other than 0, received \[\[0,0\],\[1,0\]\]/);
  });
});

describe("cost-sensitive hard-margin machine", () => {
  for (const bias of ["none", "free"] as const) {
    for (const scale of [
      [1, 1],
      [1, 0.5],
      [3, 0.7],
    ] as const) {
      it(`meets its constraints and its class margins with scale ${scale.join(", ")} and bias ${bias}`, () => {
        const { points, labels } = clouds(1, 3, { constant: bias === "none" });
        const found = hardMargin({ points, labels, scale, bias });
        const slack = points.map(
          (at, index) => scale[labels[index]] * (2 * labels[index] - 1) * (dot(found.weight, at) + found.bias) - 1,
        );
        assert.ok(Math.min(...slack) > -ROUNDING, `least slack ${Math.min(...slack)}`);
        for (const index of found.support) near([slack[index]], [0]);
        near(classMargins({ points, labels }, found), [...found.margins]);
        near([found.margins[1] / found.margins[0]], [scale[0] / scale[1]]);
        assert.ok(found.gap <= 1e-11, `gap ${found.gap}`);
      });

      it(`has no shorter feasible weight nearby with scale ${scale.join(", ")} and bias ${bias}`, () => {
        const { points, labels } = clouds(2, 3, { constant: bias === "none" });
        const { weight, bias: offset } = hardMargin({ points, labels, scale, bias });
        const length = Math.sqrt(dot(weight, weight));
        const draws = random(5);
        for (let trial = 0; trial < 500; trial++) {
          const size = 10 ** (-3 * draws.next());
          const moved = weight.map((value) => value + size * length * draws.normal());
          const shifted = bias === "free" ? offset + size * draws.normal() : 0;
          const least = Math.min(
            ...points.map((at, index) => scale[labels[index]] * (2 * labels[index] - 1) * (dot(moved, at) + shifted)),
          );
          // Scaled so that it is feasible, if it separates at all.
          if (least > 0) assert.ok(Math.sqrt(dot(moved, moved)) / least >= length * (1 - ROUNDING));
        }
      });
    }
  }

  it("with a free bias keeps its direction whatever the scale, and its width", () => {
    const data = clouds(4, 2);
    const [plain, skewed] = [[1, 1] as const, [1, 0.25] as const].map((scale) =>
      hardMargin({ ...data, scale, bias: "free" }),
    );
    const cosine =
      dot(plain.weight, skewed.weight) / Math.sqrt(dot(plain.weight, plain.weight) * dot(skewed.weight, skewed.weight));
    near([cosine], [1]);
    near([skewed.margins[0] + skewed.margins[1]], [plain.margins[0] + plain.margins[1]]);
  });

  it("is exact by hand for two points", () => {
    const { weight, bias, margins, support } = hardMargin({
      points: [
        [0, 0],
        [4, 0],
      ],
      labels: [0, 1],
      scale: [1, 1 / 3],
      bias: "free",
    });
    near([...weight, bias, ...margins], [1, 0, -1, 1, 3]);
    assert.deepEqual(support, [0, 1]);
  });

  for (const bias of ["none", "free"] as const) {
    it(`with radii keeps whole balls at their distance, and no separation is wider, with bias ${bias}`, () => {
      const { points, labels } = clouds(6, 3, { distance: 9 });
      const radius = [0.2, 0.7] as const;
      const found = hardMargin({ points, labels, bias, radius, scale: [1, 0.5] });
      near(classMargins({ points, labels }, found), [...found.margins]);
      const scaled = [found.margins[0] - radius[0], (found.margins[1] - radius[1]) / 2];
      if (bias === "free") near([scaled[0]], [scaled[1]]);
      const length = Math.sqrt(dot(found.weight, found.weight));
      near([Math.min(...scaled)], [1 / length]);
      const draws = random(7);
      for (let trial = 0; trial < 500; trial++) {
        const size = 10 ** (-3 * draws.next());
        const moved = found.weight.map((value) => value / length + size * draws.normal());
        const shifted = found.bias / length + (bias === "free" ? size * draws.normal() : 0);
        const [common, rare] = classMargins({ points, labels }, { weight: moved, bias: shifted });
        const least = Math.min(common - radius[0], (rare - radius[1]) / 2);
        // Round hulls are approached, to a gap of 1e-12 in the squared norm.
        assert.ok(least <= (1 + 1e-9) / length, `${least} above ${1 / length}`);
      }
    });

    it(`with radii that differ as the class margins do is the cost-sensitive machine, with bias ${bias}`, () => {
      const { points, labels } = clouds(8, 4, { distance: 9 });
      const cost = hardMargin({ points, labels, bias, scale: [1, 0.4] });
      for (const common of [0, 0.3]) {
        const radius = [common, common + cost.margins[1] - cost.margins[0]] as const;
        const balls = hardMargin({ points, labels, bias, radius });
        // The gap is relative to the squared norm: the direction is right to its square root.
        const right = (Math.sqrt(Math.max(balls.gap, 1e-12)) * 180) / Math.PI;
        assert.ok(balls.gap < 1e-9 && angleBetween(balls.weight, cost.weight) < 2 * right);
        assertClose([...balls.margins], [...cost.margins], { relative: 1e-9, absolute: 0 });
      }
    });
  }

  it("refuses what cannot be separated, and input that is none", () => {
    const mixed = clouds(1, 2, { distance: 0 });
    assert.throws(() => hardMargin({ ...mixed, bias: "free" }), /needs classes that a linear decision separates/);
    assert.throws(() => hardMargin(mixed), /needs classes that a linear decision separates/);
    assert.throws(
      () => hardMargin({ points: [[1]], labels: [1] }),
      /both classes, received 0 negatives and 1 positives/,
    );
    assert.throws(() => hardMargin({ points: [[1], [2, 3]], labels: [0, 1] }), /one dimension, received 1 and 2/);
    assert.throws(() => hardMargin({ points: [[1], [2]], labels: [0, 2] }), /0 or 1, received 2 at index 1/);
    assert.throws(() => hardMargin({ points: [[1]], labels: [0, 1] }), /one length, received 1 and 2/);
    assert.throws(
      () => hardMargin({ points: [[-1], [2]], labels: [0, 1], scale: [1, 0] }),
      /scale must be two positive.*\[1,0\]/,
    );
    assert.throws(
      () => hardMargin({ points: [[-1], [2]], labels: [0, 1], radius: [0, -1] }),
      /radius must be two non-neg/,
    );
    assert.throws(
      () => hardMargin({ points: [[-1], [2]], labels: [0, 1], radius: [1, 1] }),
      /points \(with their radii\)/,
    );
    assert.throws(() => classMargins(clouds(1, 2), { weight: [0, 0] }), /not all 0, received \[0,0\]/);
  });
});
