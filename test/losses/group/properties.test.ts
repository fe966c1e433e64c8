import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import {
  blend,
  differenceOfEqualOpportunity,
  groupBalanced,
  groupDistributionallyRobust,
  groupLogitAdjusted,
  groupParametricCrossEntropy,
  groupVectorScaling,
  worstGroup,
  type GroupLoss,
} from "../../../src/losses/group";
import { crossEntropy } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { derivativesOf, normals } from "../multiclass/support";
import { counts, direction, groups, labels, logits, onBatch, valueOf } from "./support";

const matrix = [
  [0.9, 0.5],
  [1.2, 0.7],
  [0.4, 1.1],
];
const LOSSES: Record<string, GroupLoss> = {
  groupParametricCrossEntropy: groupParametricCrossEntropy({ weight: matrix, scale: matrix, shift: matrix }),
  groupLogitAdjusted: groupLogitAdjusted({ counts }),
  groupVectorScaling: groupVectorScaling({ counts, weight: matrix }),
  groupBalanced: groupBalanced({ groups: 2 }),
  "groupBalanced over cells": groupBalanced({ groups: 2, classes: 3 }),
  worstGroup: worstGroup({ groups: 2 }),
  "worstGroup, smooth": worstGroup({ groups: 2, smoothing: 0.5 }),
  groupDistributionallyRobust: groupDistributionallyRobust({ groups: 2 }),
  differenceOfEqualOpportunity: differenceOfEqualOpportunity({ groups: 2 }),
  blend: blend(0.3, groupLogitAdjusted({ counts }), differenceOfEqualOpportunity({ groups: 2 })),
};

const square = [
  [0.9, 0.5],
  [1.2, 0.7],
];
const cells = [
  [600, 20],
  [90, 40],
];
/** The same for two classes. */
const BINARY: Record<string, GroupLoss> = {
  groupParametricCrossEntropy: groupParametricCrossEntropy({ weight: square, scale: square, shift: square }),
  groupLogitAdjusted: groupLogitAdjusted({ counts: cells }),
  groupVectorScaling: groupVectorScaling({ counts: cells, weight: square }),
  groupBalanced: groupBalanced({ groups: 2 }),
  "groupBalanced over cells": groupBalanced({ groups: 2, classes: 2 }),
  worstGroup: worstGroup({ groups: 2 }),
  "worstGroup, smooth": worstGroup({ groups: 2, smoothing: 0.5 }),
  groupDistributionallyRobust: groupDistributionallyRobust({ groups: 2, classes: 2 }),
  differenceOfEqualOpportunity: differenceOfEqualOpportunity({ groups: 2 }),
  blend: blend(0.3, groupLogitAdjusted({ counts: cells }), differenceOfEqualOpportunity({ groups: 2 })),
};

/** A step at which truncation and the rounding of a float32 loss are both below the tolerance. */
const STEP = 1e-2;
const SLOPE_TOLERANCE = { relative: 2e-3, absolute: 1e-3 };
/** Reordering changes the rounding of sums alone. */
const ROUNDING = { relative: 1e-5, absolute: 1e-6 };

