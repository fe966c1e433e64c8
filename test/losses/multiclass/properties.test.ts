import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import {
  balancedCrossEntropy,
  balancedSoftmax,
  classBalanced,
  classDependentTemperature,
  crossEntropy,
  focal,
  labelDistributionAwareMargin,
  logitAdjusted,
  parametricCrossEntropy,
  vectorScaling,
  weightedCrossEntropy,
} from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { derivativesOf, normals, type AnyLoss } from "./support";

const counts = [400, 60, 5];
const weight = [0.5, 2, 9];
const LOSSES: Record<string, AnyLoss> = {
  crossEntropy: crossEntropy(),
  balancedCrossEntropy: balancedCrossEntropy(),
  weightedCrossEntropy: weightedCrossEntropy({ weight }),
  "focal, gamma 2": focal({ gamma: 2 }),
  "focal, gamma 0.5": focal({ gamma: 0.5, weight }),
  "focal, gamma 1.5": focal({ gamma: 1.5 }),
  classBalanced: classBalanced({ counts }),
  labelDistributionAwareMargin: labelDistributionAwareMargin({ counts, weight }),
  logitAdjusted: logitAdjusted({ counts }),
  balancedSoftmax: balancedSoftmax({ counts }),
  classDependentTemperature: classDependentTemperature({ counts }),
  vectorScaling: vectorScaling({ counts, weight }),
  parametricCrossEntropy: parametricCrossEntropy({ weight, scale: [0.9, 0.5, 1.3], shift: [1, 0, -2] }),
};
/** A constant added to all logits changes nothing, except where the classes have factors of their own. */
const SHIFT_VARIANT = ["classDependentTemperature", "vectorScaling", "parametricCrossEntropy"];

const logits = normals(1, 8, 3, 2);
const labels = [0, 0, 1, 2, 0, 1, 0, 0];
const direction = normals(2, 8, 3);

/** A step at which truncation and the rounding of a float32 loss are both below the tolerance; smaller where logits are scaled by 30. */
const stepOf = (name: string) => (name === "labelDistributionAwareMargin" ? 1e-3 : 1e-2);
const SLOPE_TOLERANCE = { relative: 2e-3, absolute: 1e-3 };
/** Reordering and shifting change the rounding of logits and sums alone. */
const ROUNDING = { relative: 1e-5, absolute: 1e-6 };

const at = (loss: AnyLoss, z: number[][], y: number[]) => {
  const tensor = tf.tensor2d(z);
  const value = take(loss(tensor, y))[0];
  tensor.dispose();
  return value;
};

