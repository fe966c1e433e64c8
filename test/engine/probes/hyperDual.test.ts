import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { fromNumbers, HyperArray, logSoftmax } from "../../../src/engine/probes/hyperArray";
import { gradient, hessianVectorProduct, HyperDual, jacobianVectorProduct } from "../../../src/engine/probes/hyperDual";

const close = (got: number, want: number, tolerance = 1e-13) =>
  assert.ok(Math.abs(got - want) <= tolerance * (1 + Math.abs(want)), `got ${got}, want ${want}`);

/** First and second derivative of a function of one variable. */
function derivatives(f: (x: HyperDual) => HyperDual, x: number): [number, number, number] {
  const { value, e1, e12 } = f(new HyperDual(x, 1, 1));
  return [value, e1, e12];
}

describe("hyper-dual numbers", () => {
  const x = 0.7;
  const sigmoid = 1 / (1 + Math.exp(-x));
  const closedForms: [string, (x: HyperDual) => HyperDual, number, number, number][] = [
    ["x^x", (h) => h.pow(h), x ** x, x ** x * (Math.log(x) + 1), x ** x * ((Math.log(x) + 1) ** 2 + 1 / x)],
    ["x^3", (h) => h.pow(3), x ** 3, 3 * x * x, 6 * x],
    ["exp(x^2)", (h) => h.square().exp(), Math.exp(x * x), 2 * x * Math.exp(x * x), (2 + 4 * x * x) * Math.exp(x * x)],
    ["1 / x", (h) => new HyperDual(1).div(h), 1 / x, -1 / x ** 2, 2 / x ** 3],
    ["log x", (h) => h.log(), Math.log(x), 1 / x, -1 / x ** 2],
    ["log1p x", (h) => h.log1p(), Math.log(1 + x), 1 / (1 + x), -1 / (1 + x) ** 2],
    ["expm1 x", (h) => h.expm1(), Math.exp(x) - 1, Math.exp(x), Math.exp(x)],
    ["sqrt x", (h) => h.sqrt(), Math.sqrt(x), 0.5 / Math.sqrt(x), -0.25 * x ** -1.5],
    ["sin x cos x", (h) => h.sin().mul(h.cos()), Math.sin(2 * x) / 2, Math.cos(2 * x), -2 * Math.sin(2 * x)],
    ["atan x", (h) => h.atan(), Math.atan(x), 1 / (1 + x * x), (-2 * x) / (1 + x * x) ** 2],
    ["tanh x", (h) => h.tanh(), Math.tanh(x), 1 / Math.cosh(x) ** 2, (-2 * Math.tanh(x)) / Math.cosh(x) ** 2],
    ["sigmoid x", (h) => h.sigmoid(), sigmoid, sigmoid * (1 - sigmoid), sigmoid * (1 - sigmoid) * (1 - 2 * sigmoid)],
    ["softplus x", (h) => h.softplus(), Math.log(1 + Math.exp(x)), sigmoid, sigmoid * (1 - sigmoid)],
  ];
  for (const [name, f, value, first, second] of closedForms) {
    it(`differentiates ${name} twice`, () => {
      derivatives(f, x).forEach((got, order) => close(got, [value, first, second][order]));
    });
  }

  it("gives erf its tabulated values and its derivatives", () => {
    close(new HyperDual(0.5).erf().value, 0.5204998778130465);
    close(new HyperDual(1).erf().value, 0.8427007929497149);
    close(new HyperDual(-2.4).erf().value, -0.9993114861033549);
    close(new HyperDual(3).erf().value, 0.9999779095030014);
    const [, first, second] = derivatives((h) => h.erf(), 0.5);
    close(first, (2 / Math.sqrt(Math.PI)) * Math.exp(-0.25));
    close(second, (-2 / Math.sqrt(Math.PI)) * Math.exp(-0.25));
  });

  it("takes the side a kink's point is on", () => {
    assert.deepEqual(
      derivatives((h) => h.max(0).square(), 2),
      [4, 4, 2],
    );
    assert.deepEqual(
      derivatives((h) => h.max(0).square(), -2),
      [0, 0, 0],
    );
    assert.deepEqual(
      derivatives((h) => h.abs().mul(h), -2),
      [-4, 4, -2],
    );
    assert.deepEqual(
      derivatives((h) => h.min(1).square(), 0.5),
      [0.25, 1, 2],
    );
  });

  it("multiplies a vector by the Hessian of a quadratic form with mixed terms", () => {
    // f = x^2 y + 3 y z: H = [[2y, 2x, 0], [2x, 0, 3], [0, 3, 0]]
    const f = ([a, b, c]: HyperDual[]) => a.square().mul(b).add(b.mul(c).mul(3));
    assert.deepEqual(gradient(f, [2, 5, 7]), [20, 25, 15]);
    assert.deepEqual(hessianVectorProduct(f, [2, 5, 7], [1, 10, 100]), [50, 304, 30]);
  });

  it("gives log softmax its Hessian, p p^T - diag(p)", () => {
    const logits = [0.3, -1.2, 2];
    const v = [1, -2, 0.5];
    const f = (x: HyperDual[]) => logSoftmax(new HyperArray([3], x)).at(1);
    const weights = logits.map(Math.exp);
    const p = weights.map((weight) => weight / weights.reduce((a, b) => a + b));
    const along = p.reduce((sum, pk, k) => sum + pk * v[k], 0);
    gradient(f, logits).forEach((got, k) => close(got, Number(k === 1) - p[k]));
    hessianVectorProduct(f, logits, v).forEach((got, k) => close(got, p[k] * (along - v[k])));
  });

  it("gives directional derivatives of a list of programs", () => {
    const got = jacobianVectorProduct(([a, b]) => [a.mul(b), a.add(b), b.exp()], [2, 0], [3, 5]);
    assert.deepEqual(got, [10, 8, 5]);
  });

  it("broadcasts arrays from the last axis", () => {
    const sum = fromNumbers([1, 2, 3, 4], [2, 2])
      .add(fromNumbers([10, 20], [2, 1]))
      .mul(fromNumbers([1, 100]));
    assert.deepEqual(
      sum.data.map(({ value }) => value),
      [11, 1200, 23, 2400],
    );
  });
});
