import { tf } from "./tf";

/**
 * Joins a list of tensors into one vector.
 *
 * @param tensors any shapes; float32.
 * @returns shape [sum of sizes], in the order of the list, each row by row. An empty list gives an empty vector.
 */
export function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  if (tensors.length === 0) return tf.tensor1d([]);
  return tf.tidy(() => tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D)));
}

/**
 * Cuts a vector into tensors of the shapes of a list: the inverse of {@link flatten}.
 *
 * @param vector shape [sum of sizes].
 * @param like tensors or variables whose shapes are taken.
 * @returns new tensors with these shapes.
 * @throws RangeError when the vector's length is not the sum of the sizes.
 */
export function unflatten(vector: tf.Tensor, like: readonly tf.Tensor[]): tf.Tensor[] {
  const total = like.reduce((sum, { size }) => sum + size, 0);
  if (vector.rank !== 1 || vector.size !== total) {
    throw new RangeError(`unflatten: vector must have shape [${total}], received [${vector.shape.join(", ")}]`);
  }
  if (like.length === 0) return [];
  return tf.tidy(() => {
    const parts = tf.split(
      vector,
      like.map(({ size }) => size),
    );
    return parts.map((part, index) => tf.reshape(part, like[index].shape));
  });
}

/** Sum over the list of <a_i, b_i>, on the tape. */
export function innerProduct(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): tf.Scalar {
  return a
    .map((tensor, index) => tf.sum(tf.mul(tensor, b[index])))
    .reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
}

/** Throws unless vectors and parameters are lists of one length with equal shapes. */
export function checkVectors(caller: string, params: readonly tf.Variable[], vectors: readonly tf.Tensor[]): void {
  if (params.length === 0) throw new RangeError(`${caller}: params must hold at least one variable, received none`);
  const shapes = (list: readonly tf.Tensor[]) => list.map(({ shape }) => `[${shape.join(", ")}]`).join(" ");
  if (shapes(params) !== shapes(vectors)) {
    throw new RangeError(
      `${caller}: vectors must have the shapes of params, ${shapes(params)}; received ${shapes(vectors)}`,
    );
  }
}
