import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { logarithm, power } from "../../src/data/power";

/** x, y and x^y from 70 decimal digits (Python's decimal), rounded once. */
const POWERS: [number, number, number][] = [
  [0.01, 0.1111111111111111, 0.599484250318941],
  [0.01, 0.8888888888888888, 0.016681005372000592],
  [100, -0.1111111111111111, 0.599484250318941],
  [100, -0.010101010101010102, 0.9545484566618341],
  [0.599484250318941, 9, 0.010000000000000004],
  [0.9545484566618341, 99, 0.01000000000000005],
  [0.9999, 5000, 0.6065154956247782],
  [2.5, -7.25, 0.001302971562011936],
  [271.52360348471564, -6.141487406955807, 1.1292792366998765e-15],
  [152.4240013477587, -2.2993856011594325, 9.556933000801263e-6],
  [1e-300, -1, 9.999999999999999e299],
  [7, 0.5, 2.6457513110645907],
  [1000, -0.3333333333333333, 0.10000000000000002],
  [3, 200, 2.6561398887587478e95],
  [40.310138869476255, 5.558939790995723, 840236225.7571495],
  [229.13262191836526, -3.918895588169253, 5.637230113012329e-10],
  [28.158782172683697, -7.546440375647899, 1.1496757620726842e-11],
  [250.729695410857, -1.075726913519146, 0.002624881964272067],
];

/** x and ln x, likewise. */
const LOGARITHMS: [number, number][] = [
  [2, 0.6931471805599453],
  [10, 2.302585092994046],
  [100, 4.605170185988092],
  [0.01, -4.605170185988091],
  [1.0000001, 9.999999505838704e-8],
  [3e200, 461.61563088747727],
  [5e-200, -458.907580686375],
];

describe("power and logarithm", () => {
  it("are the nearest double", () => {
    for (const [x, y, want] of POWERS) assert.equal(power(x, y), want, `${x}^${y}`);
    for (const [x, want] of LOGARITHMS) assert.equal(logarithm(x), want, `ln ${x}`);
  });

  it("are exact where the result is a double", () => {
    assert.equal(power(2, 10), 1024);
    assert.equal(power(100, 0.5), 10);
    assert.equal(power(0.25, -1.5), 8);
    assert.equal(power(5, 0), 1);
    assert.equal(power(5, 1), 5);
    assert.equal(power(1, 1e9), 1);
    assert.equal(logarithm(1), 0);
  });

  it("refuse what has no logarithm, and results out of range", () => {
    assert.throws(() => power(0, 2), /x must be positive.*received 0 and 2/);
    assert.throws(() => power(-1, 2), RangeError);
    assert.throws(() => power(2, 1001), /received 2 and 1001/);
    assert.throws(() => power(2, NaN), RangeError);
    assert.throws(() => logarithm(Infinity), /received Infinity/);
  });
});
