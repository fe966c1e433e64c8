import { type tf } from "../../engine";
import { dot, norm } from "./dense";

/** How two vectors agree. */
export interface Agreement {
  /** Cosine of the angle between them, in [-1, 1]; NaN where one is zero. */
  readonly cosine: number;
  /** |got - wanted| / |wanted|. */
  readonly relativeError: number;
}

/**
 * Compares a hypergradient with a reference.
 *
 * @param got numbers, flat.
 * @param wanted as many numbers.
 * @returns cosine and relative error; the length of what was got enters the latter alone.
 * @throws RangeError when their numbers differ.
 */
export function agreement(got: readonly number[], wanted: readonly number[]): Agreement {
  if (got.length !== wanted.length) {
    throw new RangeError(`agreement: got must have the ${wanted.length} numbers of wanted, received ${got.length}`);
  }
  const apart = got.map((value, index) => value - wanted[index]);
  return { cosine: dot(got, wanted) / (norm(got) * norm(wanted)), relativeError: norm(apart) / norm(wanted) };
}

/** The numbers of some tensors, one list after the other. */
export const numbersOf = (tensors: readonly tf.Tensor[]): number[] =>
  tensors.flatMap((tensor) => Array.from(tensor.dataSync()));
