import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { softFBeta } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { fBeta, gradientOf, LABELS, LOGITS, sigmoid, softCounts, valueOf } from "./reference";

describe("softFBeta", () => {
  it("has the value of its formula where it can be done by hand", () => {
    // p = 1/2 everywhere, two positives of four: TP = 1, FP = 1, FN = 1.
    assertClose([valueOf(softFBeta(), [0, 0, 0, 0], [1, 1, 0, 0])], [0.5]);
    assertClose([valueOf(softFBeta({ beta: 2 }), [0, 0, 0, 0], [1, 0, 0, 0])], [1 - 2.5 / (2.5 + 2 + 1.5)]);
  });

  it("is near 0 for a perfect and near 1 for a reversed classifier", () => {
    assertClose([valueOf(softFBeta(), [20, -20, -20], [1, 0, 0])], [0]);
    assertClose([valueOf(softFBeta(), [-20, 20, 20], [1, 0, 0])], [1]);
  });

  it("with a prior is F-beta of the same rates at that share of positives", () => {
    const counts = softCounts(LOGITS.map(sigmoid), LABELS, 0.02);
    assertClose([valueOf(softFBeta({ beta: 2, prior: 0.02 }), LOGITS, LABELS)], [1 - fBeta(counts, 2)]);
    const share = LABELS.filter((label) => label === 1).length / LABELS.length;
    assertClose(gradientOf(softFBeta({ prior: share }), LOGITS, LABELS), gradientOf(softFBeta(), LOGITS, LABELS), {
      what: "gradient with the batch's own share",
    });
  });

  it("draws a constant score towards all positive", () => {
    const gradient = gradientOf(softFBeta(), [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]);
    assert.ok(gradient.reduce((sum, value) => sum + value, 0) < 0);
  });

  it("is 1 with gradient 0 on a batch without positives", () => {
    assert.equal(valueOf(softFBeta(), [0.5, -1], [0, 0]), 1);
    assert.deepEqual(gradientOf(softFBeta(), [0.5, -1], [0, 0]).map(Math.abs), [0, 0]);
  });

  it("names the option it cannot take", () => {
    assert.throws(
      () => softFBeta({ beta: 0 }),
      /^RangeError: softFBeta: beta must be a positive finite number, received 0$/,
    );
    assert.throws(() => softFBeta({ prior: 1 }), /prior must be a number in \(0, 1\), received 1/);
  });
});
