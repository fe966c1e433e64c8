import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { binaryTask } from "../../../src/data/binary";
import { binaryTasks } from "../../../src/data/builders/binaryTasks";
import { countsOf, evenLabels } from "./labels";

const labels = evenLabels(4, 200);

describe("binaryTasks", () => {
  it("sets each class against the rest, as binaryTask does on its own", () => {
    const tasks = binaryTasks({ labels, scheme: "oneAgainstRest", prior: 0.1, size: 200, seed: 1 });
    assert.deepEqual(
      tasks.map(({ positiveClass, negativeClasses }) => [positiveClass, ...negativeClasses]),
      [
        [0, 1, 2, 3],
        [1, 0, 2, 3],
        [2, 0, 1, 3],
        [3, 0, 1, 2],
      ],
    );
    for (const task of tasks) {
      assert.deepEqual(task.counts, { positive: 20, negative: 180 });
      const alone = binaryTask({ labels, positiveClass: task.positiveClass, prior: 0.1, size: 200, seed: 1 });
      assert.equal(task.hash, alone.hash);
    }
  });

  it("sets each class against each later one, with the prior of the earlier one", () => {
    const tasks = binaryTasks({ labels, scheme: "pairs", classes: [3, 0, 2], prior: 0.2, seed: 1 });
    assert.deepEqual(
      tasks.map(({ positiveClass, negativeClasses }) => [positiveClass, ...negativeClasses]),
      [
        [3, 0],
        [3, 2],
        [0, 2],
      ],
    );
    for (const { indices, positiveClass, negativeClasses, counts, prior } of tasks) {
      assert.equal(prior, 0.2);
      const found = countsOf(labels, indices, 4);
      assert.equal(found[positiveClass], counts.positive);
      assert.equal(found[negativeClasses[0]], counts.negative);
      assert.equal(indices.length, 250);
    }
    assert.equal(tasks[0].hash, "53fd1cf474b7670b");
  });

  it("makes all pairs of ten classes", () => {
    assert.equal(binaryTasks({ labels: evenLabels(10, 20), scheme: "pairs", prior: 0.5, seed: 1 }).length, 45);
  });

  it("refuses a prior of 0 or 1, fewer than two classes and an unknown scheme", () => {
    const base = { labels, scheme: "pairs", prior: 0.5, seed: 1 } as const;
    for (const prior of [0, 1]) {
      assert.throws(
        () => binaryTasks({ ...base, prior }),
        new RegExp(`prior must lie in \\(0, 1\\), received ${prior}`),
      );
    }
    assert.throws(() => binaryTasks({ ...base, classes: [1] }), /two different ones, received \[1\]/);
    assert.throws(() => binaryTasks({ ...base, classes: [1, 1] }), /received \[1, 1\]/);
    assert.throws(() => binaryTasks({ ...base, classes: [1, 4] }), /4 has no samples/);
    assert.throws(() => binaryTasks({ ...base, scheme: "all" as never }), /oneAgainstRest or pairs, received "all"/);
  });
});
