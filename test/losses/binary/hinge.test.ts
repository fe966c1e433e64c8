import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { hinge } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, valueOf } from "./reference";

describe("hinge", () => {
  it("is the shortfall of the margin, positives weighted", () => {
    // Shortfalls 0.5 (positive), 0 and 1.2 (negatives).
    assertClose([valueOf(hinge(), [0.5, -2, 0.2], [1, 0, 0])], [1.7 / 3]);
    assertClose([valueOf(hinge({ positiveWeight: 4 }), [0.5, -2, 0.2], [1, 0, 0])], [3.2 / 3]);
    assertClose([valueOf(hinge({ margin: 2 }), [0.5, -2, 0.2], [1, 0, 0])], [3.7 / 3]);
  });

  it("pushes with equal force wherever the margin is missed", () => {
    assertClose(gradientOf(hinge({ positiveWeight: 3 }), [-100, 0.5, 2, 100], [1, 1, 1, 0]), [-0.75, -0.75, 0, 0.25]);
  });

  it("names the option it cannot take", () => {
    assert.throws(() => hinge({ margin: 0 }), /hinge: margin must be a positive finite number, received 0/);
  });
});
