import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { brier } from "../../../src/losses/binary/template";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak } from "../../support/numeric";
import { derivatives } from "../derivatives";
import { gradientOf, LABELS, LOGITS, mean, sigmoid, valueOf } from "./reference";

/*
 * The test that goes with a loss of one's own. Finite values at the edges, order, leaks, dtypes, differences and errors of every loss
 * that index.ts exports are tested in everyLoss.test.ts; here stands what is this loss's alone: its values, limits and identities.
 */
onEachBackend("brier", () => {
  it("has the value of its formula", () => {
    const want = mean(LOGITS.map((z, index) => (sigmoid(z) - LABELS[index]) ** 2));
    assertClose([valueOf(brier(), LOGITS, LABELS)], [want]);
  });

  it("has gradient and curvature 2 (p - y) p' and 2 (p'^2 + (p - y) p'') with p' = p (1 - p), p'' = p' (1 - 2p)", () => {
    const [p, n] = [sigmoid(0.7), 2];
    const slope = p * (1 - p);
    const { gradient, product } = derivatives((z) => brier()(z, [0, 1]), [0.7, 0.7], [1, 1]);
    assertClose(
      gradient,
      [p, p - 1].map((gap) => (2 * gap * slope) / n),
    );
    assertClose(
      product,
      [p, p - 1].map((gap) => (2 * (slope ** 2 + gap * slope * (1 - 2 * p))) / n),
    );
  });

  it("weighs positives", () => {
    const [plain, heavy] = [brier(), brier({ positiveWeight: 4 })].map((loss) => gradientOf(loss, LOGITS, LABELS));
    assertClose(
      heavy,
      plain.map((value, index) => (LABELS[index] === 1 ? 4 * value : value)),
    );
  });
});

describe("brier's factory", () => {
  it("leaves no tensor behind", () => {
    assertNoLeak(() => derivatives((z) => brier()(z, [...LABELS]), LOGITS, LABELS));
  });

  it("names the option it cannot take", () => {
    assert.throws(
      () => brier({ positiveWeight: 0 }),
      /brier: positiveWeight must be a positive finite number, received 0/,
    );
  });
});
