import { tf } from "../../engine";
import { type BilevelProblem } from "../problem";
import { withGradientTape } from "./gradientTape";
import { type InnerSystem } from "./system";

/**
 * The Hessian of the inner loss, exact.
 *
 *     H v = d/dtheta <dL/dtheta, v>        mixed term: d/dalpha <dL/dtheta, p>
 *
 * Both come from one reverse pass over the recorded gradient. For parameters that act on the logits alone the way back to alpha
 * passes the network once, in the direction of a forward pass: no second derivative of the network is formed.
 */
export function openHessian<T extends tf.TensorContainer>(
  problem: BilevelProblem,
  batch: number,
  use: (system: InnerSystem) => T,
): T {
  const { inner, outer } = problem;
  return withGradientTape(
    () => problem.innerLoss(batch),
    inner,
    ({ pull }) =>
      use({
        product: (v) => pull(v, inner),
        along(p, withProduct) {
          if (!withProduct) return { mixed: pull(p, outer), product: undefined };
          return tf.tidy(() => {
            const joint = pull(p, [...inner, ...outer]);
            return { product: tf.slice(joint, 0, p.size), mixed: tf.slice(joint, p.size) };
          });
        },
        mixedTerm: "reverse",
      }),
  );
}
