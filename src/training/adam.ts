import { adamNumbers, adamUpdate, tf, type Slot } from "../engine";
import { requireNonNegative } from "../options";
import { penalised, requireShare, scheduleOf, slots, type Optimizer } from "./optimizer";
import { requireRate, type Schedule } from "./schedule";

export interface AdamOptions {
  readonly learningRate: number | Schedule;
  /** Share that the mean of gradients keeps, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Share that the mean of their squares keeps, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square, > 0; default 1e-8. */
  readonly epsilon?: number;
  /** >= 0; default 0, for `adamW` 0.01. Acts on every parameter. */
  readonly weightDecay?: number;
}

/**
 * Adam, in PyTorch's form; weight decay is an L2 penalty added to the gradient.
 *
 *     g <- gradient + weightDecay theta;  m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
 *     theta <- theta - rate / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + epsilon),  t = 1, 2, ...
 *
 * @param options.learningRate a number or a schedule (step) => rate.
 * @param options.beta1 in [0, 1); default 0.9.
 * @param options.beta2 in [0, 1); default 0.999.
 * @param options.epsilon > 0; default 1e-8.
 * @param options.weightDecay >= 0; default 0.
 * @returns the optimizer; its state takes two tensors per parameter and the number of updates.
 * @throws RangeError when an option is out of range.
 * @see Kingma, Ba: Adam, ICLR 2015, Algorithm 1.
 */
export function adam(options: AdamOptions): Optimizer {
  return adamOptimizer("adam", { weightDecay: 0, ...options }, false);
}

/**
 * Adam with decoupled weight decay, in PyTorch's form.
 *
 *     theta <- theta - rate weightDecay theta, then the update of Adam without penalty
 *
 * @param options as of {@link adam}; `weightDecay` defaults to 0.01.
 * @returns the optimizer.
 * @throws RangeError when an option is out of range.
 * @see Loshchilov, Hutter: Decoupled weight decay regularization, ICLR 2019, Algorithm 2, with the rate in place of its schedule
 *   multiplier.
 */
export function adamW(options: AdamOptions): Optimizer {
  return adamOptimizer("adamW", { weightDecay: 0.01, ...options }, true);
}

function adamOptimizer(caller: string, options: AdamOptions & { weightDecay: number }, decoupled: boolean): Optimizer {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay } = options;
  requireShare(caller, "beta1", beta1);
  requireShare(caller, "beta2", beta2);
  requireRate(caller, "epsilon", epsilon);
  requireNonNegative(caller, "weightDecay", weightDecay);
  const schedule = scheduleOf(learningRate);
  const held = slots(caller, ["mean", "square"]);
  let updates = 0;
  /** Updates every parameter, its weight decay done; decoupled, `kept` is the share of it that stays. */
  const each = (
    parameters: readonly tf.Variable[],
    gradients: readonly tf.Tensor[],
    kept: number | tf.Scalar,
    update: (parameter: tf.Variable, gradient: tf.Tensor, mean: Slot, square: Slot) => void,
  ): void => {
    const { mean, square } = held.of(parameters, gradients);
    parameters.forEach((parameter, index) => {
      if (decoupled) tf.tidy(() => parameter.assign(tf.mul(parameter, kept)));
      const gradient = decoupled ? gradients[index] : penalised(parameter, gradients[index], weightDecay);
      update(parameter, gradient, mean[index], square[index]);
      if (gradient !== gradients[index]) gradient.dispose();
    });
  };
  return {
    name: `${decoupled ? "AdamW" : "Adam"} (${beta1}, ${beta2}, epsilon ${epsilon}, weight decay ${weightDecay})`,
    learningRate: schedule,
    step(parameters, gradients, rate) {
      updates++;
      const numbers = { learningRate: rate, beta1, beta2, epsilon, step: updates };
      each(parameters, gradients, 1 - rate * weightDecay, (parameter, gradient, mean, square) =>
        adamUpdate(parameter, mean, square, gradient, numbers),
      );
    },
    recordable: {
      numbers(learningRate) {
        updates++;
        const numbers = { ...adamNumbers({ learningRate, beta1, beta2, epsilon, step: updates }) };
        return decoupled ? { ...numbers, kept: 1 - learningRate * weightDecay } : numbers;
      },
      update(parameters, gradients, { rate, epsilon: scaled, kept }) {
        each(parameters, gradients, kept, (parameter, gradient, mean, square) =>
          adamUpdate(parameter, mean, square, gradient, { beta1, beta2 }, { rate, epsilon: scaled }),
        );
      },
      state: held.recordable,
    },
    state: () => ({ tensors: held.tensors(), values: { updates } }),
    restore(state) {
      if (typeof state.values.updates !== "number") {
        throw new RangeError(`${caller}: the state must hold the number of updates, received ${state.values.updates}`);
      }
      held.restore(state);
      updates = state.values.updates;
    },
    dispose() {
      held.dispose();
      updates = 0;
    },
  };
}
