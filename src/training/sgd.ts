import { tf } from "../engine";
import { constant, type Schedule } from "./schedule";

/** Moves parameters along their gradients; its state belongs to one run. */
export interface Optimizer {
  /** One update, in place. Gradients stay the caller's. */
  update(parameters: readonly tf.Variable[], gradients: readonly tf.Tensor[], step: number): void;
  /** Frees the state. */
  dispose(): void;
}

export interface SgdOptions {
  readonly learningRate: number | Schedule;
  /** In [0, 1); default 0.9. */
  readonly momentum?: number;
  /** L2 penalty added to the gradient, >= 0; default 0. Acts on every parameter. */
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum, in PyTorch's form.
 *
 *     g <- gradient + weightDecay theta;  v <- momentum v + g;  theta <- theta - rate (nesterov ? g + momentum v : v)
 *
 * @param options.learningRate a number or a schedule (step) => rate.
 * @param options.momentum in [0, 1); default 0.9.
 * @param options.weightDecay >= 0; default 0.
 * @param options.nesterov default false.
 * @returns the optimizer; its velocities start at the first gradient and take one tensor per parameter.
 * @throws RangeError when an option is out of range.
 */
export function sgd({ learningRate, momentum = 0.9, weightDecay = 0, nesterov = false }: SgdOptions): Optimizer {
  const rate = typeof learningRate === "number" ? constant(learningRate) : learningRate;
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`sgd: momentum must be in [0, 1), received ${momentum}`);
  if (!(weightDecay >= 0 && weightDecay < Infinity)) {
    throw new RangeError(`sgd: weightDecay must be at least 0, received ${weightDecay}`);
  }
  let velocities: tf.Tensor[] = [];
  return {
    update(parameters, gradients, step) {
      const previous = velocities;
      velocities = parameters.map((parameter, index) =>
        tf.tidy(() => {
          const decayed =
            weightDecay === 0 ? gradients[index] : tf.add(gradients[index], tf.mul(parameter, weightDecay));
          const velocity = previous.length === 0 ? decayed.clone() : tf.add(tf.mul(previous[index], momentum), decayed);
          const direction = nesterov ? tf.add(decayed, tf.mul(velocity, momentum)) : velocity;
          parameter.assign(tf.sub(parameter, tf.mul(direction, rate(step))));
          return tf.keep(velocity);
        }),
      );
      tf.dispose(previous);
    },
    dispose: () => tf.dispose(velocities),
  };
}
