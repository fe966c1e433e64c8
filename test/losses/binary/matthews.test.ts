import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { matthews } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, logit, scores, sigmoid, softCounts, valueOf } from "./reference";

describe("matthews", () => {
  it("is one minus the correlation of its formula, also at another prior", () => {
    for (const prior of [undefined, 0.05]) {
      const want = 1 - scores.matthews(softCounts(LOGITS.map(sigmoid), LABELS, prior));
      assertClose([valueOf(matthews({ prior }), LOGITS, LABELS)], [want]);
    }
  });

  it("is 0 for a perfect, 2 for a reversed and 1 for a constant classifier", () => {
    const labels = [1, 0, 0];
    assertClose([valueOf(matthews(), [20, -20, -20], labels)], [0]);
    assertClose([valueOf(matthews(), [-20, 20, 20], labels)], [2]);
    assertClose([valueOf(matthews(), [0.7, 0.7, 0.7], labels)], [1]);
  });

  it("has no gradient along a common shift of constant scores", () => {
    const gradient = gradientOf(matthews(), [0.7, 0.7, 0.7], [1, 0, 0]);
    assertClose([gradient.reduce((a, b) => a + b)], [0]);
    assert.ok(Math.abs(gradient[0]) > 0.1);
  });

  it("keeps its digits where nearly all are called alike", () => {
    for (const p of [1e-5, 1 - 1e-5]) {
      const logits = [logit(p) + 1, logit(p), logit(p)];
      const want = 1 - scores.matthews(softCounts(logits.map(sigmoid), [1, 0, 0]));
      assertClose([valueOf(matthews(), logits, [1, 0, 0])], [want], { what: `p = ${p}` });
    }
  });

  it("keeps its digits on a batch of thousands", () => {
    const n = 8192;
    const logits = Array.from({ length: n }, (_, index) => 3 * Math.sin(index) - 2);
    const labels = logits.map((z, index) => (Math.cos(3 * index) + z / 3 > 0.2 ? 1 : 0));
    const want = 1 - scores.matthews(softCounts(logits.map(sigmoid), labels));
    assertClose([valueOf(matthews(), logits, labels)], [want]);
  });

  it("is 1 with gradient 0 without one of the classes", () => {
    for (const label of [0, 1]) {
      assertClose([valueOf(matthews(), [0.5, -1], [label, label])], [1]);
      assertClose(gradientOf(matthews(), [0.5, -1], [label, label]), [0, 0]);
    }
  });
});
