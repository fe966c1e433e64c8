import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import { bestThreshold, confusionCounts, fBeta, fBetaCurve, tunedFBetaCurve } from "../../src/metrics";

/** Scores that are higher for positives, with overlap. */
function sample(seed: number, size: number) {
  const generator = random(seed);
  const labels = Array.from({ length: size }, () => (generator.next() < 0.2 ? 1 : 0));
  return { labels, scores: labels.map((label) => 1.5 * label + generator.normal()) };
}

describe("tunedFBetaCurve", () => {
  const [validation, test] = [sample(1, 300), sample(2, 400)];
  const betas = [0.25, 0.5, 1, 2, 4];

  it("tunes at each beta on the validation part and decides on the test part", () => {
    const curve = tunedFBetaCurve({ validation, test }, { betas });
    betas.forEach((beta, place) => {
      const { threshold } = bestThreshold(validation, { beta });
      assert.equal(curve.thresholds[place], threshold);
      assert.equal(curve.fBeta[place], fBeta(confusionCounts(test, threshold), beta));
    });
  });

  it("is the upper envelope of all thresholds where it is tuned on what it is measured on", () => {
    const curve = tunedFBetaCurve({ validation: test, test }, { betas });
    const thresholds = Array.from({ length: 200 }, (_, step) => -3 + step / 20);
    betas.forEach((beta, place) => {
      const others = fBetaCurve(test, thresholds, { beta });
      assert.ok(curve.fBeta[place] >= Math.max(...others));
    });
  });

  it("lowers the threshold as recall counts more", () => {
    const { thresholds } = tunedFBetaCurve({ validation, test }, { betas });
    for (let place = 1; place < betas.length; place++) assert.ok(thresholds[place] <= thresholds[place - 1]);
  });

  it("names a bad beta and refuses empty input", () => {
    assert.throws(() => tunedFBetaCurve({ validation, test }, { betas: [1, -2] }), /beta.*-2/);
    assert.throws(
      () => tunedFBetaCurve({ validation: { scores: [], labels: [] }, test }, { betas }),
      /non-empty and of one length/,
    );
  });
});
