import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { confusionCounts, fBeta, precision, recall } from "../../src/metrics";

const scored = { scores: [0.9, 0.8, 0.4, 0.4, 0.1], labels: [1, 0, 1, 0, 0] };

describe("confusionCounts", () => {
  it("calls positive what scores at least the threshold", () => {
    assert.deepEqual(confusionCounts(scored, 0.4), {
      truePositives: 2,
      falsePositives: 2,
      falseNegatives: 0,
      trueNegatives: 1,
    });
    assert.deepEqual(confusionCounts(scored, 0.41), {
      truePositives: 1,
      falsePositives: 1,
      falseNegatives: 1,
      trueNegatives: 2,
    });
  });

  it("names what it cannot take", () => {
    assert.throws(() => confusionCounts({ scores: [], labels: [] }, 0), /non-empty .* received 0 and 0/);
    assert.throws(() => confusionCounts({ scores: [1], labels: [1, 0] }, 0), /received 1 and 2/);
    assert.throws(
      () => confusionCounts({ scores: [1, 2], labels: [1, 2] }, 0),
      /labels must be 0 or 1, received 2 at index 1/,
    );
    assert.throws(() => confusionCounts({ scores: [NaN], labels: [1] }, 0), /received NaN at index 0/);
  });
});

describe("fBeta", () => {
  const counts = { truePositives: 6, falsePositives: 2, falseNegatives: 4, trueNegatives: 8 };

  it("is the weighted harmonic mean of precision and recall", () => {
    const [p, r] = [precision(counts), recall(counts)];
    assert.equal(p, 0.75);
    assert.equal(r, 0.6);
    for (const beta of [0.5, 1, 2, 7]) {
      const harmonic = ((1 + beta ** 2) * p * r) / (beta ** 2 * p + r);
      assert.ok(Math.abs(fBeta(counts, beta) - harmonic) < 1e-12, `beta ${beta}`);
    }
  });

  it("is 0, not NaN, where nothing is positive and nothing called so", () => {
    assert.equal(fBeta({ truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 5 }), 0);
  });

  it("names a beta it cannot take", () => {
    assert.throws(() => fBeta(counts, 0), /beta must be a positive finite number, received 0/);
  });
});
