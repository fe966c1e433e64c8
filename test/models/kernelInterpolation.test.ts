import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Matrix, pseudoInverse } from "ml-matrix";

import { random } from "../../src/engine";
import { arcCosineKernel, interpolatedLogits, kernelInterpolation, type Kernel } from "../../src/models";
import { assertClose } from "../support/numeric";

const draws = random(4);
const cloud = (n: number, d: number) =>
  Array.from({ length: n }, () => Array.from({ length: d }, () => draws.normal()));
const labels = [0, 1, 2, 0, 1, 0, 2, 0];
const points = cloud(labels.length, 3);
const scale = [1, 0.5, 2];
const shift = [0.1, -0.05, 0.02];
/** Double precision through a well-conditioned solve. */
const ROUNDING = { relative: 1e-9, absolute: 1e-10 };

describe("models.arcCosineKernel", () => {
  it("is what random ReLU features tend to: within four standard errors of 40,000", () => {
    const [x, z] = cloud(2, 5).map((point) => [...point, 1]);
    const products = Array.from({ length: 40_000 }, () => {
      const weight = x.map(() => draws.normal());
      const relu = (at: number[]) =>
        Math.max(
          0,
          at.reduce((sum, value, axis) => sum + value * weight[axis], 0),
        );
      return 2 * relu(x) * relu(z);
    });
    const mean = products.reduce((a, b) => a + b) / products.length;
    const variance = products.reduce((sum, value) => sum + (value - mean) ** 2, 0) / products.length;
    const want = arcCosineKernel(x.slice(0, -1), z.slice(0, -1));
    assert.ok(Math.abs(mean - want) < 4 * Math.sqrt(variance / products.length), `${mean} for ${want}`);
  });

  it("is the squared norm of a point with itself, the bias counted", () => {
    assertClose([arcCosineKernel([3, 4], [3, 4])], [26], ROUNDING);
  });
});

describe("models.kernelInterpolation", () => {
  it("is one for the class of a training point and zero for the others", () => {
    const { indicators } = kernelInterpolation({ points, labels, classes: 3 });
    const want = labels.flatMap((label) => [0, 1, 2].map((k) => Number(k === label)));
    assertClose(Array.from(indicators(points)), want, ROUNDING);
  });

  it("is the pseudo-inverse's least-norm solution where the kernel is an inner product of features", () => {
    const wide = cloud(labels.length, 20);
    const linear: Kernel = (x, z) => Array.from(x).reduce((sum, value, axis) => sum + value * z[axis], 0);
    const fresh = cloud(4, 20);
    const { indicators } = kernelInterpolation({ points: wide, labels, classes: 3, kernel: linear });
    const target = new Matrix(labels.map((label) => [0, 1, 2].map((k) => Number(k === label))));
    const weights = pseudoInverse(new Matrix(wide)).mmul(target);
    assertClose(Array.from(indicators(fresh)), new Matrix(fresh).mmul(weights).to1DArray(), ROUNDING);
  });

  it("quotes what it cannot interpolate", () => {
    assert.throws(() => kernelInterpolation({ points: [], labels: [], classes: 3 }), /at least one, received 0 and 0/);
    assert.throws(() => kernelInterpolation({ points, labels, classes: 2 }), /from 0 to 1, received 2/);
    const twice = [points[0], points[0]];
    assert.throws(() => kernelInterpolation({ points: twice, labels: [0, 1], classes: 2 }), /positive definite/);
    assert.throws(() => arcCosineKernel([1], [1, 2]), /received 1 and 2/);
  });
});

describe("models.interpolatedLogits", () => {
  it("brings the parametric squared loss to zero on the training set", () => {
    const { indicators } = kernelInterpolation({ points, labels, classes: 3 });
    const logits = interpolatedLogits(indicators(points), { scale, shift });
    const adjusted = Array.from(logits, (logit, index) => scale[index % 3] * logit + shift[index % 3]);
    const code = labels.flatMap((label) => [0, 1, 2].map((k) => Number(k === label) - 1 / 3));
    assertClose(adjusted, code, ROUNDING);
  });

  it("is the least-norm interpolation of its own training values", () => {
    const wide = cloud(labels.length, 20);
    const fresh = cloud(4, 20);
    const linear: Kernel = (x, z) => Array.from(x).reduce((sum, value, axis) => sum + value * z[axis], 0);
    const { indicators } = kernelInterpolation({ points: wide, labels, classes: 3, kernel: linear });
    const values = new Matrix(
      labels.map((label) => [0, 1, 2].map((k) => (Number(k === label) - 1 / 3 - shift[k]) / scale[k])),
    );
    const weights = pseudoInverse(new Matrix(wide)).mmul(values);
    assertClose(
      Array.from(interpolatedLogits(indicators(fresh), { scale, shift })),
      new Matrix(fresh).mmul(weights).to1DArray(),
      ROUNDING,
    );
  });

  it("quotes lengths that do not fit and a scale that is none", () => {
    assert.throws(() => interpolatedLogits([1, 2, 3], { scale: [1, 1] }), /received 3, 2 and 2 numbers/);
    assert.throws(() => interpolatedLogits([1, 2], { scale: [1, 0] }), /positive finite numbers, received 0/);
  });
});
