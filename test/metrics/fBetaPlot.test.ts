import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { crossingBeta, fBeta, fBetaOfRates, fBetaPlot, precision, recall } from "../../src/metrics";

const precise = { name: "precise", precision: 0.9, recall: 0.4 };
const balanced = { name: "balanced", precision: 0.7, recall: 0.65 };
const eager = { name: "eager", precision: 0.3, recall: 0.95 };
/** Rounding of a few operations in double precision. */
const ROUNDING = 1e-12;

describe("fBetaOfRates", () => {
  it("is the F-beta of the counts", () => {
    const counts = { truePositives: 6, falsePositives: 2, falseNegatives: 4, trueNegatives: 8 };
    const rates = { precision: precision(counts), recall: recall(counts) };
    for (const beta of [0.3, 1, 4]) assert.ok(Math.abs(fBetaOfRates(rates, beta) - fBeta(counts, beta)) < ROUNDING);
    assert.equal(fBetaOfRates({ precision: 0, recall: 1 }), 0);
  });
});

describe("crossingBeta", () => {
  it("is where both have the same F-beta, the more precise one ahead below it", () => {
    const beta = crossingBeta(precise, eager);
    assert.ok(Math.abs(fBetaOfRates(precise, beta) - fBetaOfRates(eager, beta)) < ROUNDING);
    assert.ok(fBetaOfRates(precise, beta * 0.9) > fBetaOfRates(eager, beta * 0.9));
    assert.ok(fBetaOfRates(precise, beta * 1.1) < fBetaOfRates(eager, beta * 1.1));
    assert.ok(Math.abs(crossingBeta(eager, precise) - beta) < ROUNDING);
  });

  it("is NaN where one is at least as good in both, or a rate is 0", () => {
    assert.ok(Number.isNaN(crossingBeta(precise, precise)));
    assert.ok(Number.isNaN(crossingBeta(precise, { precision: 0.8, recall: 0.3 })));
    assert.ok(Number.isNaN(crossingBeta(precise, { precision: 0.9, recall: 0.7 })));
    assert.ok(Number.isNaN(crossingBeta(precise, { precision: 0, recall: 1 })));
    assert.throws(() => crossingBeta(precise, { precision: 1.2, recall: 0 }), /precision must be in .* received 1.2/);
  });
});

describe("fBetaPlot", () => {
  it("draws the curves, names the crossings and who wins between them", () => {
    const plot = fBetaPlot([eager, balanced, precise]);
    assert.deepEqual(
      plot.curves.map(({ name, fBeta: curve }) => [name, curve.length]),
      [
        ["eager", 101],
        ["balanced", 101],
        ["precise", 101],
      ],
    );
    assert.equal(plot.crossings.length, 3);
    const [first, second] = [crossingBeta(precise, balanced), crossingBeta(balanced, eager)];
    assert.deepEqual(plot.winners, [
      { name: "precise", from: 0, to: first },
      { name: "balanced", from: first, to: second },
      { name: "eager", from: second, to: Infinity },
    ]);
    for (const [index, beta] of plot.betas.entries()) {
      const winner = plot.winners.find(({ from, to }) => from <= beta && beta <= to)?.name;
      const values = new Map(plot.curves.map(({ name, fBeta: curve }) => [name, curve[index]]));
      assert.ok(Math.abs((values.get(winner ?? "") ?? NaN) - Math.max(...values.values())) < ROUNDING, `beta ${beta}`);
    }
  });

  it("has one winner throughout where nothing crosses, the first of equals", () => {
    const twin = { ...precise, name: "twin" };
    const { crossings, winners } = fBetaPlot([precise, twin], { betas: [1] });
    assert.deepEqual([crossings, winners], [[], [{ name: "precise", from: 0, to: Infinity }]]);
  });

  it("names what it cannot take", () => {
    assert.throws(() => fBetaPlot([]), /at least one classifier/);
    assert.throws(() => fBetaPlot([precise], { betas: [0] }), /beta must be a positive finite number, received 0/);
  });
});
