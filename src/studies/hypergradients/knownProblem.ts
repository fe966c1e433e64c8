import { type BilevelProblem } from "../../bilevel";
import { tf } from "../../engine";

/** A bilevel problem whose hypergradient at its minimiser is known in float64, without the library's derivatives. */
export interface KnownProblem {
  readonly name: string;
  readonly problem: BilevelProblem;
  /** dF/dalpha at theta*, flat, in the order of the outer variables. */
  readonly truth: readonly number[];
  /** theta*, flat, in the order of the inner variables; the variables hold it, rounded to float32. */
  readonly minimiser: readonly number[];
  /** Smallest and largest eigenvalue of the inner Hessian at theta*. */
  readonly spectrum: readonly [number, number];
  /** Gives the inner variables other values, flat. */
  setInner(theta: readonly number[]): void;
  dispose(): void;
}

/** Gives variables the parts of a flat list, in their order. */
export function assignFlat(variables: readonly tf.Variable[], values: readonly number[]): void {
  let from = 0;
  for (const variable of variables) {
    const part = values.slice(from, (from += variable.size));
    tf.tidy(() => variable.assign(tf.tensor(part, variable.shape)));
  }
}

/** Smallest and largest eigenvalue of a symmetric matrix, by the eigenvalues that are given or found. */
export const ends = (eigenvalues: readonly number[]): [number, number] => [
  Math.min(...eigenvalues),
  Math.max(...eigenvalues),
];
