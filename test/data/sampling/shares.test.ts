import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../../src/engine";
import { apportionShares } from "../../../src/data/sampling/shares";

describe("apportionShares", () => {
  it("gives the floor or the ceiling of each quota, and all places", () => {
    const draws = random(1);
    for (let trial = 0; trial < 500; trial++) {
      const shares = Array.from({ length: 1 + draws.integer(12) }, () => draws.next() ** 4);
      const total = draws.integer(1000);
      const sum = shares.reduce((partial, share) => partial + share, 0);
      const places = apportionShares(total, shares);
      assert.equal(
        places.reduce((partial, count) => partial + count, 0),
        total,
      );
      places.forEach((count, position) => assert.ok(Math.abs(count - (total * shares[position]) / sum) < 1));
    }
  });

  it("does not lose a place to rounding, and gives ties to the earlier share", () => {
    assert.deepEqual(apportionShares(50, [0.2, 0.8]), [10, 40]);
    assert.deepEqual(apportionShares(10, [0.1, 0.2, 0.7]), [1, 2, 7]);
    assert.deepEqual(apportionShares(300, [0.55, 0.45]), [165, 135]);
    assert.deepEqual(apportionShares(5, [1, 1, 1]), [2, 2, 1]);
  });

  it("gives nothing to a share of zero", () => {
    assert.deepEqual(apportionShares(3, [0, 1, 0, 1]), [0, 2, 0, 1]);
  });
});
