import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { brierScore, calibrationError, multiclassBrierScore, reliability, topLabel } from "../../src/metrics";

const scored = { scores: [0.1, 0.2, 0.2, 0.6, 0.9, 1], labels: [0, 0, 1, 1, 1, 1] };

describe("reliability", () => {
  it("puts a probability on an edge into the lower bin, and 0 into the first", () => {
    const bins = reliability({ scores: [0, 0.5, 0.500001, 1], labels: [0, 1, 1, 1] }, { bins: 2 });
    assert.deepEqual(
      bins.map(({ lower, upper, count }) => [lower, upper, count]),
      [
        [0, 0.5, 2],
        [0.5, 1, 2],
      ],
    );
  });

  it("reports empty bins as empty", () => {
    const bins = reliability(scored, { bins: 10 });
    assert.equal(bins.length, 10);
    assert.equal(bins[2].count, 0);
    assert.ok(Number.isNaN(bins[2].confidence) && Number.isNaN(bins[2].frequency));
    assert.equal(bins.reduce((sum, { count }) => sum + count, 0), 6); // prettier-ignore
  });

  it("keeps equal probabilities in one quantile bin", () => {
    const bins = reliability(
      { scores: [0.3, 0.3, 0.3, 0.3, 0.8], labels: [0, 0, 1, 1, 1] },
      { bins: 4, binning: "quantile" },
    );
    assert.deepEqual(
      bins.map(({ count }) => count),
      [4, 0, 0, 1],
    );
  });

  it("takes a float32 softmax that rounds above 1 and refuses logits", () => {
    assert.equal(reliability({ scores: [1.0000001192092896], labels: [1] })[14].count, 1);
    assert.throws(() => reliability({ scores: [0.5, 1.2], labels: [0, 1] }), /in \[0, 1\], received 1.2 at index 1/);
    assert.throws(() => reliability(scored, { bins: 0 }), /bins must be an integer of at least 1, received 0/);
    assert.throws(
      () => reliability(scored, { binning: "equal" as "uniform" }),
      /uniform or quantile, received "equal"/,
    );
  });
});

describe("calibrationError", () => {
  it("is the mean, root mean square and maximum of the bins' gaps", () => {
    // Two bins: (0.1 + 0.2 + 0.2) / 3 against 1/3, and (0.6 + 0.9 + 1) / 3 against 1.
    const gaps = [1 / 3 - 0.5 / 3, 1 - 2.5 / 3];
    const want = { l1: (gaps[0] + gaps[1]) / 2, l2: Math.hypot(...gaps) / Math.SQRT2, max: Math.max(...gaps) };
    for (const norm of ["l1", "l2", "max"] as const) {
      assert.ok(Math.abs(calibrationError(scored, { bins: 2, norm }) - want[norm]) < 1e-12, norm);
    }
    assert.throws(() => calibrationError(scored, { norm: "l3" as "l1" }), /l1, l2 or max, received "l3"/);
  });

  it("is 0 for frequencies that match, and 1 for certainty in the wrong class", () => {
    assert.equal(calibrationError({ scores: [0.25, 0.25, 0.25, 0.25], labels: [1, 0, 0, 0] }), 0);
    assert.equal(calibrationError({ scores: [1, 0], labels: [0, 1] }), 1);
  });
});

describe("topLabel", () => {
  it("gives the largest probability and whether its class is right", () => {
    const top = topLabel([0.5, 0.3, 0.2, 0.1, 0.1, 0.8], [0, 1], 3);
    assert.deepEqual(top, { scores: [0.5, 0.8], labels: [1, 0] });
    assert.throws(() => topLabel([0.5, 0.5], [0, 1], 2), /as many as rows, received 2 for 1/);
  });
});

describe("Brier score", () => {
  it("is the mean squared error, in the multiclass form twice as large for two classes", () => {
    const { scores, labels } = scored;
    const want = (0.01 + 0.04 + 0.64 + 0.16 + 0.01 + 0) / 6;
    assert.ok(Math.abs(brierScore(scored) - want) < 1e-12);
    const pairs = scores.flatMap((p) => [1 - p, p]);
    assert.ok(Math.abs(multiclassBrierScore(pairs, labels, 2) - 2 * want) < 1e-12);
  });

  it("names what it cannot take", () => {
    assert.throws(() => brierScore({ scores: [-0.1], labels: [0] }), /received -0.1 at index 0/);
    assert.throws(() => multiclassBrierScore([1, 0, 0], [0], 2), /2 probabilities per label, received 3 for 1 labels/);
  });
});
