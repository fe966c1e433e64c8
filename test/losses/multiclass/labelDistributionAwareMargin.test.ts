import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import {
  crossEntropy,
  labelDistributionAwareMargin,
  labelDistributionAwareMargins,
} from "../../../src/losses/multiclass";
import * as oracle from "../../../src/engine/probes/hyperDual";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { crossEntropyOf, derivativesOf, meanOver, normals } from "./support";

const counts = [1000, 100, 10];
const margins = labelDistributionAwareMargins(counts, 0.5);
const labels = [0, 1, 2, 2, 0, 1];
/** Cosines, as the normalised head gives them. */
const cosines = normals(9, 6, 3).map((row) => row.map(Math.tanh));
const direction = normals(10, 6, 3);
const weight = [0.2, 1, 5];

onEachBackend("labelDistributionAwareMargin", () => {
  it("agrees with float64 on the logits of a normalised head, scale 30, weights included", () => {
    const program = meanOver(3, (row, i) =>
      crossEntropyOf(
        row.map((f, k) => f.sub(k === labels[i] ? margins[k] : 0).mul(30)),
        labels[i],
      ).mul(weight[labels[i]]),
    );
    const loss = labelDistributionAwareMargin({ counts, weight });
    const got = derivativesOf((z) => loss(z, labels), [cosines], [direction]);
    const flat = cosines.flat();
    assertClose(got.gradient[0], oracle.gradient(program, flat), { what: "gradient" });
    assertClose(got.hvp[0], oracle.hessianVectorProduct(program, flat, direction.flat()), { what: "hvp" });
  });

  it("keeps the curvature of confident samples, of which a difference of probabilities would leave nothing", () => {
    // Margin s (1 - 0.5 + 0.2): p of the others is exp(-21), the curvature s^2 exp(-21).
    const loss = labelDistributionAwareMargin({ counts: [10, 10], maxMargin: 0.5 });
    const got = derivativesOf((z) => loss(z, [0]), [[[1, -0.2]]], [[[1, -1]]]);
    const p = Math.exp(-21) / (1 + Math.exp(-21));
    const want = 900 * 2 * p * (1 - p);
    assertClose(got.hvp[0], [want, -want], { relative: 1e-4, absolute: 0 });
  });

  it("asks for a lead of the margin: with it the loss is that of a tie", () => {
    for (const y of [0, 1, 2]) {
      const lead = [0, 1, 2].map((k) => (k === y ? margins[y] : 0));
      const value = take(tf.tidy(() => labelDistributionAwareMargin({ counts })(tf.tensor2d([lead]), [y])));
      assertClose(value, [Math.log(3)]);
    }
  });

  it("is cross-entropy without margin and scale, and cross-entropy on scaled logits without margin", () => {
    const z = tf.tensor2d(cosines);
    const value = (scale: number) => take(labelDistributionAwareMargin({ counts, maxMargin: 0, scale })(z, labels));
    assertClose(value(1), take(crossEntropy()(z, labels)));
    assertClose(value(30), take(tf.tidy(() => crossEntropy()(tf.mul(z, 30), labels))));
    z.dispose();
  });

  it("says which options it cannot take", () => {
    assert.throws(() => labelDistributionAwareMargin({ counts, scale: 0 }), /scale must be a positive finite number/);
    assert.throws(() => labelDistributionAwareMargin({ counts, maxMargin: -1 }), /maxMargin must be a non-negative/);
    assert.throws(() => labelDistributionAwareMargin({ counts: [1, -1] }), /counts must be/);
    assert.throws(
      () => tf.tidy(() => labelDistributionAwareMargin({ counts })(tf.zeros([1, 4]), [0])),
      /counts must have one entry per class, 4 for logits \[1, 4\]; received 3/,
    );
  });
});
