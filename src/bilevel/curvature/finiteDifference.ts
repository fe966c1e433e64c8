import { flatten, gradient, tf } from "../../engine";
import { centralDifference } from "../displacement";
import { type BilevelProblem } from "../problem";
import { type InnerSystem } from "./system";

/**
 * The Hessian of the inner loss by central differences of its gradient: first derivatives alone.
 *
 *     H v = [dL/dtheta(theta + e v) - dL/dtheta(theta - e v)] / 2e        mixed term: the same of dL/dalpha, along p
 *
 * Three digits for smooth losses, wrong for deep networks of ReLUs. Where alpha acts on the logits alone, dL/dalpha takes one forward
 * pass.
 */
export function openFiniteDifference<T extends tf.TensorContainer>(
  problem: BilevelProblem,
  batch: number,
  use: (system: InnerSystem) => T,
): T {
  const { inner, outer } = problem;
  const slope = (variables: readonly tf.Variable[]) => () =>
    tf.tidy(() => flatten(gradient(() => problem.innerLoss(batch), variables)));
  return use({
    product: (v) => centralDifference(slope(inner), inner, v),
    along(p, withProduct) {
      if (!withProduct) return { mixed: centralDifference(slope(outer), inner, p), product: undefined };
      return tf.tidy(() => {
        const joint = centralDifference(slope([...inner, ...outer]), inner, p);
        return { product: tf.slice(joint, 0, p.size), mixed: tf.slice(joint, p.size) };
      });
    },
    mixedTerm: "finiteDifference",
  });
}
