import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { squaredHinge } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { derivatives } from "../derivatives";
import { gradientOf, valueOf } from "./reference";

describe("squaredHinge", () => {
  it("is the square of the shortfall of the margin, positives weighted", () => {
    // Shortfalls 0.5 (positive), 0 and 1.2 (negatives).
    assertClose([valueOf(squaredHinge(), [0.5, -2, 0.2], [1, 0, 0])], [(0.25 + 1.44) / 3]);
    assertClose([valueOf(squaredHinge({ positiveWeight: 4 }), [0.5, -2, 0.2], [1, 0, 0])], [(1 + 1.44) / 3]);
  });

  it("has curvature 2 w / n where the margin is missed and none elsewhere", () => {
    const loss = squaredHinge({ positiveWeight: 3 });
    assertClose(gradientOf(loss, [0.5, -2, 0.2], [1, 0, 0]), [-1, 0, 0.8]);
    assertClose(derivatives((z) => loss(z, [1, 0, 0]), [0.5, -2, 0.2], [1, 1, 1]).product, [2, 0, 2 / 3]);
  });

  it("names the option it cannot take", () => {
    assert.throws(() => squaredHinge({ positiveWeight: -1 }), /squaredHinge: positiveWeight must be .* received -1/);
  });
});
