import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { equalizedOddsGap, equalOpportunityGap, groupConfusion, groupErrors, worstGroupError } from "../../src/metrics";

const decided = {
  labels: [0, 0, 0, 0, 1, 1, 1, 1, 1, 0],
  predictions: [0, 1, 0, 0, 1, 1, 0, 1, 1, 0],
  groups: [0, 0, 1, 1, 0, 0, 0, 1, 1, 1],
};
const confusions = groupConfusion(decided);
/** Rounding of a few operations in double precision. */
const ROUNDING = 1e-12;

describe("group metrics", () => {
  it("counts every (class, group) cell by prediction", () => {
    assert.deepEqual(confusions, [
      [
        [1, 1],
        [1, 2],
      ],
      [
        [3, 0],
        [0, 2],
      ],
    ]);
  });

  it("gives the errors of the cells, the worst of them and the gaps of two groups", () => {
    assert.deepEqual(groupErrors(confusions), [
      [1 / 2, 0],
      [1 / 3, 0],
    ]);
    assert.equal(worstGroupError(confusions), 1 / 2);
    // TPR 2/3 against 1, FPR 1/2 against 0.
    assert.equal(equalOpportunityGap(confusions), 1 / 3);
    assert.ok(Math.abs(equalizedOddsGap(confusions) - (1 / 3 + 1 / 2)) < ROUNDING);
    assert.equal(equalizedOddsGap(confusions, { combine: "max" }), 1 / 2);
    assert.ok(Math.abs(equalizedOddsGap(confusions, { combine: "mean" }) - 5 / 12) < ROUNDING);
  });

  it("takes the range over more than two groups", () => {
    const three = [...confusions, [[0, 4], [3, 1]]]; // prettier-ignore
    assert.equal(equalOpportunityGap(three), 3 / 4);
    assert.equal(equalOpportunityGap(three, { positive: 0 }), 1);
  });

  it("skips an empty cell in the worst error and says NaN for a gap that needs it", () => {
    const partial = groupConfusion({ labels: [0, 1, 0], predictions: [0, 0, 1], groups: [0, 0, 1] }, { groups: 3 });
    assert.deepEqual(groupErrors(partial), [
      [0, 1, NaN],
      [1, NaN, NaN],
    ]);
    assert.equal(worstGroupError(partial), 1);
    assert.ok(Number.isNaN(equalOpportunityGap(partial)));
    for (const combine of ["sum", "max", "mean"] as const) {
      assert.ok(Number.isNaN(equalizedOddsGap(partial, { combine })), combine);
    }
    assert.ok(Number.isNaN(worstGroupError([[[0, 0], [0, 0]]]))); // prettier-ignore
  });

  it("names what it cannot take", () => {
    assert.throws(() => groupConfusion({ ...decided, groups: [0] }), /of one length, received 10, 10, 1/);
    assert.throws(() => groupConfusion(decided, { groups: 1 }), /groups must be integers from 0 to 0, received 1/);
    assert.throws(() => groupErrors([]), /one K x K confusion matrix per group, received 0/);
    assert.throws(() => worstGroupError([confusions[0], [[1]]]), /received 2 \(2 x 2, 1 x 1\)/);
    assert.throws(() => equalOpportunityGap(confusions, { positive: 2 }), /from 0 to 1, received 2/);
    assert.throws(() => equalizedOddsGap(confusions, { combine: "min" as "max" }), /sum, max or mean, received "min"/);
  });
});
