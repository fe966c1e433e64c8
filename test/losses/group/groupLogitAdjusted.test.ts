import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { groupLogitAdjusted, groupLogPriors, groupParametricCrossEntropy } from "../../../src/losses/group";
import { crossEntropy, logitAdjusted } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose } from "../../support/numeric";
import { type Derivatives } from "../multiclass/support";
import { counts, labels, onBatch, valueOf } from "./support";

const assertSame = (got: Derivatives, want: Derivatives) => {
  assertClose([got.value], [want.value]);
  assertClose(got.gradient[0], want.gradient[0]);
  assertClose(got.hvp[0], want.hvp[0]);
};
const one = labels.map(() => 0);

onEachBackend("groupLogitAdjusted", () => {
  it("is minus the log prior of the class in the sample's group where the raw logits are equal", () => {
    for (const [y, g, prior] of [
      [0, 0, 600 / 700],
      [2, 0, 10 / 700],
      [1, 1, 40 / 65],
    ]) {
      assertClose([valueOf(groupLogitAdjusted({ counts }), [[4, 4, 4]], [y], [g])], [-Math.log(prior)]);
    }
  });

  it("is the parametric loss at the log priors, or at the logs of the joint frequencies, which differ by a constant", () => {
    const tau = 1.4;
    const want = onBatch(groupLogitAdjusted({ counts, tau }));
    const times = (rows: number[][]) => rows.map((row) => row.map((x) => tau * x));
    assertSame(onBatch(groupParametricCrossEntropy({ shift: times(groupLogPriors(counts)) })), want);
    const joint = counts.map((row) => row.map((n) => Math.log(n / 765)));
    assertSame(onBatch(groupParametricCrossEntropy({ shift: times(joint) })), want);
  });

  it("is cross-entropy with tau 0 and with classes balanced in every group, and logitAdjusted with one group", () => {
    const plain = onBatch((z, y) => crossEntropy()(z, y));
    assertSame(onBatch(groupLogitAdjusted({ counts, tau: 0 })), plain);
    const balanced = [
      [50, 3],
      [50, 3],
      [50, 3],
    ];
    assertSame(onBatch(groupLogitAdjusted({ counts: balanced })), plain);
    const single = groupLogitAdjusted({ counts: [[600], [90], [10]] });
    const adjusted = logitAdjusted({ counts: [600, 90, 10] });
    assertSame(
      onBatch((z, y) => single(z, y, one)),
      onBatch((z, y) => adjusted(z, y)),
    );
  });

  it("takes the counts as a tensor, and logits [n] with the shift tau log(n_1 / n_0)", () => {
    const tensor = tf.tensor2d(counts, undefined, "int32");
    assertSame(onBatch(groupLogitAdjusted({ counts: tensor })), onBatch(groupLogitAdjusted({ counts })));
    tensor.dispose();
    const binary = groupLogitAdjusted({
      counts: [
        [90, 20],
        [10, 60],
      ],
    });
    const want = Math.log1p(Math.exp(-(0.5 + Math.log(60 / 20))));
    assertClose([valueOf(binary, [0.5], [1], [1])], [want]);
  });

  it("says which options it cannot take", () => {
    for (const wrong of [[[1, 0]], [1, 2], [[1, 2], [3]]]) {
      assert.throws(
        () => groupLogitAdjusted({ counts: wrong as never }),
        /counts must be a matrix or tensor \[K, G\] of positive numbers, a row per class, a column per group, received/,
      );
    }
    assert.throws(() => groupLogitAdjusted({ counts, tau: NaN }), /tau must be a finite number, received NaN/);
  });
});
