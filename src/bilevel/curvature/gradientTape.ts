import { flatten, orZero, tf, withTape } from "../../engine";

/** The gradient of a loss on its tape: g = dL/dx, and vectors times its derivatives. */
export interface GradientTape {
  /** g, flat. */
  readonly gradient: tf.Tensor1D;
  /** d<g, v>/dy for tensors y that were on the tape, flat over their list: one reverse pass over forward and reverse pass. */
  pull(v: tf.Tensor1D, ys: readonly tf.Tensor[]): tf.Tensor1D;
}

/**
 * Records a loss and its gradient once, so that any number of second-order products cost one reverse pass each.
 *
 * @param loss () => scalar.
 * @param xs what the gradient is taken by.
 * @param use what follows, with the tape at hand.
 * @returns what `use` returns.
 * @throws TypeError when the loss is no scalar; Error naming an operation without second derivative.
 */
export function withGradientTape<T extends tf.TensorContainer>(
  loss: () => tf.Tensor,
  xs: readonly tf.Tensor[],
  use: (tape: GradientTape) => T,
): T {
  return withTape(
    (pullBack) => {
      const value = loss();
      if (value.size !== 1) {
        throw new TypeError(`hypergradient: a loss must return a scalar, received shape [${value.shape.join(", ")}]`);
      }
      return flatten(orZero(pullBack(value, xs), xs));
    },
    (gradient, pullBack) =>
      use({
        gradient,
        pull: (v, ys) => tf.tidy(() => flatten(orZero(pullBack(gradient, ys, { seed: v }), ys))),
      }),
  );
}
