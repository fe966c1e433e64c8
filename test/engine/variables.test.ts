import assert from "node:assert/strict";
import { it } from "node:test";

import { flatten, gradient, hessianVectorProduct, innerProduct, tf, unflatten } from "../../src/engine";
import { onEachBackend } from "../support/backends";
import { assertNoLeak, take } from "../support/numeric";

onEachBackend("flatten and unflatten", () => {
  it("join and cut tensors row by row, in the order of the list, scalars and empty ones too", () => {
    const list = [tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.scalar(7), tf.zeros([0, 2]), tf.tensor1d([8])];
    const vector = flatten(list);
    assert.deepEqual(Array.from(vector.dataSync()), [1, 2, 3, 4, 5, 6, 7, 8]);
    const parts = unflatten(vector, list);
    assert.deepEqual(
      parts.map(({ shape }) => shape),
      list.map(({ shape }) => shape),
    );
    assert.deepEqual(parts.map(take), list.map(take));
    vector.dispose();
  });

  it("take an empty list", () => {
    const vector = flatten([]);
    assert.deepEqual(vector.shape, [0]);
    assert.deepEqual(unflatten(vector, []), []);
    vector.dispose();
  });

  it("refuse a vector of another length", () => {
    const like = [tf.ones([2, 2]), tf.ones([3])];
    const message = (received: string) => ({
      name: "RangeError",
      message: `unflatten: vector must have shape [7], received [${received}]`,
    });
    assert.throws(() => unflatten(tf.ones([6]), like), message("6"));
    assert.throws(() => unflatten(tf.ones([7, 1]), like), message("7, 1"));
    tf.dispose(like);
  });

  it("leave nothing behind", () => {
    const list = [tf.ones([2, 2]), tf.scalar(3)];
    assertNoLeak(() => {
      const vector = flatten(list);
      tf.dispose([unflatten(vector, list), vector]);
    });
    tf.dispose(list);
  });

  it("are differentiable, for a single tensor too", () => {
    const packed = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3, 4])));
    for (const like of [[tf.ones([2, 2])], [tf.ones([3]), tf.scalar(0)]]) {
      const loss = () => tf.sum(tf.pow(flatten(unflatten(packed, like)), 3));
      assert.deepEqual(gradient(loss, [packed]).flatMap(take), [3, 12, 27, 48]);
      assert.deepEqual(hessianVectorProduct(loss, [packed], [tf.ones([4])]).flatMap(take), [6, 12, 18, 24]);
    }
    packed.dispose();
  });
});

onEachBackend("innerProduct", () => {
  it("sums products over the whole list", () => {
    const [a, b] = [
      [tf.tensor1d([1, 2]), tf.scalar(3)],
      [tf.tensor1d([10, 100]), tf.scalar(-1)],
    ];
    assertNoLeak(() => assert.deepEqual(take(tf.tidy(() => innerProduct(a, b))), [207]));
    tf.dispose([a, b]);
  });
});
