import { flatten, orZero, tf, withTape, type JacobianVectorProductOptions } from "../../engine";
import { centralDifference } from "../displacement";
import { type BilevelProblem } from "../problem";
import { withGradientTape, type GradientTape } from "./gradientTape";
import { type InnerSystem, type OpenBatch } from "./system";

/** How J v is formed: on the tape, exactly, or from two more forward passes. */
export type JacobianMode = NonNullable<JacobianVectorProductOptions["mode"]>;

/** The logits at the point, with their Jacobian J. */
interface Linearised {
  readonly logits: tf.Tensor;
  /** J v, of the logits' shape. */
  forward(v: tf.Tensor1D): tf.Tensor;
  /** J' u, flat. */
  backward(u: tf.Tensor): tf.Tensor1D;
  /** Whether the logits depend on the outer variables. */
  readonly outerInside: boolean;
}

/**
 * The Gauss-Newton matrix of the inner loss: positive semidefinite for losses that are convex in the logits.
 *
 *     G v = J' H_L J v + H_R v                        J = dlogits/dtheta, H_L: Hessian of the loss in the logits, R: the penalty
 *     mixed term: d/dalpha <dL/dlogits, J p> + d/dalpha <dR/dtheta, p>        where the logits do not depend on alpha
 *
 * This mixed term is exact, not an approximation, and needs J p alone of the network, the way of a forward pass. Where the logits do
 * depend on alpha, which the tape shows, it is taken by reverse passes over the inner loss, or refused if `forwardOnly` is set.
 *
 * @param jacobian `"exact"` or `"finiteDifference"`.
 * @param forwardOnly whether a mixed term by other than forward passes is an error.
 */
export function openGaussNewton(jacobian: JacobianMode, forwardOnly: boolean): OpenBatch {
  return (problem, batch, use) => {
    const { inner, outer } = problem;
    const { innerLossOfLogits, innerPenalty } = requireLogits(problem);
    return withLogits(problem, batch, jacobian, (network) => {
      if (network.outerInside && forwardOnly) {
        throw new RangeError(
          'hypergradient: mixed "forward" needs logits that do not depend on the outer variables; take mixed "reverse"',
        );
      }
      const penaltyOf = innerPenalty && (() => innerPenalty.call(problem));
      return withGradientTape(
        () => innerLossOfLogits.call(problem, network.logits, batch),
        [network.logits],
        (loss) =>
          withPenalty(penaltyOf, inner, (penalty) =>
            use(gaussNewtonSystem(problem, batch, { network, loss, penalty, inner, outer })),
          ),
      );
    });
  };
}

interface Parts {
  readonly network: Linearised;
  readonly loss: GradientTape;
  readonly penalty: GradientTape | undefined;
  readonly inner: readonly tf.Variable[];
  readonly outer: readonly tf.Variable[];
}

function gaussNewtonSystem(problem: BilevelProblem, batch: number, parts: Parts): InnerSystem {
  const { network, loss, penalty, inner, outer } = parts;
  const { logits } = network;
  const flat = (tensor: tf.Tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D;
  const plusPenalty = (v: tf.Tensor1D, of: readonly tf.Tensor[], value: tf.Tensor1D) =>
    penalty ? (tf.add(value, penalty.pull(v, of)) as tf.Tensor1D) : value;
  const curved = (v: tf.Tensor1D, direction: tf.Tensor1D) =>
    plusPenalty(v, inner, network.backward(tf.reshape(loss.pull(direction, [logits]), logits.shape)));
  return {
    product: (v) => tf.tidy(() => curved(v, flat(network.forward(v)))),
    along: (p, withProduct) =>
      tf.tidy(() => {
        if (network.outerInside && !withProduct) return { mixed: reverseMixed(problem, batch, p), product: undefined };
        const direction = flat(network.forward(p));
        const mixed = network.outerInside
          ? reverseMixed(problem, batch, p)
          : plusPenalty(p, outer, loss.pull(direction, outer));
        return { mixed, product: withProduct ? curved(p, direction) : undefined };
      }),
    mixedTerm: network.outerInside ? "reverse" : "forward",
  };
}

/** Where alpha acts inside of the network too: the general mixed term. */
const reverseMixed = (problem: BilevelProblem, batch: number, p: tf.Tensor1D) =>
  withGradientTape(
    () => problem.innerLoss(batch),
    problem.inner,
    ({ pull }) => pull(p, problem.outer),
  );

function withPenalty<T extends tf.TensorContainer>(
  penalty: (() => tf.Tensor) | undefined,
  inner: readonly tf.Variable[],
  use: (penalty: GradientTape | undefined) => T,
): T {
  return penalty ? withGradientTape(penalty, inner, use) : use(undefined);
}

/** Evaluates the logits once and linearises them: J' by a reverse pass, J by a reverse pass over that one, which is linear in u. */
function withLogits<T extends tf.TensorContainer>(
  problem: BilevelProblem,
  batch: number,
  jacobian: JacobianMode,
  use: (network: Linearised) => T,
): T {
  const { inner, outer } = problem;
  const evaluate = () => requireLogits(problem).innerLogits.call(problem, batch);
  const exact = jacobian === "exact";
  return withTape(
    (pullBack) => {
      const logits = evaluate();
      const u = tf.zeros(logits.shape);
      const outerInside = pullBack(logits, outer).some((part) => part !== undefined);
      return {
        logits,
        u,
        outerInside,
        pulled: exact ? flatten(orZero(pullBack(logits, inner, { seed: u }), inner)) : u,
      };
    },
    ({ logits, u, outerInside, pulled }, pullBack) =>
      use({
        logits,
        outerInside,
        forward: (v) =>
          exact
            ? tf.tidy(() => orZero(pullBack(pulled, [u], { seed: v }), [u])[0])
            : centralDifference(evaluate, inner, v),
        backward: (seed) => tf.tidy(() => flatten(orZero(pullBack(logits, inner, { seed }), inner))),
      }),
  );
}

/** Throws unless the problem is given with its logits. */
export function requireLogits(problem: BilevelProblem) {
  const { innerLogits, innerLossOfLogits, innerPenalty } = problem;
  if (!innerLogits || !innerLossOfLogits) {
    throw new RangeError(
      'hypergradient: curvature "gaussNewton" and mixed "forward" need innerLogits and innerLossOfLogits, and innerPenalty where the inner ' +
        "loss has a penalty",
    );
  }
  return { innerLogits, innerLossOfLogits, innerPenalty };
}
