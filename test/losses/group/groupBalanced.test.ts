import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { focal as binaryFocal } from "../../../src/losses/binary";
import { groupBalanced } from "../../../src/losses/group";
import { balancedCrossEntropy, crossEntropy, focal } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { groups, labels, logits, meanWhere, onBatch, valueOf } from "./support";

const terms = () => take(tf.tidy(() => crossEntropy({ reduction: "none" })(tf.tensor2d(logits), labels)));

onEachBackend("groupBalanced", () => {
  it("is the mean over groups of their mean losses", () => {
    const l = terms();
    const want = (meanWhere(l, (i) => groups[i] === 0) + meanWhere(l, (i) => groups[i] === 1)) / 2;
    assertClose([onBatch(groupBalanced({ groups: 2 })).value], [want]);
  });

  it("is the mean over cells of their mean losses where the number of classes is given", () => {
    const l = terms();
    const cells = [0, 1, 2].flatMap((k) => [0, 1].map((g) => meanWhere(l, (i) => labels[i] === k && groups[i] === g)));
    const want = cells.reduce((a, b) => a + b) / 6;
    assertClose([onBatch(groupBalanced({ groups: 2, classes: 3 })).value], [want]);
  });

  it("leaves out groups that the batch does not have", () => {
    const want = onBatch(groupBalanced({ groups: 2 }));
    const got = onBatch(groupBalanced({ groups: 5 }));
    assertClose([got.value], [want.value]);
    assertClose(got.gradient[0], want.gradient[0]);
  });

  it("is balanced cross-entropy where the groups are the classes", () => {
    const got = onBatch((z, y) => groupBalanced({ groups: 3 })(z, y, y));
    const want = onBatch((z, y) => balancedCrossEntropy()(z, y));
    assertClose([got.value], [want.value]);
    assertClose(got.hvp[0], want.hvp[0]);
  });

  it("takes any loss of samples, a binary one on logits [n] too", () => {
    const loss = focal({ reduction: "none" });
    const l = take(tf.tidy(() => loss(tf.tensor2d(logits), labels)));
    const want = (meanWhere(l, (i) => groups[i] === 0) + meanWhere(l, (i) => groups[i] === 1)) / 2;
    assertClose([onBatch(groupBalanced({ groups: 2, loss })).value], [want]);

    const [z, y, g] = [
      [0.5, -1, 2],
      [1, 0, 0],
      [0, 1, 1],
    ];
    const binary = binaryFocal({ reduction: "none" });
    const b = take(tf.tidy(() => binary(tf.tensor1d(z), y)));
    const got = valueOf(groupBalanced({ groups: 2, loss: (f, t) => binary(f, Array.from(t as number[])) }), z, y, g);
    assertClose([got], [(b[0] + (b[1] + b[2]) / 2) / 2]);
  });

  it("says which options it cannot take", () => {
    assert.throws(() => groupBalanced({ groups: 0 }), /groups must be a positive integer, received 0/);
    assert.throws(
      () => valueOf(groupBalanced({ groups: 2, classes: 2 }), logits, labels, groups),
      /logits have 3 classes, the option classes says 2/,
    );
  });
});
