import assert from "node:assert/strict";
import { it } from "node:test";

import { tf } from "../../src/engine";
import { clipByGlobalNorm } from "../../src/training";
import { onEachBackend } from "../support/backends";
import { assertClose, assertNoLeak, take } from "../support/numeric";

onEachBackend("clipByGlobalNorm", () => {
  const gradients = [tf.tensor1d([3, 0]), tf.tensor2d([[0], [4]])];

  it("scales all gradients together where their joint norm, 5 here, is too large", () => {
    const clipped = clipByGlobalNorm(gradients, 2);
    assert.deepEqual(
      clipped.map(({ shape }) => shape),
      [[2], [2, 1]],
    );
    assertClose(clipped.flatMap(take), [1.2, 0, 0, 1.6]);
  });

  it("leaves smaller ones as they are, bit for bit, and zeros zero", () => {
    assert.deepEqual(clipByGlobalNorm(gradients, 5).flatMap(take), [3, 0, 0, 4]);
    assert.deepEqual(clipByGlobalNorm([tf.zeros([2])], 1).flatMap(take), [0, 0]);
  });

  it("hides no NaN and no infinity", () => {
    for (const bad of [NaN, Infinity, 1e30]) {
      const clipped = clipByGlobalNorm([tf.tensor1d([1]), tf.tensor1d([bad])], 1);
      assert.ok(clipped.flatMap(take).every(Number.isNaN), `${bad}`);
    }
  });

  it("leaves no tensor behind but its results", () => {
    assertNoLeak(() => tf.dispose(clipByGlobalNorm(gradients, 1)));
  });

  it("takes no gradients, and no bound that is not positive", () => {
    assert.deepEqual(clipByGlobalNorm([], 1), []);
    assert.throws(() => clipByGlobalNorm(gradients, 0), /maxNorm must be a positive number, received 0/);
  });
});
