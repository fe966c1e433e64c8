import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { differenceOfEqualOpportunity } from "../../../src/losses/group";
import { crossEntropy } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { derivativesOf } from "../multiclass/support";
import { groups, labels, logits, meanWhere, onBatch, valueOf } from "./support";

const softplus = (x: number) => Math.log1p(Math.exp(x));

onEachBackend("differenceOfEqualOpportunity", () => {
  it("is |L_{+,1} - L_{+,2}| + |L_{-,1} - L_{-,2}| for two classes and two groups", () => {
    const [z, y, g] = [
      [0.5, -1, 2, 0.3, 1, -2],
      [1, 1, 1, 0, 0, 0],
      [0, 1, 0, 0, 1, 1],
    ];
    // Losses: positives softplus(-z), negatives softplus(z).
    const positive = Math.abs((softplus(-0.5) + softplus(-2)) / 2 - softplus(1));
    const negative = Math.abs(softplus(0.3) - (softplus(1) + softplus(-2)) / 2);
    assertClose([valueOf(differenceOfEqualOpportunity({ groups: 2 }), z, y, g)], [positive + negative]);
    const pairs = z.map((x) => [0, x]);
    assertClose([valueOf(differenceOfEqualOpportunity({ groups: 2 }), pairs, y, g)], [positive + negative]);
  });

  it("sums over classes and groups the distance from the class's mean over groups", () => {
    const l = take(tf.tidy(() => crossEntropy({ reduction: "none" })(tf.tensor2d(logits), labels)));
    const three = [0, 1, 0, 0, 2, 1, 1, 2, 0];
    const want = [0, 1, 2].reduce((sum, k) => {
      const present = [0, 1, 2].filter((g) => labels.some((y, i) => y === k && three[i] === g));
      const means = present.map((g) => meanWhere(l, (i) => labels[i] === k && three[i] === g));
      const average = means.reduce((a, b) => a + b) / means.length;
      return sum + means.reduce((a, b) => a + Math.abs(b - average), 0);
    }, 0);
    assertClose([valueOf(differenceOfEqualOpportunity({ groups: 3 }), logits, labels, three)], [want]);
  });

  it("is 0 for a constant classifier, for equal groups, and where no class has two groups", () => {
    const loss = differenceOfEqualOpportunity({ groups: 2 });
    const constant = logits.map(() => [0.3, -1, 2]);
    assertClose([valueOf(loss, constant, labels, groups)], [0]);
    const [half, y] = [logits.slice(0, 3), labels.slice(0, 3)];
    assertClose([valueOf(loss, [...half, ...half], [...y, ...y], [0, 0, 0, 1, 1, 1])], [0]);
    const separate = onBatch((z) => loss(z, labels, labels.map((label) => Number(label > 0)))); // prettier-ignore
    assert.deepEqual(
      [separate.value, ...separate.gradient[0]].map((x) => Math.abs(x) < 1e-7),
      Array(28).fill(true),
    );
  });

  it("pulls the losses of the groups together", () => {
    // One positive in each group: the one with the larger loss is pulled up, the other down.
    const got = derivativesOf(
      (z) => differenceOfEqualOpportunity({ groups: 2 })(z, [1, 1], [0, 1]),
      [[2, -1]],
      [[1, 1]],
    );
    assert.ok(got.gradient[0][0] > 0 && got.gradient[0][1] < 0);
  });

  it("says which options it cannot take", () => {
    assert.throws(() => differenceOfEqualOpportunity({ groups: -2 }), /groups must be a positive integer, received -2/);
    assert.throws(() => differenceOfEqualOpportunity({} as never), /groups must be a positive integer, received/);
  });
});
