import { tf } from "../engine";
import { type Model } from "../models";
import { namedVariables } from "./modelState";
import { requireShare } from "./optimizer";
import { variablesState, type Stateful } from "./state";

export interface MovingAverageOptions {
  /** Share of the average that a step keeps, in [0, 1); for example 0.999. */
  readonly decay: number;
  /** Lets the first steps forget the start values faster: step t keeps min(decay, (1 + t) / (10 + t)). Default false. */
  readonly warmup?: boolean;
}

/** A second set of a model's variables that trails behind the first. */
export interface MovingAverage extends Stateful {
  /** Moves the average towards the model's variables, once per step. */
  update(): void;
  /** Runs work while the model has the averaged variables, and puts its own back, also when the work fails. */
  using<T>(work: () => T | Promise<T>): Promise<T>;
  /** Gives the model the averaged variables for good. */
  assign(): void;
  /** Frees the average. */
  dispose(): void;
}

/**
 * Exponential moving average of a model's weights, and of its running statistics.
 *
 *     average <- d average + (1 - d) variable,  d = decay, or min(decay, (1 + t) / (10 + t)) with warm-up, t = 0, 1, ...
 *
 * @param model whose variables are averaged; the average starts at them.
 * @param options.decay in [0, 1).
 * @param options.warmup default false.
 * @returns the average. `fit` updates it where it is given as `average`, and evaluates with it.
 * @throws RangeError when `decay` is out of range.
 * @see Polyak, Juditsky: Acceleration of stochastic approximation by averaging, SIAM J. Control 1992, for averaging as such; the
 *   warm-up is that of TensorFlow's `ExponentialMovingAverage`.
 */
export function movingAverage(model: Model, { decay, warmup = false }: MovingAverageOptions): MovingAverage {
  requireShare("movingAverage", "decay", decay);
  const variables = namedVariables(model);
  const averages = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const start = variable.clone();
      const average = tf.variable(start, false);
      start.dispose();
      return [name, average] as const;
    }),
  );
  const held = variablesState("movingAverage", averages);
  const copyTo = (to: Readonly<Record<string, tf.Variable>>, from: Readonly<Record<string, tf.Tensor>>) => {
    for (const name of Object.keys(to)) to[name].assign(from[name]);
  };
  let updates = 0;
  return {
    update() {
      const kept = warmup ? Math.min(decay, (1 + updates) / (10 + updates)) : decay;
      tf.tidy(() => {
        for (const [name, average] of Object.entries(averages)) {
          average.assign(tf.add(tf.mul(average, kept), tf.mul(variables[name], 1 - kept)));
        }
      });
      updates++;
    },
    async using(work) {
      const own = Object.fromEntries(
        Object.entries(variables).map(([name, variable]) => [name, tf.keep(variable.clone())]),
      );
      copyTo(variables, averages);
      try {
        return await work();
      } finally {
        copyTo(variables, own);
        tf.dispose(Object.values(own));
      }
    },
    assign: () => copyTo(variables, averages),
    state: () => ({ tensors: held.state().tensors, values: { updates } }),
    restore(state) {
      if (typeof state.values.updates !== "number") {
        throw new RangeError(
          `movingAverage: the state must hold the number of updates, received ${state.values.updates}`,
        );
      }
      held.restore(state);
      updates = state.values.updates;
    },
    dispose: () => tf.dispose(Object.values(averages)),
  };
}
