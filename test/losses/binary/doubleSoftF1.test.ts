import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { doubleSoftF1, softFBeta } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, scores, sigmoid, softCounts, valueOf } from "./reference";

describe("doubleSoftF1", () => {
  it("is one minus the mean F1 of both classes", () => {
    const want = 1 - scores.doubleF1(softCounts(LOGITS.map(sigmoid), LABELS));
    assertClose([valueOf(doubleSoftF1(), LOGITS, LABELS)], [want]);
  });

  it("is the same when the classes change names", () => {
    const [turned, swapped] = [LOGITS.map((z) => -z), LABELS.map((y) => 1 - y)];
    assertClose([valueOf(doubleSoftF1(), turned, swapped)], [valueOf(doubleSoftF1(), LOGITS, LABELS)]);
  });

  it("does not draw a constant score to all positive, as soft F1 does", () => {
    const push = (loss: ReturnType<typeof softFBeta>, logit: number) =>
      gradientOf(loss, Array<number>(10).fill(logit), [1, ...Array<number>(9).fill(0)]).reduce((a, b) => a + b);
    assert.ok(push(softFBeta(), 1) < 0);
    assert.ok(push(doubleSoftF1(), 1) > 0);
  });

  it("counts the F1 of an absent class as 0", () => {
    // Without positives: F1 of the negatives 2 TN / (2 TN + FP) with TN = FP = 1.
    assertClose([valueOf(doubleSoftF1(), [0, 0], [0, 0])], [1 - 2 / 3 / 2]);
  });
});
