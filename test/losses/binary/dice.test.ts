import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { dice, softFBeta, tversky } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, sigmoid, softCounts, valueOf } from "./reference";

describe("dice", () => {
  it("is soft F1", () => {
    assertClose([valueOf(dice(), LOGITS, LABELS)], [valueOf(softFBeta(), LOGITS, LABELS)]);
    assertClose(gradientOf(dice(), LOGITS, LABELS), gradientOf(softFBeta(), LOGITS, LABELS));
  });

  it("adds smoothing samples to both parts of the ratio", () => {
    const { tp, fp, fn } = softCounts(LOGITS.map(sigmoid), LABELS);
    assertClose([valueOf(dice({ smooth: 1.5 }), LOGITS, LABELS)], [1 - (2 * tp + 3) / (2 * tp + fp + fn + 3)]);
  });

  it("has a logarithmic form, whose gradient is that of the plain one divided by the score", () => {
    const score = 1 - valueOf(dice(), LOGITS, LABELS);
    assertClose([valueOf(dice({ form: "log" }), LOGITS, LABELS)], [-Math.log(score)]);
    const want = gradientOf(dice(), LOGITS, LABELS).map((value) => value / score);
    assertClose(gradientOf(dice({ form: "log" }), LOGITS, LABELS), want);
  });

  it("without positives is 1, in the logarithmic form 0, and rewards silence only when smoothed", () => {
    assert.equal(valueOf(dice(), [1, -1], [0, 0]), 1);
    assert.equal(valueOf(dice({ form: "log" }), [1, -1], [0, 0]), 0);
    assert.deepEqual(gradientOf(dice(), [1, -1], [0, 0]).map(Math.abs), [0, 0]);
    assert.ok(gradientOf(dice({ smooth: 1 }), [1, -1], [0, 0]).every((value) => value > 0));
  });

  it("is Tversky with halves, with every option", () => {
    const options = { smooth: 2, form: "log", prior: 0.1 } as const;
    assertClose([valueOf(dice(options), LOGITS, LABELS)], [valueOf(tversky(options), LOGITS, LABELS)]);
  });

  it("names the form it cannot take", () => {
    assert.throws(() => dice({ form: "ln" as never }), /dice: form must be one of complement, log, received "ln"/);
    assert.throws(() => dice({ smooth: -1 }), /dice: smooth must be a non-negative finite number, received -1/);
  });
});
