import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../src/engine";
import { argmax, confusionCounts, confusionMatrix, oneVersusRest } from "../../src/metrics";
import { take } from "../support/numeric";

describe("argmax", () => {
  it("names the class of the largest score in each row, the lowest of equals", () => {
    assert.deepEqual([...argmax([1, 3, 2, 5, 5, 0, -1, -1, -1], 3)], [1, 0, 0]);
    assert.deepEqual([...argmax([-Infinity, -Infinity, 0, Infinity], 2)], [0, 1]);
    assert.equal(argmax([], 3).length, 0);
  });

  it("takes a tensor's data", () => {
    const logits = tf.tensor2d([
      [0.1, 0.7, 0.2],
      [2, -1, 1],
    ]);
    assert.deepEqual([...argmax(logits.dataSync(), 3)], take(tf.argMax(logits, 1)));
    logits.dispose();
  });

  it("names what it cannot take", () => {
    assert.throws(() => argmax([1, 2, 3], 2), /rows of 2 classes, received 3 numbers/);
    assert.throws(() => argmax([1, NaN], 2), /received NaN at index 1/);
    assert.throws(() => argmax([1], 0), /classes must be an integer of at least 1, received 0/);
  });
});

describe("confusionMatrix", () => {
  it("has a row per true and a column per predicted class, absent ones too", () => {
    const decided = { labels: [0, 0, 2, 2, 2], predictions: [0, 2, 2, 2, 0] };
    const want = [
      [1, 0, 1],
      [0, 0, 0],
      [1, 0, 2],
    ];
    assert.deepEqual(confusionMatrix(decided), want);
    assert.deepEqual(confusionMatrix(decided, { classes: 4 }), [...want.map((row) => [...row, 0]), [0, 0, 0, 0]]);
  });

  it("names what it cannot take", () => {
    assert.throws(() => confusionMatrix({ labels: [], predictions: [] }), /non-empty and of one length, received 0, 0/);
    assert.throws(() => confusionMatrix({ labels: [0], predictions: [0, 1] }), /of one length, received 2, 1/);
    assert.throws(
      () => confusionMatrix({ labels: [3], predictions: [0] }, { classes: 3 }),
      /labels must be integers from 0 to 2, received 3 at index 0/,
    );
    assert.throws(() => confusionMatrix({ labels: [0], predictions: [0.5] }), /predictions must be .* received 0.5/);
  });
});

describe("oneVersusRest", () => {
  it("gives the counts that the class's own decisions give", () => {
    const labels = [0, 1, 2, 1, 0, 2, 2];
    const predictions = [0, 2, 2, 1, 1, 0, 2];
    const matrix = confusionMatrix({ labels, predictions });
    for (const k of [0, 1, 2]) {
      const indicator = (values: number[]) => values.map((value) => (value === k ? 1 : 0));
      const counts = confusionCounts({ scores: indicator(predictions), labels: indicator(labels) }, 0.5);
      assert.deepEqual(oneVersusRest(matrix, k), counts);
    }
    assert.throws(() => oneVersusRest(matrix, 3), /positive must be integers from 0 to 2, received 3/);
    assert.throws(() => oneVersusRest([[1, 2]], 0), /must be square, received 1 rows of 2/);
  });
});
