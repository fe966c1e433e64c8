import { flatten, gradient, tf } from "../../engine";
import { assign } from "../displacement";
import { withGradientTape } from "../curvature";
import { mean, type BilevelProblem } from "../problem";

/** dL/dy for variables y, flat: the mean over batches of the inner loss. */
export function innerGradient(
  problem: BilevelProblem,
  batches: readonly number[],
  variables: readonly tf.Variable[],
): tf.Tensor1D {
  return mean(batches, (batch) => tf.tidy(() => flatten(gradient(() => problem.innerLoss(batch), variables))));
}

/** d<dL/dtheta, p>/d(theta, alpha), flat: H p and the mixed term, the mean over batches. */
export function alongAdjoint(problem: BilevelProblem, batches: readonly number[], p: tf.Tensor1D): tf.Tensor1D {
  const { inner, outer } = problem;
  return mean(batches, (batch) =>
    withGradientTape(
      () => problem.innerLoss(batch),
      inner,
      ({ pull }) => pull(p, [...inner, ...outer]),
    ),
  );
}

/** theta <- theta - rate g, g flat. */
export function descend(inner: readonly tf.Variable[], rate: number, g: tf.Tensor): void {
  tf.tidy(() => assign(inner, tf.sub(flatten(inner as readonly tf.Tensor[]), tf.mul(rate, g))));
}
