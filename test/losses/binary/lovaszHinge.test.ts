import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { lovaszHinge } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, valueOf } from "./reference";

/** Jaccard loss of a set of wrongly called samples: |wrong| / |positives or wrong|. */
function jaccardLoss(wrong: ReadonlySet<number>, labels: readonly number[]): number {
  const union = labels.filter((label, index) => label === 1 || wrong.has(index)).length;
  return union === 0 ? 0 : wrong.size / union;
}

/** The Lovasz extension as the integral of the set function over the level sets of the errors. */
function byLevelSets(logits: readonly number[], labels: readonly number[]): number {
  const errors = logits.map((z, index) => Math.max(0, 1 - (2 * labels[index] - 1) * z));
  const levels = [...new Set([0, ...errors])].sort((a, b) => a - b);
  return levels.slice(1).reduce((sum, level, k) => {
    const wrong = new Set(errors.flatMap((error, index) => (error >= level ? [index] : [])));
    return sum + (level - levels[k]) * jaccardLoss(wrong, labels);
  }, 0);
}

describe("lovaszHinge", () => {
  it("is the Lovasz extension of the Jaccard loss, as an integral over level sets", () => {
    assertClose([valueOf(lovaszHinge(), LOGITS, LABELS)], [byLevelSets(LOGITS, LABELS)]);
    const tied = LOGITS.map((z) => Math.round(z));
    assertClose([valueOf(lovaszHinge(), tied, LABELS)], [byLevelSets(tied, LABELS)]);
  });

  it("is the Jaccard loss where errors are 0 or 1", () => {
    // Sample 0 is missed and sample 3 called wrongly: two wrong, of four positives and one negative.
    const logits = [0, 1, 1, 0, 1, -1, -1];
    const labels = [1, 1, 1, 0, 1, 0, 0];
    assertClose([valueOf(lovaszHinge(), logits, labels)], [2 / 5]);
  });

  it("has the increments as its gradient", () => {
    // Errors 3 (negative), 2 (positive), 0.5 (negative); one positive: Jaccard losses 1/2, 1, 1.
    assertClose(gradientOf(lovaszHinge(), [2, -1, -0.5], [0, 1, 0]), [0.5, -0.5, 0]);
  });

  it("is convex along a line", () => {
    const at = (t: number) =>
      valueOf(
        lovaszHinge(),
        LOGITS.map((z, index) => z + t * Math.sin(index)),
        LABELS,
      );
    const values = [-2, -1, 0, 1, 2].map(at);
    for (let k = 1; k < 4; k++) assert.ok(2 * values[k] <= values[k - 1] + values[k + 1] + 1e-5);
  });

  it("without positives is the largest error", () => {
    assertClose([valueOf(lovaszHinge(), [0.5, -3, 1], [0, 0, 0])], [2]);
    assertClose(gradientOf(lovaszHinge(), [0.5, -3, 1], [0, 0, 0]), [0, 0, 1]);
  });
});
