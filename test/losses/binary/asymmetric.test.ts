import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { asymmetric, binaryCrossEntropy } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, logit, mean, sigmoid, valueOf } from "./reference";

/** The loss in float64. */
function reference(gammaPositive: number, gammaNegative: number, clip: number): number {
  return mean(
    LOGITS.map((z, index) => {
      const p = sigmoid(z);
      const m = Math.max(p - clip, 0);
      return LABELS[index] === 1 ? -((1 - p) ** gammaPositive) * Math.log(p) : -(m ** gammaNegative) * Math.log(1 - m);
    }),
  );
}

describe("asymmetric", () => {
  it("has the value of its formula", () => {
    assertClose([valueOf(asymmetric(), LOGITS, LABELS)], [reference(1, 4, 0.05)]);
    const options = { gammaPositive: 0, gammaNegative: 1.5, clip: 0.3 };
    assertClose([valueOf(asymmetric(options), LOGITS, LABELS)], [reference(0, 1.5, 0.3)]);
  });

  it("without powers and clipping is cross-entropy", () => {
    const loss = asymmetric({ gammaPositive: 0, gammaNegative: 0, clip: 0 });
    assertClose([valueOf(loss, LOGITS, LABELS)], [valueOf(binaryCrossEntropy(), LOGITS, LABELS)]);
    assertClose(gradientOf(loss, LOGITS, LABELS), gradientOf(binaryCrossEntropy(), LOGITS, LABELS));
  });

  it("leaves negatives up to the clip alone", () => {
    assert.deepEqual(gradientOf(asymmetric({ clip: 0.1 }), [logit(0.02), logit(0.099)], [0, 0]).map(Math.abs), [0, 0]);
    assert.ok(gradientOf(asymmetric({ clip: 0.1 }), [logit(0.2)], [0])[0] > 0);
  });

  it("detached has the same value, and the gradient with the weights held", () => {
    assertClose([valueOf(asymmetric({ detach: true }), LOGITS, LABELS)], [valueOf(asymmetric(), LOGITS, LABELS)]);
    const options = { gammaPositive: 2, gammaNegative: 3, clip: 0, detach: true };
    // Of cross-entropy -(1 - p) on positives and p on negatives, times (1 - p)^2 and p^3.
    const want = LOGITS.map((z, index) => {
      const p = sigmoid(z);
      return (LABELS[index] === 1 ? -((1 - p) ** 3) : p ** 4) / LOGITS.length;
    });
    assertClose(gradientOf(asymmetric(options), LOGITS, LABELS), want);
  });

  it("names the option it cannot take", () => {
    assert.throws(() => asymmetric({ clip: 1 }), /asymmetric: clip must be a number in \[0, 1\), received 1/);
    assert.throws(() => asymmetric({ detach: 1 as never }), /asymmetric: detach must be true or false, received 1/);
  });
});
