import { innerProduct, tf } from "../../engine";

/** A vector of the space in which a system is solved: a list of tensors, of the same shapes throughout. */
export type Vector = readonly tf.Tensor[];

/** The product of a symmetric matrix with a vector: new tensors, which the solver frees. */
export type MatVec = (vector: Vector) => tf.Tensor[];

/** <a, b>. */
export function dot(a: Vector, b: Vector): number {
  const product = tf.tidy(() => innerProduct(a, b));
  const [value] = product.dataSync();
  product.dispose();
  return value;
}

/** ||a||. */
export const norm = (a: Vector): number => Math.sqrt(dot(a, a));

/** a + factor b. */
export const plus = (a: Vector, factor: number, b: Vector): tf.Tensor[] =>
  tf.tidy(() => a.map((tensor, index) => tf.add(tensor, tf.mul(b[index], factor))));

/** factor a. */
export const times = (factor: number, a: Vector): tf.Tensor[] => a.map((tensor) => tf.mul(tensor, factor));

/** A copy of a. */
export const copy = (a: Vector): tf.Tensor[] => a.map((tensor) => tf.clone(tensor));

export const zerosLike = (a: Vector): tf.Tensor[] => a.map((tensor) => tf.zeros(tensor.shape));

/** Number of entries of the vector. */
export const sizeOf = (a: Vector): number => a.reduce((sum, { size }) => sum + size, 0);

/** The next value of a vector that is no longer needed. */
export function renew(old: Vector, next: tf.Tensor[]): tf.Tensor[] {
  tf.dispose([...old]);
  return next;
}

/** The length of a right-hand side. Throws when there is none or it is not finite. */
export function checkedLength(caller: string, rightHandSide: Vector): number {
  if (rightHandSide.length === 0) {
    throw new RangeError(`${caller}: the right-hand side must hold at least one tensor, received none`);
  }
  const length = norm(rightHandSide);
  if (!Number.isFinite(length)) {
    throw new RangeError(`${caller}: the right-hand side must be finite, received one of length ${length}`);
  }
  return length;
}

/** Throws unless a number that a product of the matrix gave is finite. */
export function requireFinite(caller: string, value: number, products: number): void {
  if (!Number.isFinite(value)) {
    throw new Error(`${caller}: product ${products} of the matrix with a vector is not finite (${value})`);
  }
}