onEachBackend("every multiclass loss", () => {
  for (const [name, loss] of Object.entries(LOSSES)) {
    it(`${name}: gradient and Hessian-vector product are the slopes of value and gradient`, () => {
      const step = stepOf(name);
      const moved = (by: number) => logits.map((row, i) => row.map((x, k) => x + by * direction[i][k]));
      const here = derivativesOf((z) => loss(z, labels), [logits], [direction]);
      const slope = (at(loss, moved(step), labels) - at(loss, moved(-step), labels)) / (2 * step);
      const inner = here.gradient[0].reduce((sum, g, i) => sum + g * direction.flat()[i], 0);
      assertClose([inner], [slope], { ...SLOPE_TOLERANCE, what: "gradient" });
      const [up, down] = [step, -step].map((by) => derivativesOf((z) => loss(z, labels), [moved(by)], [direction]));
      const curved = up.gradient[0].map((g, i) => (g - down.gradient[0][i]) / (2 * step));
      assertClose(here.hvp[0], curved, { ...SLOPE_TOLERANCE, what: "hvp" });
    });

    it(`${name}: finite value, gradient and Hessian-vector product at logits of +-100, right, wrong or equal`, () => {
      const extreme = [
        [100, -100, -100],
        [-100, 100, 100],
        [100, 100, 100],
        [-100, -100, -100],
        [0, 0, 0],
      ];
      for (const label of [0, 1, 2]) {
        const f = (z: tf.Tensor) =>
          loss(
            z,
            extreme.map(() => label),
          );
        const got = derivativesOf(f, [extreme], [normals(3, 5, 3)]);
        const all = [got.value, ...got.gradient[0], ...got.hvp[0]];
        assert.ok(all.every(Number.isFinite), `label ${label}: ${all}`);
        assert.ok(got.gradient[0].some((g) => g !== 0));
      }
    });

    it(`${name}: a sample at logit -100 of its class is still pulled up with its full weight`, () => {
      const got = derivativesOf((z) => loss(z, [1]), [[[100, -100, 0]]], [[[1, 0, 0]]]);
      assert.ok(got.gradient[0][1] < -0.2 && got.gradient[0][0] > 0.2, `${got.gradient[0]}`);
    });

    it(`${name}: a batch of one, one class, an empty batch`, () => {
      const one = derivativesOf((z) => loss(z, [2]), [[logits[0]]], [[direction[0]]]);
      assert.ok([one.value, ...one.gradient[0], ...one.hvp[0]].every(Number.isFinite));
      assert.ok(one.value > 0);
      const sameClass = derivativesOf(
        (z) =>
          loss(
            z,
            labels.map(() => 0),
          ),
        [logits],
        [direction],
      );
      assert.ok([sameClass.value, ...sameClass.gradient[0], ...sameClass.hvp[0]].every(Number.isFinite));
      assert.deepEqual(take(tf.tidy(() => loss(tf.zeros([0, 3]), []))), [0]);
    });

    it(`${name}: does not depend on the order of the samples`, () => {
      const order = [3, 0, 7, 5, 1, 6, 2, 4];
      const value = at(
        loss,
        order.map((i) => logits[i]),
        order.map((i) => labels[i]),
      );
      assertClose([value], [at(loss, logits, labels)], ROUNDING);
    });

    it(`${name}: ${SHIFT_VARIANT.includes(name) ? "sees" : "does not see"} a constant added to all logits`, () => {
      const moved = at(
        loss,
        logits.map((row) => row.map((z) => z + 3)),
        labels,
      );
      const there = at(loss, logits, labels);
      if (SHIFT_VARIANT.includes(name)) assert.ok(Math.abs(moved - there) > 1e-3, `${moved} and ${there}`);
      else assertClose([moved], [there], ROUNDING);
    });

    it(`${name}: takes labels as numbers or tensors of any dtype`, () => {
      const want = at(loss, logits, labels);
      const z = tf.tensor2d(logits);
      for (const dtype of ["int32", "float32"] as const) {
        const y = tf.tensor1d(labels, dtype);
        assertClose(take(loss(z, y)), [want], { relative: 0, absolute: 0, what: dtype });
        y.dispose();
      }
      assertClose(take(loss(z, Int32Array.from(labels))), [want], { relative: 0, absolute: 0, what: "Int32Array" });
      z.dispose();
    });

    it(`${name}: leaves no tensor behind, with its derivatives and where it throws`, () => {
      const [z, y] = [tf.tensor2d(logits), tf.tensor1d(labels, "int32")];
      assertNoLeak(() => loss(z, y).dispose());
      assertNoLeak(() => loss(z, labels).dispose());
      assertNoLeak(() => derivativesOf((x) => loss(x, labels), [logits], [direction]));
      assertNoLeak(() => assert.throws(() => loss(z, [0, 1])));
      tf.dispose([z, y]);
    });

    it(`${name}: says which labels or logits it cannot take`, () => {
      const z = tf.tensor2d(logits);
      assert.throws(
        () => loss(z, [0, 0, 1, 3, 0, 1, 0, 0]),
        /labels must be integers in \[0, 3\), received 3 at index 3/,
      );
      assert.throws(() => loss(z, [0, 0, 1, 0.5, 0, 1, 0, 0]), /received 0.5 at index 3/);
      assert.throws(() => loss(z, [0, -1]), /labels must have shape \[8\], received \[2\]/);
      assert.throws(
        () => tf.tidy(() => loss(tf.zeros([8]), labels)),
        /logits must have shape \[n, K\], received \[8\]/,
      );
      z.dispose();
    });
  }
});
