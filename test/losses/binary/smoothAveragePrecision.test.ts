import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { smoothAveragePrecision } from "../../../src/losses/binary";
import { assertClose } from "../../support/numeric";
import { gradientOf, LABELS, LOGITS, mean, sigmoid, valueOf } from "./reference";

/** The loss in float64, from its formula, pair by pair. */
function reference(temperature: number): number {
  const positives = [...LABELS.keys()].filter((index) => LABELS[index] === 1);
  const above = (i: number, among: readonly number[]) =>
    1 + among.reduce((sum, j) => (j === i ? sum : sum + sigmoid((LOGITS[j] - LOGITS[i]) / temperature)), 0);
  return 1 - mean(positives.map((i) => above(i, positives) / above(i, [...LABELS.keys()])));
}

describe("smoothAveragePrecision", () => {
  for (const temperature of [0.05, 0.1, 1, 10]) {
    it(`has the value of its formula at temperature ${temperature}`, () => {
      assertClose([valueOf(smoothAveragePrecision({ temperature }), LOGITS, LABELS)], [reference(temperature)]);
    });
  }

  it("tends to one minus average precision as the temperature falls", () => {
    // In decreasing order of the logits: + + - - + ... + in place 7.
    const order = [...LOGITS.keys()].sort((a, b) => LOGITS[b] - LOGITS[a]);
    const places = order.flatMap((index, place) => (LABELS[index] === 1 ? [place + 1] : []));
    const averagePrecision = mean(places.map((place, k) => (k + 1) / place));
    assertClose([valueOf(smoothAveragePrecision({ temperature: 1e-3 }), LOGITS, LABELS)], [1 - averagePrecision]);
  });

  it("is 0 for a perfect ranking, wherever the threshold lies", () => {
    assertClose([valueOf(smoothAveragePrecision(), [9, 8, 5, 4], [1, 1, 0, 0])], [0]);
    assertClose([valueOf(smoothAveragePrecision(), [-11, -12, -15, -16], [1, 1, 0, 0])], [0]);
  });

  it("has no gradient along a common shift, and raises positives on the whole", () => {
    const gradient = gradientOf(smoothAveragePrecision({ temperature: 1 }), LOGITS, LABELS);
    assertClose([gradient.reduce((a, b) => a + b)], [0]);
    assert.ok(gradient.reduce((sum, value, index) => sum + value * LABELS[index], 0) < 0);
  });

  it("is 1 with gradient 0 without positives", () => {
    assert.equal(valueOf(smoothAveragePrecision(), [0.5, 1], [0, 0]), 1);
    assert.deepEqual(gradientOf(smoothAveragePrecision(), [0.5, 1], [0, 0]).map(Math.abs), [0, 0]);
  });

  it("names the option it cannot take", () => {
    assert.throws(
      () => smoothAveragePrecision({ temperature: 0 }),
      /smoothAveragePrecision: temperature must be a positive finite number, received 0/,
    );
  });
});
