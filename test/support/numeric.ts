import assert from "node:assert/strict";

import { tf } from "../../src/engine";

/** Agreement asked of float32 against a float64 reference: 1e-4 of its norm (a few hundred roundings) plus 1e-6 near zero. */
export const RELATIVE_TOLERANCE = 1e-4;
export const ABSOLUTE_TOLERANCE = 1e-6;

const norm = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** Asserts ||got - want|| <= relative ||want|| + absolute. */
export function assertClose(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  { relative = RELATIVE_TOLERANCE, absolute = ABSOLUTE_TOLERANCE, what = "values" } = {},
): void {
  assert.equal(got.length, want.length, `${what}: ${got.length} numbers, wanted ${want.length}`);
  const error = norm(Array.from(got, (value, index) => value - want[index]));
  const bound = relative * norm(want) + absolute;
  assert.ok(
    error <= bound,
    `${what}: error ${error} exceeds ${bound}; got ${Array.from(got).slice(0, 6)}, want ${Array.from(want).slice(0, 6)}`,
  );
}

/** The numbers of a tensor, which is disposed. */
export function take(tensor: tf.Tensor): number[] {
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}

/** Runs `work` and asserts that it leaves no tensor behind. */
export function assertNoLeak(work: () => void): void {
  const before = tf.memory().numTensors;
  work();
  assert.equal(tf.memory().numTensors - before, 0, "tensors left behind");
}
