import { adamUpdate, tf } from "../engine";
import { penalised, requireNonNegative, requireShare, scheduleOf, slots, type Optimizer } from "./optimizer";
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
  return {
    name: `${decoupled ? "AdamW" : "Adam"} (${beta1}, ${beta2}, epsilon ${epsilon}, weight decay ${weightDecay})`,
    learningRate: schedule,
    step(parameters, gradients, rate) {
      const { mean, square } = held.of(parameters, gradients);
      updates++;
      parameters.forEach((parameter, index) => {
        if (decoupled) tf.tidy(() => parameter.assign(tf.mul(parameter, 1 - rate * weightDecay)));
        const gradient = decoupled ? gradients[index] : penalised(parameter, gradients[index], weightDecay);
        const numbers = { learningRate: rate, beta1, beta2, epsilon, step: updates };
        adamUpdate(parameter, mean[index], square[index], gradient, numbers);
        if (gradient !== gradients[index]) gradient.dispose();
      });
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
