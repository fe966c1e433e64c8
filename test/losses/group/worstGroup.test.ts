import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../../src/engine";
import { groupBalanced, worstGroup } from "../../../src/losses/group";
import { crossEntropy } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, take } from "../../support/numeric";
import { derivativesOf } from "../multiclass/support";
import { groups, labels, logits, meanWhere, onBatch, valueOf } from "./support";

const groupLosses = () => {
  const l = take(tf.tidy(() => crossEntropy({ reduction: "none" })(tf.tensor2d(logits), labels)));
  return [0, 1].map((g) => meanWhere(l, (i) => groups[i] === g));
};

onEachBackend("worstGroup", () => {
  it("is the largest of the groups' mean losses, and moves the logits of that group alone", () => {
    const means = groupLosses();
    const worst = means[0] > means[1] ? 0 : 1;
    const got = onBatch(worstGroup({ groups: 2 }));
    assertClose([got.value], [means[worst]]);
    groups.forEach((g, i) => {
      const row = got.gradient[0].slice(3 * i, 3 * i + 3);
      assert.equal(
        row.some((x) => x !== 0),
        g === worst,
      );
    });
  });

  it("with smoothing t is t log of the mean of exp(L / t)", () => {
    const means = groupLosses();
    for (const t of [0.1, 1, 10]) {
      const want = t * Math.log((Math.exp(means[0] / t) + Math.exp(means[1] / t)) / 2);
      assertClose([onBatch(worstGroup({ groups: 2, smoothing: t })).value], [want]);
    }
  });

  it("goes from the mean over groups to the largest, and never above it, as t goes to 0", () => {
    const largest = onBatch(worstGroup({ groups: 2 })).value;
    const mean = onBatch(groupBalanced({ groups: 2 })).value;
    const values = [1000, 1, 0.1, 1e-4].map((smoothing) => onBatch(worstGroup({ groups: 2, smoothing })).value);
    // In float32, t log(1 + small / t) keeps about 1e-7 t of the loss.
    assertClose([values[0]], [mean], { relative: 1e-3 });
    assertClose([values[3]], [largest], { relative: 1e-3 });
    assert.ok(values[0] < values[1] && values[1] < values[2] && values[2] <= largest);
  });

  it("is never an absent group, also where all losses are negative", () => {
    const negative = (z: tf.Tensor) => tf.sub(tf.sum(z, 1), 100);
    for (const smoothing of [0, 1]) {
      const loss = worstGroup({ groups: 4, smoothing, loss: negative });
      assertClose([valueOf(loss, [[1], [2]], [0, 0], [1, 1])], [-98.5]);
    }
  });

  it("gives the gradient to one of equally bad groups", () => {
    const f = (z: tf.Tensor) => worstGroup({ groups: 2 })(z, [0, 0], [0, 1]);
    const got = derivativesOf(f, [[[1, 2], [1, 2]]], [[[1, 0], [0, 0]]]); // prettier-ignore
    assert.ok(got.gradient[0][0] < 0);
    assert.deepEqual(got.gradient[0].slice(2).map(Math.abs), [0, 0]);
  });

  it("says which options it cannot take", () => {
    assert.throws(() => worstGroup({ groups: 2, smoothing: -1 }), /smoothing must be a non-negative finite number/);
    assert.throws(() => worstGroup({ groups: 1.5 }), /groups must be a positive integer, received 1.5/);
  });
});
