import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { summary } from "../../src/metrics";

describe("summary", () => {
  it("gives mean, sample deviation and the t-interval of a textbook case", () => {
    // n = 5, mean 3, sd sqrt(2.5); t(0.975, 4) = 2.776445: half width 1.963243.
    const { mean, standardDeviation, interval, count } = summary([1, 2, 3, 4, 5]);
    assert.equal(mean, 3);
    assert.ok(Math.abs(standardDeviation - Math.sqrt(2.5)) < 1e-12);
    assert.ok(Math.abs(interval[0] - 1.036757) < 1e-5 && Math.abs(interval[1] - 4.963243) < 1e-5, `${interval}`);
    assert.equal(count, 5);
  });

  it("has a mean but no spread for a single value", () => {
    const { mean, standardDeviation, interval } = summary([7]);
    assert.equal(mean, 7);
    assert.ok([standardDeviation, ...interval].every(Number.isNaN));
  });

  it("refuses an empty list and an impossible level", () => {
    assert.throws(() => summary([]), /at least one value/);
    assert.throws(() => summary([1, 2], { level: 95 }), /level must be in \(0, 1\), received 95/);
  });
});
