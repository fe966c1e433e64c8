import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { random } from "../../src/engine";
import { countDistribution, expectedFBetaSet, independentExpectedFBetaSet, plugInThreshold } from "../../src/metrics";

/** Rounding of sums over at most a few hundred label vectors. */
const ROUNDING = 1e-12;

const vectors = (labels: number) =>
  Array.from({ length: 2 ** labels }, (_, code) => Array.from({ length: labels }, (_, i) => (code >> i) & 1));

/** E F of calling `called` under weights over all label vectors, straight from the definition. */
function expectedF(called: readonly number[], weights: readonly number[], beta: number, empty: number): number {
  return vectors(called.length).reduce((sum, truth, code) => {
    const hits = truth.reduce((count, label, i) => count + label * called[i], 0);
    const size = (labels: readonly number[]) => labels.reduce((count, label) => count + label, 0);
    const denominator = beta ** 2 * size(truth) + size(called);
    return sum + weights[code] * (denominator === 0 ? empty : ((1 + beta ** 2) * hits) / denominator);
  }, 0);
}

function bestOf(weights: readonly number[], labels: number, beta: number, empty: number) {
  return Math.max(...vectors(labels).map((called) => expectedF(called, weights, beta, empty)));
}

const indicator = (members: readonly number[], labels: number) =>
  Array.from({ length: labels }, (_, i) => (members.includes(i) ? 1 : 0));

describe("expectedFBetaSet", () => {
  it("finds what trying every set under random joint distributions finds, for every beta", () => {
    const generator = random(6);
    for (let round = 0; round < 40; round++) {
      const labels = 2 + (round % 4);
      const [beta, empty] = [[0.5, 1, 2][round % 3], round % 2];
      const raw = vectors(labels).map(() => generator.next() ** 4);
      const total = raw.reduce((sum, weight) => sum + weight, 0);
      const weights = raw.map((weight) => weight / total);
      const found = expectedFBetaSet(countDistribution(vectors(labels), weights), { beta, empty });
      const tried = bestOf(weights, labels, beta, empty);
      assert.ok(Math.abs(found.expectedFBeta - tried) < ROUNDING, `round ${round}: ${found.expectedFBeta}, ${tried}`);
      const reached = expectedF(indicator(found.members, labels), weights, beta, empty);
      assert.ok(Math.abs(reached - tried) < ROUNDING, `round ${round}: the set reaches ${reached} of ${tried}`);
    }
  });

  it("weighs dependence that marginals do not show", () => {
    // Label 0 alone, or else all of 1 to 9: by marginals alone everything is worth calling, but the nine come together or not at all.
    const alone = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const joint = countDistribution([alone, alone.map((label) => 1 - label)], [0.6, 0.4]);
    assert.deepEqual(expectedFBetaSet(joint).members, [0]);
    const marginals = alone.map((label) => (label ? 0.6 : 0.4));
    assert.equal(independentExpectedFBetaSet(marginals).members.length, 10);
  });

  it("calls nothing where nothing is likely, unless calling nothing is worth nothing", () => {
    const joint = countDistribution([[0, 0], [1, 0]], [0.9, 0.1]); // prettier-ignore
    assert.deepEqual(expectedFBetaSet(joint), { members: [], expectedFBeta: 0.9 });
    assert.deepEqual(expectedFBetaSet(joint, { empty: 0 }).members, [0]);
  });

  it("names what it cannot take", () => {
    assert.throws(() => expectedFBetaSet([[0.5, 0.5]]), /joint must be 1 x 1, received 2 in row 0/);
    assert.throws(() => expectedFBetaSet([]), /number of labels must be an integer of at least 1, received 0/);
    assert.throws(() => expectedFBetaSet([[0.9, 0], [0.9, 0]]), /must sum to at most 1 .* received 1.8/); // prettier-ignore
    assert.throws(() => expectedFBetaSet([[0.5]], { empty: 2 }), /empty must be in \[0, 1\], received 2/);
    assert.throws(() => countDistribution([[0, 1], [1]]), /vectors must be of one length, received 2 and 1/); // prettier-ignore
    assert.throws(() => countDistribution([[0, 2]]), /from 0 to 1, received 2 at index 1/);
    assert.throws(
      () => countDistribution([[1]], [0]),
      /positive sum, received 1 vectors of 1 labels and 1 weights with sum 0/,
    );
  });
});

describe("independentExpectedFBetaSet", () => {
  it("finds what trying every set finds, for every beta", () => {
    const generator = random(7);
    for (let round = 0; round < 40; round++) {
      const labels = 1 + (round % 6);
      const [beta, empty] = [[0.5, 1, 2][round % 3], round % 2];
      const probabilities = Array.from({ length: labels }, () => [0, 1, generator.next()][generator.integer(5) % 3]);
      const weights = vectors(labels).map((truth) =>
        truth.reduce((product, label, i) => product * (label ? probabilities[i] : 1 - probabilities[i]), 1),
      );
      const found = independentExpectedFBetaSet(probabilities, { beta, empty });
      const tried = bestOf(weights, labels, beta, empty);
      assert.ok(Math.abs(found.expectedFBeta - tried) < ROUNDING, `round ${round}: ${found.expectedFBeta}, ${tried}`);
      const reached = expectedF(indicator(found.members, labels), weights, beta, empty);
      assert.ok(Math.abs(reached - tried) < ROUNDING, `round ${round}: the set reaches ${reached} of ${tried}`);
    }
  });

  it("approaches the plug-in threshold as the number of labels grows", () => {
    const gaps = [10, 1000].map((n) => {
      const probabilities = Array.from({ length: n }, (_, i) => ((i + 0.5) / n) ** 3);
      const plugIn = plugInThreshold(probabilities, { beta: 2 });
      return Math.abs(independentExpectedFBetaSet(probabilities, { beta: 2 }).expectedFBeta - plugIn.fBeta);
    });
    // The difference is of order 1 / n.
    assert.ok(gaps[1] < 1e-3 && gaps[1] < gaps[0] / 30, `${gaps}`);
  });

  it("names what it cannot take", () => {
    assert.throws(() => independentExpectedFBetaSet([]), /at least 1, received 0/);
    assert.throws(() => independentExpectedFBetaSet([2]), /in \[0, 1\], received 2/);
  });
});
