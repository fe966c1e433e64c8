import { tf, type Random } from "../engine";

/** The variables of one model while it is built: trainable ones, statistics, and the random source of their start values. */
export interface VariableStore {
  readonly parameters: tf.Variable[];
  readonly statistics: tf.Variable[];
  readonly generator: Random;
}

/** A trainable variable drawn from N(0, 2 / fanIn) (He, Zhang, Ren, Sun 2015), the start for layers followed by ReLU. */
export function heNormal(store: VariableStore, shape: number[], fanIn: number): tf.Variable {
  const deviation = Math.sqrt(2 / fanIn);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: size }, () => deviation * store.generator.normal());
  return trainable(store, tf.tensor(values, shape));
}

/** A trainable variable filled with one value. */
export function constant(store: VariableStore, shape: number[], value: number): tf.Variable {
  return trainable(store, tf.fill(shape, value));
}

function trainable(store: VariableStore, initial: tf.Tensor): tf.Variable {
  const variable = tf.variable(initial);
  initial.dispose();
  store.parameters.push(variable);
  return variable;
}

/** A variable that training moves without a gradient. */
export function statistic(store: VariableStore, shape: number[], value: number): tf.Variable {
  const initial = tf.fill(shape, value);
  const variable = tf.variable(initial, false);
  initial.dispose();
  store.statistics.push(variable);
  return variable;
}
