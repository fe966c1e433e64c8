import { momentumUpdate, type tf } from "../engine";
import { requireNonNegative } from "../options";
import { penalised, requireShare, scheduleOf, slots, type Optimizer } from "./optimizer";
import { type Schedule } from "./schedule";

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
 * @returns the optimizer; its velocities start at zero and take the memory of the parameters once more.
 * @throws RangeError when an option is out of range.
 */
export function sgd({ learningRate, momentum = 0.9, weightDecay = 0, nesterov = false }: SgdOptions): Optimizer {
  requireShare("sgd", "momentum", momentum);
  requireNonNegative("sgd", "weightDecay", weightDecay);
  const schedule = scheduleOf(learningRate);
  const held = slots("sgd", ["velocity"]);
  const update = (
    parameters: readonly tf.Variable[],
    gradients: readonly tf.Tensor[],
    rate: number | tf.Scalar,
  ): void => {
    const { velocity } = held.of(parameters, gradients);
    parameters.forEach((parameter, index) => {
      const decayed = penalised(parameter, gradients[index], weightDecay);
      momentumUpdate(parameter, velocity[index], decayed, { learningRate: rate, momentum, nesterov });
      if (decayed !== gradients[index]) decayed.dispose();
    });
  };
  return {
    name: `SGD (momentum ${momentum}${nesterov ? ", Nesterov" : ""}, weight decay ${weightDecay})`,
    learningRate: schedule,
    step: update,
    recordable: {
      numbers: (learningRate) => ({ learningRate }),
      update: (parameters, gradients, { learningRate }) => update(parameters, gradients, learningRate),
      state: held.recordable,
    },
    state: () => ({ tensors: held.tensors(), values: {} }),
    restore: held.restore,
    dispose: held.dispose,
  };
}
