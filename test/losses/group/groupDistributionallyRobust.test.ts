import assert from "node:assert/strict";
import { it } from "node:test";

import { gradient, tf } from "../../../src/engine";
import { groupBalanced, groupDistributionallyRobust } from "../../../src/losses/group";
import { crossEntropy } from "../../../src/losses/multiclass";
import { onEachBackend } from "../../support/backends";
import { assertClose, assertNoLeak, take } from "../../support/numeric";
import { counts, groups, labels, logits, meanWhere, onBatch, valueOf } from "./support";

const batch = () => tf.tensor2d(logits);
const groupLosses = () => {
  const l = take(tf.tidy(() => crossEntropy({ reduction: "none" })(tf.tensor2d(logits), labels)));
  return [0, 1].map((g) => meanWhere(l, (i) => groups[i] === g));
};
const normalised = (values: number[]) => values.map((x) => x / values.reduce((a, b) => a + b));
/** The losses are read from float32. */
const FROM_FLOAT32 = { relative: 1e-6, absolute: 1e-9 };

onEachBackend("groupDistributionallyRobust", () => {
  it("starts with equal weights: the mean over groups of their mean losses", () => {
    const loss = groupDistributionallyRobust({ groups: 2 });
    assert.deepEqual(loss.weights(), [0.5, 0.5]);
    const [got, want] = [onBatch(loss), onBatch(groupBalanced({ groups: 2 }))];
    assertClose([got.value], [want.value]);
    assertClose(got.gradient[0], want.gradient[0]);
    assertClose(got.hvp[0], want.hvp[0]);
  });

  it("update multiplies the weights by exp(eta L) and normalises; the loss is the sum of q L", () => {
    const loss = groupDistributionallyRobust({ groups: 2, stepSize: 0.7 });
    const z = batch();
    const L = groupLosses();
    let q = [0.5, 0.5];
    for (let step = 0; step < 3; step++) {
      q = normalised(q.map((x, g) => x * Math.exp(0.7 * L[g])));
      assertClose(loss.update(z, labels, groups), q, FROM_FLOAT32);
      assertClose(loss.weights(), q, FROM_FLOAT32);
      assertClose([onBatch(loss).value], [q[0] * L[0] + q[1] * L[1]]);
    }
    z.dispose();
  });

  it("does not move the weights when it is evaluated or differentiated", () => {
    const loss = groupDistributionallyRobust({ groups: 2, stepSize: 1 });
    const before = loss.state();
    onBatch(loss);
    assert.deepEqual(loss.state(), before);
  });

  it("refuses an update within a derivative, where it would be made more than once", () => {
    const loss = groupDistributionallyRobust({ groups: 2 });
    const z = tf.variable(batch());
    const careless = () => {
      loss.update(z, labels, groups);
      return loss(z, labels, groups);
    };
    assert.throws(() => gradient(careless, [z]), /update must be called outside of gradient/);
    assert.deepEqual(loss.weights(), [0.5, 0.5]);
    z.dispose();
  });

  it("goes to the worst group, and never loses one for good", () => {
    const loss = groupDistributionallyRobust({ groups: 2, stepSize: 100 });
    const z = batch();
    const [a, b] = groupLosses();
    const worst = a > b ? 0 : 1;
    for (let step = 0; step < 100; step++) loss.update(z, labels, groups);
    assert.ok(loss.weights()[worst] > 1 - 1e-9);
    // The same number of batches of only the other group, whose loss alone then grows its weight.
    const others = groups.flatMap((g, i) => (g === worst ? [] : [i]));
    const rest = tf.tensor2d(others.map((i) => logits[i]));
    const pick = (list: number[]) => others.map((i) => list[i]);
    for (let step = 0; step < 200; step++) loss.update(rest, pick(labels), pick(groups));
    assert.ok(loss.weights()[1 - worst] > 1 - 1e-9);
    tf.dispose([z, rest]);
  });

  it("a group absent from the batch takes no step: its weight changes by the normalisation alone, its loss counts 0", () => {
    const loss = groupDistributionallyRobust({ groups: 3, stepSize: 0.5 });
    const z = batch();
    const L = groupLosses();
    const q = loss.update(z, labels, groups);
    assertClose(q, normalised([Math.exp(0.5 * L[0]), Math.exp(0.5 * L[1]), 1]), FROM_FLOAT32);
    assertClose([onBatch(loss).value], [q[0] * L[0] + q[1] * L[1]]);
    z.dispose();
  });

  it("moves the weights where each batch holds one group, as in the algorithm of the paper", () => {
    const loss = groupDistributionallyRobust({ groups: 2, stepSize: 1 });
    const easy = tf.tensor2d([[9, 0]]);
    const hard = tf.tensor2d([[0, 1]]);
    for (let step = 0; step < 5; step++) {
      loss.update(easy, [0], [0]);
      loss.update(hard, [0], [1]);
    }
    assert.ok(loss.weights()[1] > 0.99);
    tf.dispose([easy, hard]);
  });

  it("goes on, after saving and restoring through JSON, as if nothing had been", () => {
    const z = batch();
    const [first, second] = [0, 1].map(() => groupDistributionallyRobust({ groups: 2, stepSize: 0.3 }));
    first.update(z, labels, groups);
    second.restore(JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>);
    assert.deepEqual(second.weights(), first.weights());
    assert.deepEqual(second.update(z, labels, groups), first.update(z, labels, groups));
    assert.equal(onBatch(second).value, onBatch(first).value);
    z.dispose();
  });

  it("gives a state that later updates do not change, and keeps none of the one restored", () => {
    const loss = groupDistributionallyRobust({ groups: 2, stepSize: 1 });
    const z = batch();
    const saved = loss.state();
    loss.update(z, labels, groups);
    assert.deepEqual(saved, { logWeights: [0, 0] });
    const given = { logWeights: [0, -1] };
    loss.restore(given);
    given.logWeights[1] = 5;
    assertClose(loss.weights(), normalised([1, Math.exp(-1)]), FROM_FLOAT32);
    z.dispose();
  });

  it("adds adjustment / sqrt(n_g) to the losses in the update, not in the loss", () => {
    const L = groupLosses();
    const loss = groupDistributionallyRobust({ groups: 2, stepSize: 0.5, adjustment: 2, counts });
    const value = onBatch(loss).value;
    assertClose([value], [(L[0] + L[1]) / 2]);
    const z = batch();
    const want = normalised([700, 65].map((n, g) => Math.exp(0.5 * (L[g] + 2 / Math.sqrt(n)))));
    assertClose(loss.update(z, labels, groups), want, FROM_FLOAT32);
    z.dispose();
  });

  it("works on the cells (class, group) where the number of classes is given", () => {
    const l = take(tf.tidy(() => crossEntropy({ reduction: "none" })(tf.tensor2d(logits), labels)));
    const cells = [0, 1, 2].flatMap((k) => [0, 1].map((g) => meanWhere(l, (i) => labels[i] === k && groups[i] === g)));
    const loss = groupDistributionallyRobust({ groups: 2, classes: 3, stepSize: 1 });
    const z = batch();
    const q = normalised(cells.map(Math.exp));
    assertClose(loss.update(z, labels, groups), q, FROM_FLOAT32);
    assertClose([onBatch(loss).value], [cells.reduce((sum, x, c) => sum + q[c] * x, 0)]);
    z.dispose();
  });

  it("keeps the weights where a loss is not finite, and names the group", () => {
    const loss = groupDistributionallyRobust({ groups: 2 });
    const z = tf.tensor2d([
      [0, 0],
      [NaN, 0],
    ]);
    assert.throws(() => loss.update(z, [0, 0], [0, 1]), /the loss of group \d is NaN; the weights stay/);
    assert.deepEqual(loss.weights(), [0.5, 0.5]);
    z.dispose();
  });

  it("leaves no tensor behind, not in its state either", () => {
    const z = batch();
    assertNoLeak(() => {
      const loss = groupDistributionallyRobust({ groups: 2 });
      loss.update(z, labels, groups);
      loss(z, labels, groups).dispose();
      loss.restore(loss.state());
    });
    z.dispose();
  });

  it("says which options, states or batches it cannot take", () => {
    assert.throws(() => groupDistributionallyRobust({ groups: 2, stepSize: 0 }), /stepSize must be a positive finite/);
    assert.throws(() => groupDistributionallyRobust({ groups: 2, adjustment: 1 }), /adjustment needs counts \[K, 2\]/);
    assert.throws(
      () => groupDistributionallyRobust({ groups: 3, adjustment: 1, counts }),
      /adjustment needs counts \[K, 3\], received/,
    );
    const loss = groupDistributionallyRobust({ groups: 2 });
    for (const wrong of [[0], [0, NaN], [0, 0, 0]]) {
      assert.throws(() => loss.restore({ logWeights: wrong }), /state must hold 2 finite logWeights, received/);
    }
    assert.throws(() => valueOf(loss, logits, labels, [...groups.slice(1), 4]), /groups must be integers in \[0, 2\)/);
  });
});
