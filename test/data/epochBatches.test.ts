import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { epochBatches } from "../../src/data/epochBatches";
import { indexHash } from "../../src/data/hash";

function timesEach(batches: readonly Int32Array[], count: number): number[] {
  const times = new Array<number>(count).fill(0);
  batches.forEach((batch) => batch.forEach((position) => times[position]++));
  return times;
}

/** `count` samples of which every `period`-th is positive. */
function rare(count: number, period: number): number[] {
  return Array.from({ length: count }, (_, position) => (position % period === 0 ? 1 : 0));
}

function positivesIn(batch: Int32Array, labels: number[]): number {
  return batch.reduce((sum, position) => sum + labels[position], 0);
}

describe("epochBatches", () => {
  it("deals every sample out once, in full batches and a rest", () => {
    const { batches, prior } = epochBatches({ count: 103, batchSize: 20, seed: 1, epoch: 0 });
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [20, 20, 20, 20, 20, 3],
    );
    assert.ok(timesEach(batches, 103).every((times) => times === 1));
    assert.equal(prior, undefined);
  });

  it("gives the frozen order for seed and epoch, and another order in another epoch or with another seed", () => {
    const orderOf = (seed: number, epoch: number) =>
      indexHash(epochBatches({ count: 1000, batchSize: 1000, seed, epoch }).batches[0]);
    assert.equal(orderOf(3, 0), "e371d007b7f57091");
    assert.equal(orderOf(3, 17), "d514e6780013eb70");
    assert.notEqual(orderOf(4, 0), orderOf(3, 0));
  });

  it("keeps the prior where the positives suffice for the batches", () => {
    const labels = rare(1000, 20);
    const { batches, prior } = epochBatches({
      count: 1000,
      batchSize: 64,
      seed: 1,
      epoch: 2,
      stratify: { labels, minPositives: 3 },
    });
    assert.equal(batches.length, 16);
    assert.ok(timesEach(batches, 1000).every((times) => times === 1));
    const positives = batches.map((batch) => positivesIn(batch, labels));
    assert.deepEqual([Math.min(...positives), Math.max(...positives)], [3, 4]);
    assert.deepEqual(prior, { data: 0.05, batches: 0.05 });
  });

  it("repeats positives evenly where they do not suffice, and reports the prior that results", () => {
    const labels = rare(2560, 100);
    const { batches, prior } = epochBatches({
      count: 2560,
      batchSize: 128,
      seed: 1,
      epoch: 0,
      stratify: { labels, minPositives: 4 },
    });
    assert.ok(batches.every((batch) => batch.length <= 128 && positivesIn(batch, labels) === 4));
    const times = timesEach(batches, 2560);
    assert.ok(times.every((seen, position) => (labels[position] === 1 ? seen === 3 || seen === 4 : seen === 1)));
    const drawn = batches.reduce((sum, batch) => sum + batch.length, 0);
    assert.equal(prior?.data, 26 / 2560);
    assert.equal(prior?.batches, (4 * batches.length) / drawn);
  });

  it("keeps batches within their size, equal but for one sample, with enough positives, for any mixture", () => {
    for (const count of [2, 9, 16, 17, 100, 257]) {
      for (const period of [1, 2, 3, 7, 50]) {
        for (const [batchSize, minPositives] of [
          [2, 1],
          [8, 2],
          [8, 7],
          [300, 5],
        ]) {
          const labels = rare(count, period);
          const { batches } = epochBatches({ count, batchSize, seed: 5, epoch: 1, stratify: { labels, minPositives } });
          const sizes = batches.map((batch) => batch.length);
          const setting = JSON.stringify({ count, period, batchSize, minPositives, sizes });
          assert.ok(Math.max(...sizes) <= batchSize && Math.max(...sizes) - Math.min(...sizes) <= 1, setting);
          assert.ok(
            batches.every((batch) => positivesIn(batch, labels) >= minPositives),
            setting,
          );
          assert.ok(
            timesEach(batches, count).every((times) => times >= 1),
            setting,
          );
        }
      }
    }
  });

  it("does not sort a batch by class, nor the batches by their number of positives", () => {
    const labels = rare(600, 7);
    const { batches } = epochBatches({
      count: 600,
      batchSize: 64,
      seed: 1,
      epoch: 0,
      stratify: { labels, minPositives: 2 },
    });
    const inFront = batches.reduce((sum, batch) => sum + positivesIn(batch.slice(0, 15), labels), 0);
    assert.ok(inFront > 8 && inFront < 40, `${inFront} of 150 front places hold positives, about 21 expected`);
    const counts = batches.map((batch) => positivesIn(batch, labels));
    assert.notDeepEqual(
      counts,
      [...counts].sort((a, b) => b - a),
    );
  });

  it("refuses impossible settings and says what it received", () => {
    const base = { count: 10, batchSize: 4, seed: 1, epoch: 0 };
    const labels = rare(10, 5);
    assert.throws(() => epochBatches({ ...base, count: 0 }), /count must be an integer in \[1, .*received 0/);
    assert.throws(() => epochBatches({ ...base, batchSize: 2.5 }), /batchSize .*received 2.5/);
    assert.throws(() => epochBatches({ ...base, epoch: -1 }), /epoch .*received -1/);
    for (const minPositives of [0, 4]) {
      assert.throws(
        () => epochBatches({ ...base, stratify: { labels, minPositives } }),
        /minPositives must be an integer in \[1, 3\]/,
      );
    }
    assert.throws(
      () => epochBatches({ ...base, stratify: { labels: [1], minPositives: 1 } }),
      /count = 10 entries, received 1/,
    );
    assert.throws(
      () => epochBatches({ ...base, stratify: { labels: rare(10, 11).fill(0), minPositives: 1 } }),
      /none of the 10 samples/,
    );
    assert.throws(
      () => epochBatches({ ...base, stratify: { labels: rare(10, 1).fill(2), minPositives: 1 } }),
      /received 2 at position 0/,
    );
  });
});
