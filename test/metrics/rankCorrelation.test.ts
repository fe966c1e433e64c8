import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { rankCorrelation } from "../../src/metrics";
import { assertClose } from "../support/numeric";

describe("rank correlation", () => {
  it("has its values by hand", () => {
    assert.equal(rankCorrelation([1, 5, 9], [-3, 0, 100]), 1);
    assert.equal(rankCorrelation([1, 2, 3, 4], [9, 7, 5, 1]), -1);
    // 1 - 6 sum d^2 / (n (n^2 - 1)), d = 0, 1, 1, 0.
    assertClose([rankCorrelation([1, 2, 3, 4], [10, 30, 20, 40])], [0.8]);
    // Ranks 1.5, 1.5, 3 against 1, 2, 3.
    assertClose([rankCorrelation([1, 1, 2], [1, 2, 3])], [Math.sqrt(3) / 2]);
    assert.ok(Number.isNaN(rankCorrelation([1, 1], [1, 2])));
    assert.throws(() => rankCorrelation([1], [1, 2]), /received \[1,2\]/);
  });
});