onEachBackend("every group loss", () => {
  for (const [name, loss] of Object.entries(LOSSES)) {
    it(`${name}: gradient and Hessian-vector product are the slopes of value and gradient`, () => {
      const moved = (by: number) => logits.map((row, i) => row.map((x, k) => x + by * direction[i][k]));
      const [here, up, down] = [0, STEP, -STEP].map((by) => onBatch(loss, moved(by)));
      const inner = here.gradient[0].reduce((sum, g, i) => sum + g * direction.flat()[i], 0);
      assertClose([inner], [(up.value - down.value) / (2 * STEP)], { ...SLOPE_TOLERANCE, what: "gradient" });
      const curved = up.gradient[0].map((g, i) => (g - down.gradient[0][i]) / (2 * STEP));
      assertClose(here.hvp[0], curved, { ...SLOPE_TOLERANCE, what: "hvp" });
    });

    it(`${name}: finite value, gradient and Hessian-vector product at logits of +-100, right, wrong or equal`, () => {
      const extreme = [
        [100, -100, -100],
        [-100, 100, 100],
        [100, 100, 100],
        [0, 0, 0],
      ];
      for (const y of [
        [0, 1, 0, 2],
        [1, 0, 2, 2],
        [1, 1, 1, 1],
      ]) {
        for (const g of [
          [0, 1, 0, 1],
          [1, 1, 1, 1],
        ]) {
          const got = derivativesOf((z) => loss(z, y, g), [extreme], [normals(33, 4, 3)]);
          const all = [got.value, ...got.gradient[0], ...got.hvp[0]];
          assert.ok(all.every(Number.isFinite), `labels ${y}, groups ${g}: ${all}`);
        }
      }
    });

    it(`${name}: finite on a batch of one, of one group, of one class; 0 on an empty one`, () => {
      for (const [y, g] of [
        [[1], [1]],
        [labels, groups.map(() => 1)],
        [labels.map(() => 2), groups],
      ]) {
        const got = derivativesOf((z) => loss(z, y, g), [logits.slice(0, y.length)], [direction.slice(0, y.length)]);
        assert.ok([got.value, ...got.gradient[0], ...got.hvp[0]].every(Number.isFinite));
      }
      assert.equal(Math.abs(take(tf.tidy(() => loss(tf.zeros([0, 3]), [], [])))[0]), 0);
    });

    it(`${name}: does not depend on the order of the samples`, () => {
      const order = [3, 0, 8, 7, 5, 1, 6, 2, 4];
      const [z, y, g] = [logits, labels, groups].map((list) => order.map((i) => list[i]));
      const value = valueOf(loss, z as number[][], y as number[], g as number[]);
      assertClose([value], [onBatch(loss).value], ROUNDING);
    });

    it(`${name}: takes labels and groups as numbers or tensors of any dtype`, () => {
      const want = onBatch(loss).value;
      for (const dtype of ["int32", "float32"] as const) {
        const value = tf.tidy(() => {
          const [y, g] = [tf.tensor1d(labels, dtype), tf.tensor1d(groups, dtype)];
          return loss(tf.tensor2d(logits), y, g).dataSync()[0];
        });
        assert.equal(value, want, dtype);
      }
    });

    it(`${name}: leaves no tensor behind, with its derivatives and where it throws`, () => {
      const [z, y, g] = [tf.tensor2d(logits), tf.tensor1d(labels, "int32"), tf.tensor1d(groups, "int32")];
      assertNoLeak(() => loss(z, y, g).dispose());
      assertNoLeak(() => loss(z, labels, groups).dispose());
      assertNoLeak(() => onBatch(loss));
      assertNoLeak(() => assert.throws(() => loss(z, labels, [0, 1])));
      tf.dispose([z, y, g]);
    });

    it(`${name}: says which groups or labels it cannot take`, () => {
      const wrong = [...groups.slice(0, 8), 2];
      assert.throws(
        () => valueOf(loss, logits, labels, wrong),
        /groups must be integers in \[0, 2\), received 2 at index 8/,
      );
      assert.throws(() => valueOf(loss, logits, labels, [0]), /groups must have shape \[9\], received \[1\]/);
      assert.throws(
        () => valueOf(loss, logits, [...labels.slice(0, 8), 3], groups),
        /labels must be integers in \[0, 3\)/,
      );
    });
  }

  for (const [name, loss] of Object.entries(BINARY)) {
    it(`${name}: takes the logits [n] of a binary classifier for (-z/2, z/2), with its derivatives`, () => {
      const z = [0.4, -2, 1, 0.1];
      const [y, g, v] = [
        [0, 1, 1, 0],
        [0, 1, 0, 1],
        [1, -1, 0.5, 2],
      ];
      const got = derivativesOf((x) => loss(x, y, g), [z], [v]);
      const inPairs = (x: tf.Tensor) => tf.stack([tf.mul(x, -0.5), tf.mul(x, 0.5)], 1);
      const want = derivativesOf((x) => loss(inPairs(x), y, g), [z], [v]);
      assertClose([got.value], [want.value], ROUNDING);
      assertClose(got.gradient[0], want.gradient[0]);
      assertClose(got.hvp[0], want.hvp[0]);
      assert.ok(got.gradient[0].some((x) => x !== 0));
    });
  }

  it("the means of groups and cells take any loss of samples, and refuse one that is reduced", () => {
    const reduced = groupBalanced({ groups: 2, loss: crossEntropy() as never });
    assert.throws(
      () => valueOf(reduced, logits, labels, groups),
      /the inner loss must give one loss per sample, \[9\]; received \[\]; make it with reduction: "none"/,
    );
    assert.throws(
      () => groupBalanced({ groups: 2, loss: "focal" as never }),
      /loss must be a loss with reduction "none", \(logits, labels\) => losses \[n\], received "focal"/,
    );
  });
});
