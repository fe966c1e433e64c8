import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { sigmoidF1, softFBeta } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { fBeta, gradientOf, LABELS, LOGITS, sigmoid, softCounts, valueOf } from "./reference";

describe("sigmoidF1", () => {
  it("is F1 of sigmoid(slope (z + offset))", () => {
    const q = LOGITS.map((z) => sigmoid(3 * (z - 0.5)));
    assertClose([valueOf(sigmoidF1({ slope: 3, offset: -0.5 }), LOGITS, LABELS)], [1 - fBeta(softCounts(q, LABELS))]);
  });

  it("with slope 1 and offset 0 is soft F1", () => {
    assertClose([valueOf(sigmoidF1(), LOGITS, LABELS)], [valueOf(softFBeta(), LOGITS, LABELS)]);
    assertClose(gradientOf(sigmoidF1(), LOGITS, LABELS), gradientOf(softFBeta(), LOGITS, LABELS));
  });

  it("tends to one minus F1 at the threshold -offset as the slope grows", () => {
    // At threshold 0.3: called are logits 0.4, 2.1, 1.1, 0.9, 1.7; of them three positive, of four.
    const want = 1 - (2 * 3) / (5 + 4);
    assertClose([valueOf(sigmoidF1({ slope: 200, offset: -0.3 }), LOGITS, LABELS)], [want]);
  });

  it("is dead where the sigmoid is applied to probabilities with the slope of the public code, which is why it is not", () => {
    const onProbabilities = gradientOf(sigmoidF1({ slope: 9, offset: 1 }), LOGITS.map(sigmoid), LABELS);
    assert.ok(Math.max(...onProbabilities.map(Math.abs)) < 1e-4);
    assert.ok(Math.max(...gradientOf(sigmoidF1(), LOGITS, LABELS).map(Math.abs)) > 1e-2);
  });

  it("names the option it cannot take", () => {
    assert.throws(() => sigmoidF1({ slope: -9 }), /sigmoidF1: slope must be a positive finite number, received -9/);
    assert.throws(() => sigmoidF1({ offset: NaN }), /sigmoidF1: offset must be a finite number, received NaN/);
  });
});
