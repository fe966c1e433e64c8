import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { scoreOriented, softFBeta, tversky } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, sigmoid, softCounts, valueOf } from "./reference";

describe("tversky", () => {
  it("weighs false positives by fpWeight and false negatives by fnWeight", () => {
    const { tp, fp, fn } = softCounts(LOGITS.map(sigmoid), LABELS);
    const value = valueOf(tversky({ fpWeight: 0.2, fnWeight: 0.9 }), LOGITS, LABELS);
    assertClose([value], [1 - tp / (tp + 0.2 * fp + 0.9 * fn)]);
  });

  for (const beta of [0.5, 1, 2]) {
    it(`is soft F-beta with weights 1 / (1 + beta^2) and beta^2 / (1 + beta^2), beta ${beta}`, () => {
      const weights = { fpWeight: 1 / (1 + beta ** 2), fnWeight: beta ** 2 / (1 + beta ** 2) };
      for (const prior of [undefined, 0.05]) {
        const [one, other] = [tversky({ ...weights, prior }), softFBeta({ beta, prior })];
        assertClose([valueOf(one, LOGITS, LABELS)], [valueOf(other, LOGITS, LABELS)]);
        assertClose(gradientOf(one, LOGITS, LABELS), gradientOf(other, LOGITS, LABELS));
      }
    });
  }

  it("is the Jaccard loss with weights of 1", () => {
    const jaccard = scoreOriented({ score: "csi" });
    const loss = tversky({ fpWeight: 1, fnWeight: 1 });
    assertClose([valueOf(loss, LOGITS, LABELS)], [valueOf(jaccard, LOGITS, LABELS)]);
  });

  it("takes the loss to the power gamma, in both forms", () => {
    for (const form of ["complement", "log"] as const) {
      const plain = valueOf(tversky({ form }), LOGITS, LABELS);
      assertClose([valueOf(tversky({ form, gamma: 0.75 }), LOGITS, LABELS)], [plain ** 0.75], { what: form });
    }
  });

  it("keeps the digits of a small distance that gamma needs", () => {
    // 1 - index is 1e-6 here: as a difference from 1 in float32 it would be off by up to 6 per cent.
    const p = 1e-6;
    const loss = tversky({ fpWeight: 1, fnWeight: 1, gamma: 0.5 });
    const distance = (2 * p) / (1 + p);
    const got = valueOf(loss, [Math.log((1 - p) / p), Math.log(p / (1 - p))], [1, 0]);
    assertClose([got / Math.sqrt(distance)], [1]);
  });

  it("without positives is 1, in the logarithmic form 0, with gradient 0", () => {
    assert.equal(valueOf(tversky(), [1, -1], [0, 0]), 1);
    assert.equal(valueOf(tversky({ form: "log" }), [1, -1], [0, 0]), 0);
    for (const form of ["complement", "log"] as const) {
      assert.deepEqual(gradientOf(tversky({ form }), [1, -1], [0, 0]).map(Math.abs), [0, 0]);
    }
  });

  it("names the option it cannot take", () => {
    assert.throws(
      () => tversky({ fpWeight: -0.1 }),
      /tversky: fpWeight must be a non-negative finite number, received -0.1/,
    );
    assert.throws(() => tversky({ gamma: 0 }), /tversky: gamma must be a positive finite number, received 0/);
    assert.throws(
      () => tversky({ alpha: 0.3 } as never),
      /unknown option alpha; accepted are fpWeight, fnWeight, gamma/,
    );
  });
});
