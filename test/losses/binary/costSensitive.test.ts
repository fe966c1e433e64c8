import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { binaryCrossEntropy, costSensitive } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, valueOf } from "./reference";

describe("costSensitive", () => {
  it("is cross-entropy with the positive weight (1 + beta^2 - F) / F", () => {
    // (1 + 4 - 0.5) / 0.5 = 9.
    const [one, other] = [costSensitive({ fBeta: 0.5, beta: 2 }), binaryCrossEntropy({ positiveWeight: 9 })];
    assertClose([valueOf(one, LOGITS, LABELS)], [valueOf(other, LOGITS, LABELS)]);
    assertClose(gradientOf(one, LOGITS, LABELS), gradientOf(other, LOGITS, LABELS));
  });

  it("is plain cross-entropy where F1 is 1", () => {
    assertClose(
      [valueOf(costSensitive({ fBeta: 1 }), LOGITS, LABELS)],
      [valueOf(binaryCrossEntropy(), LOGITS, LABELS)],
    );
  });

  it("names the option it cannot take", () => {
    assert.throws(() => costSensitive({ fBeta: 0 }), /costSensitive: fBeta must be a number in \(0, 1\], received 0/);
    assert.throws(
      () => costSensitive({} as never),
      /costSensitive: fBeta must be a number in \(0, 1\], received undefined/,
    );
  });
});
