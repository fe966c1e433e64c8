import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { tf } from "../../../src/engine";
import {
  classBalancedWeights,
  deferredReweighting,
  labelDistributionAwareMargin,
} from "../../../src/losses/multiclass";
import { assertClose, take } from "../../support/numeric";

const counts = [100, 10];

describe("deferredReweighting", () => {
  it("gives equal weights before the epoch and class-balanced ones from it on", () => {
    const weightAt = deferredReweighting({ counts, from: 3, beta: 0.99, loss: (weight) => weight });
    assert.deepEqual([0, 1, 2].map(weightAt), Array(3).fill([1, 1]));
    assert.deepEqual([3, 4, 1000].map(weightAt), Array(3).fill(classBalancedWeights(counts, 0.99)));
  });

  it("starts at epoch 160 with beta 0.9999", () => {
    const weightAt = deferredReweighting({ counts, loss: (weight) => weight });
    assert.deepEqual(weightAt(159), [1, 1]);
    assert.deepEqual(weightAt(160), classBalancedWeights(counts, 0.9999));
  });

  it("makes the two losses once and gives the same one throughout a stage", () => {
    let made = 0;
    const lossAt = deferredReweighting({ counts, from: 2, loss: () => ({ number: ++made }) });
    assert.equal(lossAt(0), lossAt(1));
    assert.equal(lossAt(2), lossAt(7));
    assert.notEqual(lossAt(1), lossAt(2));
    assert.equal(made, 2);
  });

  it("with LDAM: the loss of each class is multiplied by its weight", () => {
    const lossAt = deferredReweighting({
      counts,
      from: 1,
      loss: (weight) => labelDistributionAwareMargin({ counts, weight }),
    });
    const value = (epoch: number, label: number) => take(tf.tidy(() => lossAt(epoch)(tf.zeros([1, 2]), [label])))[0];
    classBalancedWeights(counts).forEach((w, label) => assertClose([value(1, label)], [w * value(0, label)]));
  });

  it("can begin with the first epoch", () => {
    assert.deepEqual(deferredReweighting({ counts, from: 0, loss: (w) => w })(0), classBalancedWeights(counts));
  });

  it("names the option or the epoch it cannot take", () => {
    const loss = (weight: number[]) => weight;
    assert.throws(() => deferredReweighting({ counts: [1, 0], loss }), /counts must be a list or tensor \[K\]/);
    assert.throws(
      () => deferredReweighting({ counts, loss, beta: 1 }),
      /beta must be a number in \[0, 1\), received 1/,
    );
    assert.throws(
      () => deferredReweighting({ counts, loss, from: 1.5 }),
      /from must be a non-negative integer, received 1.5/,
    );
    assert.throws(() => deferredReweighting({ counts, loss })(-1), /epoch must be a non-negative integer, received -1/);
  });
});
