import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { requireCount, requireKnown, requireNonNegative, requireOneOf, requirePositive } from "../src/options";

describe("checks of options", () => {
  it("pass what they accept", () => {
    requireCount("f", "terms", 3, 3);
    requirePositive("f", "step", 1e-30);
    requireNonNegative("f", "damping", 0);
    requireOneOf("f", "mode", "exact", ["exact", "fast"]);
    requireKnown("f", { step: 1 }, ["step", "terms"]);
  });

  const refused: [string, () => void, string][] = [
    ["a fraction", () => requireCount("f", "terms", 2.5, 1), "f: terms must be an integer of at least 1, received 2.5"],
    ["too few", () => requireCount("f", "terms", 2, 3), "f: terms must be an integer of at least 3, received 2"],
    ["zero", () => requirePositive("f", "step", 0), "f: step must be greater than 0, received 0"],
    ["what is no number", () => requirePositive("f", "step", NaN), "f: step must be greater than 0, received NaN"],
    [
      "the infinite",
      () => requireNonNegative("f", "damping", Infinity),
      "f: damping must be at least 0, received Infinity",
    ],
    [
      "an unknown word",
      () => requireOneOf("f", "mode", "slow", ["exact", "fast"]),
      'f: mode must be one of "exact", "fast", received "slow"',
    ],
    [
      "an unknown option",
      () => requireKnown("f", { steps: 1, step: 2 }, ["step", "terms"]),
      "f: unknown option steps; accepted are step, terms",
    ],
  ];
  for (const [what, call, message] of refused) {
    it(`name caller, option and received value for ${what}`, () => {
      assert.throws(call, { name: "RangeError", message });
    });
  }
});
