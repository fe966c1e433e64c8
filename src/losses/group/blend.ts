import { tf } from "../../engine";
import { quote } from "../schema";

/** The inputs of two functions called alike: place by place what both take, and the rest of the longer one. */
export type Joined<A extends readonly unknown[], B extends readonly unknown[]> = A extends readonly [
  infer First,
  ...infer Rest,
]
  ? B extends readonly [infer Other, ...infer Others]
    ? [First & Other, ...Joined<Rest, Others>]
    : A
  : B;

/**
 * A blend of two losses of any family.
 *
 *     (1 - lambda) L1 + lambda L2
 *
 * For example cross-entropy with the DEO surrogate: `blend(0.5, crossEntropy(), differenceOfEqualOpportunity({ groups: 2 }))`.
 * A loss that takes fewer inputs, as a multiclass one beside a group one, leaves the others unread.
 *
 * @param lambda in [0, 1]: a number, or a scalar tensor or variable, which is used as it stands at each call, is not checked for range,
 *   and is differentiated through. At the numbers 0 and 1 the loss without weight is not evaluated.
 * @param first L1.
 * @param second L2.
 * @returns a loss with the inputs of the two => scalar.
 * @throws RangeError when lambda is no number in [0, 1] and no scalar tensor.
 * @see The blended objective of AutoBalance (Li et al., NeurIPS 2021), as given by a third-party digest of the paper.
 */
export function blend<A extends readonly unknown[], B extends readonly unknown[]>(
  lambda: number | tf.Tensor,
  first: (...inputs: A) => tf.Scalar,
  second: (...inputs: B) => tf.Scalar,
): (...inputs: Joined<A, B>) => tf.Scalar {
  const ok = lambda instanceof tf.Tensor ? lambda.rank === 0 : typeof lambda === "number" && lambda >= 0 && lambda <= 1;
  if (!ok) {
    throw new RangeError(`blend: lambda must be a number in [0, 1] or a scalar tensor, received ${quote(lambda)}`);
  }
  type Loss = (...inputs: readonly unknown[]) => tf.Scalar;
  const [one, other] = [first, second] as unknown as [Loss, Loss];
  if (lambda === 0) return one;
  if (lambda === 1) return other;
  return (...inputs: readonly unknown[]) =>
    tf.tidy(() => {
      const rest = typeof lambda === "number" ? 1 - lambda : tf.sub(1, lambda);
      return tf.add(tf.mul(rest, one(...inputs)), tf.mul(lambda, other(...inputs))) as tf.Scalar;
    });
}
