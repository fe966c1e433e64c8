import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import { asymptoticHardMargin, mixtureErrors, summary, type MixtureCell } from "../../src/metrics";
import { hardMargin } from "../../src/training";

/** Two classes at -s and s, the positive one rare, with a ratio of class scales. */
const classes = (scale = 1, { prior = 0.2, s = 2 } = {}): MixtureCell[] => [
  { label: 0, share: 1 - prior, mean: [-s], scale },
  { label: 1, share: prior, mean: [s] },
];
/** Two groups whose means are orthogonal, the second rare, with a scale of its own. */
const groups = (scale = 1): MixtureCell[] =>
  [0, 1].flatMap((label) => [
    { label, share: 0.4, mean: [2 * (2 * label - 1), 0] },
    { label, share: 0.1, mean: [0, 2.5 * (2 * label - 1)], scale },
  ]);
const near = (got: number, want: number, tolerance: number) =>
  assert.ok(Math.abs(got - want) <= tolerance, `got ${got}, want ${want} within ${tolerance}`);
/** Newton's method on a smooth convex function: rounding. */
const ROUNDING = 1e-9;

describe("metrics.asymptoticHardMargin", () => {
  it("finds the separability of labels without any signal where Cover's counting does, at n = 2 d", () => {
    const cells = [0, 1].map((label) => ({ label, share: 0.5, mean: [0] }));
    assert.ok(asymptoticHardMargin({ cells, aspectRatio: 0.501 }).norm > 100);
    assert.throws(() => asymptoticHardMargin({ cells, aspectRatio: 0.499 }), /separable, received 0\.499/);
  });

  it("has no bias and equal errors where the classes are alike", () => {
    const { bias, errors } = asymptoticHardMargin({ cells: classes(1, { prior: 0.5 }), aspectRatio: 1, bias: "free" });
    near(bias, 0, ROUNDING);
    near(errors[0], errors[1], ROUNDING);
  });

  it("with a free bias moves the bias alone when classes are scaled: b = b_1 + (r - 1) / (r + 1) ||theta_1||", () => {
    const at = (scale: number) => asymptoticHardMargin({ cells: classes(scale), aspectRatio: 0.7, bias: "free" });
    const plain = at(1);
    for (const scale of [0.1, 3, 20]) {
      const { direction, bias, norm } = at(scale);
      near(direction[0], plain.direction[0], ROUNDING);
      near(bias, plain.bias + (scale - 1) / (scale + 1) / plain.norm, ROUNDING);
      // Margins 1 and 1 / scale: their sum is that of the plain machine but for the factor of the norm.
      near(norm, (plain.norm * (1 + 1 / scale)) / 2, ROUNDING);
    }
  });

  it("is the longest t for which a grid of directions finds the constraint met", () => {
    const cells = groups(0.3);
    const { direction, norm } = asymptoticHardMargin({ cells, aspectRatio: 1 });
    // E (a + G)_+^2 by the midpoint rule on [-9, 9]: right to 1e-6 at 2,000 points.
    const positivePart = (a: number) =>
      Array.from({ length: 2000 }, (_, i) => -9 + (18 * (i + 0.5)) / 2000).reduce(
        (sum, g) => sum + (Math.max(0, a + g) ** 2 * Math.exp((-g * g) / 2) * 18) / 2000 / Math.sqrt(2 * Math.PI),
        0,
      );
    const constraint = (t: number, u: readonly number[]) =>
      cells.reduce((sum, { label, share, mean, scale = 1 }) => {
        const along = (2 * label - 1) * (mean[0] * u[0] + mean[1] * u[1]);
        return sum + share * positivePart(t / scale - along);
      }, 0) -
      (1 - u[0] ** 2 - u[1] ** 2);
    near(constraint(1 / norm, direction), 0, 1e-5);
    for (let i = -4; i <= 4; i++) {
      for (let j = -4; j <= 4; j++) {
        const u = [direction[0] + 0.03 * i, direction[1] + 0.03 * j];
        assert.ok(constraint(1 / norm, u) >= -1e-5);
      }
    }
  });

  it("is where machines trained on samples are, groups scaled apart: four standard errors of 12 seeds, and 2 / n", () => {
    const cells = groups(0.4);
    const n = 120;
    const limit = asymptoticHardMargin({ cells, aspectRatio: 1 });
    const found = Array.from({ length: 12 }, (_, seed) => {
      const draws = random(seed + 1);
      const of = cells.flatMap((cell) => new Array<MixtureCell>(Math.round(cell.share * n)).fill(cell));
      // A scale per group: points of the machine without bias are scaled themselves.
      const points = of.map(({ mean, scale = 1 }) =>
        Float64Array.from({ length: n }, (_, axis) => scale * (draws.normal() + (mean[axis] ?? 0))),
      );
      const { weight } = hardMargin({ points, labels: of.map(({ label }) => label) });
      const norm = Math.hypot(...weight);
      return [norm, weight[0] / norm, weight[1] / norm];
    });
    [limit.norm, ...limit.direction].forEach((want, index) => {
      const { mean, standardDeviation, count } = summary(found.map((row) => row[index]));
      near(mean, want, (4 * standardDeviation) / Math.sqrt(count) + 2 / n);
    });
  });

  it("quotes what it cannot use", () => {
    const bad = (cells: MixtureCell[]) => () => asymptoticHardMargin({ cells, aspectRatio: 1 });
    assert.throws(bad([]), /at least one, received none/);
    assert.throws(bad([{ label: 1, share: 1, mean: [1] }]), /both classes, received labels 1/);
    assert.throws(bad([{ label: 2, share: 1, mean: [1] }]), /0 or 1, received 2/);
    assert.throws(bad([...classes(), { label: 1, share: 0.1, mean: [1] }]), /sum to 1, received 1\.1/);
    assert.throws(bad(classes(0)), /scales must be positive finite numbers, received 0/);
    assert.throws(bad([classes()[0], { ...classes()[1], mean: [1, 2] }]), /means must be 1 finite numbers.*\[1, 2\]/);
    assert.throws(
      () => asymptoticHardMargin({ cells: classes(), aspectRatio: 0 }),
      /positive finite number, received 0/,
    );
  });
});

describe("metrics.mixtureErrors", () => {
  it("is the share of draws on the wrong side, within four standard errors of 20,000", () => {
    const cells = groups();
    const overlap = { direction: [0.5, 0.3], bias: 0.2 };
    const errors = mixtureErrors(cells, overlap);
    const draws = random(2);
    const rest = Math.sqrt(1 - 0.5 ** 2 - 0.3 ** 2);
    cells.forEach(({ label, mean }, index) => {
      const n = 20_000;
      let wrong = 0;
      for (let i = 0; i < n; i++) {
        const along = 0.5 * (mean[0] + draws.normal()) + 0.3 * (mean[1] + draws.normal()) + rest * draws.normal();
        if (along + 0.2 > 0 !== (label === 1)) wrong++;
      }
      near(wrong / n, errors[index], 4 * Math.sqrt((errors[index] * (1 - errors[index])) / n));
    });
  });

  it("quotes a direction of another plane", () => {
    assert.throws(() => mixtureErrors(groups(), { direction: [1], bias: 0 }), /2 coordinates.*received 1/);
  });
});
