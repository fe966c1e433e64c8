import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { binaryCrossEntropy, focal } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, mean, sigmoid, valueOf } from "./reference";

describe("focal", () => {
  it("has the value of its formula", () => {
    const want = LOGITS.map((z, index) => {
      const q = LABELS[index] === 1 ? sigmoid(z) : 1 - sigmoid(z);
      return (LABELS[index] === 1 ? 0.25 : 0.75) * (1 - q) ** 2 * -Math.log(q);
    });
    assertClose([valueOf(focal(), LOGITS, LABELS)], [mean(want)]);
  });

  it("with gamma 0 is cross-entropy weighted by alpha and 1 - alpha", () => {
    const half = gradientOf(focal({ gamma: 0, alpha: 0.5 }), LOGITS, LABELS);
    const whole = gradientOf(binaryCrossEntropy(), LOGITS, LABELS);
    assertClose(
      half,
      whole.map((value) => value / 2),
    );
    const weighted = valueOf(binaryCrossEntropy({ positiveWeight: 3 }), LOGITS, LABELS);
    assertClose([valueOf(focal({ gamma: 0, alpha: 0.75 }), LOGITS, LABELS)], [weighted / 4]);
  });

  it("costs a wrong logit of 100 its cross-entropy and a right one nothing", () => {
    assertClose([valueOf(focal({ alpha: 0.5 }), [-100, 100], [1, 1])], [25]);
    assertClose(gradientOf(focal({ alpha: 0.5 }), [-100, 100], [1, 1]), [-0.25, 0]);
  });

  it("names the option it cannot take", () => {
    assert.throws(() => focal({ alpha: 1.5 }), /focal: alpha must be a number in \[0, 1\], received 1.5/);
    assert.throws(() => focal({ gamma: -1 }), /focal: gamma must be a non-negative finite number, received -1/);
  });
});
