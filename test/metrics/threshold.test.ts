import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import { bestThreshold, confusionCounts, fBeta, fBetaCurve } from "../../src/metrics";

describe("bestThreshold", () => {
  it("finds what trying every score finds, with ties and for every beta", () => {
    const generator = random(4);
    for (let round = 0; round < 60; round++) {
      const labels = Array.from({ length: 30 }, () => (generator.next() < 0.2 ? 1 : 0));
      const scores = labels.map((label) => Math.round((label + 2 * generator.normal()) * 2) / 2);
      const beta = [0.5, 1, 2][round % 3];
      const tried = Math.max(...scores.map((threshold) => fBeta(confusionCounts({ scores, labels }, threshold), beta)));
      const tuned = bestThreshold({ scores, labels }, { beta });
      assert.ok(Math.abs(tuned.fBeta - tried) < 1e-12, `round ${round}: ${tuned.fBeta} against ${tried}`);
      if (tried > 0) assert.equal(fBeta(confusionCounts({ scores, labels }, tuned.threshold), beta), tuned.fBeta);
    }
  });

  it("lies halfway between the scores that it separates", () => {
    assert.deepEqual(bestThreshold({ scores: [3, 2, 0], labels: [1, 1, 0] }), { threshold: 1, fBeta: 1 });
  });

  it("calls everything positive where scores say nothing", () => {
    const { threshold, fBeta: value } = bestThreshold({ scores: [1, 1, 1, 1], labels: [1, 0, 0, 0] });
    assert.ok(threshold < 1);
    assert.equal(value, 0.4);
  });

  it("calls nothing positive where there is no positive", () => {
    assert.deepEqual(bestThreshold({ scores: [1, 2], labels: [0, 0] }), { threshold: Infinity, fBeta: 0 });
  });
});

describe("fBetaCurve", () => {
  it("gives F-beta at each threshold", () => {
    const curve = fBetaCurve({ scores: [0.9, 0.6, 0.3], labels: [1, 0, 1] }, [0.2, 0.5, 0.8, 1]);
    assert.deepEqual(curve, [0.8, 0.5, 2 / 3, 0]);
  });
});
