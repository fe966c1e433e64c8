import { tf, type Random } from "../engine";

/** The variables of one model while it is built: trainable ones, statistics, and the random source of their start values. */
export interface VariableStore {
  readonly parameters: tf.Variable[];
  readonly statistics: tf.Variable[];
  /** Names of the variables, in their order: what a checkpoint calls them. */
  readonly parameterNames: string[];
  readonly statisticNames: string[];
  readonly generator: Random;
}

/** A store without variables. */
export function emptyStore(generator: Random): VariableStore {
  return { parameters: [], statistics: [], parameterNames: [], statisticNames: [], generator };
}

/** A trainable variable drawn from N(0, 2 / fanIn) (He, Zhang, Ren, Sun 2015), the start for layers followed by ReLU. */
export function heNormal(store: VariableStore, shape: number[], fanIn: number, name?: string): tf.Variable {
  return normal(store, shape, Math.sqrt(2 / fanIn), name);
}

/** A trainable variable drawn from N(0, deviation^2). */
export function normal(store: VariableStore, shape: number[], deviation: number, name?: string): tf.Variable {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: size }, () => deviation * store.generator.normal());
  return trainable(store, tf.tensor(values, shape), name);
}

/** A trainable variable filled with one value. */
export function constant(store: VariableStore, shape: number[], value: number, name?: string): tf.Variable {
  return trainable(store, tf.fill(shape, value), name);
}

function trainable(
  store: VariableStore,
  initial: tf.Tensor,
  name = `parameter${store.parameters.length}`,
): tf.Variable {
  const variable = tf.variable(initial);
  initial.dispose();
  store.parameters.push(variable);
  store.parameterNames.push(name);
  return variable;
}

/** A variable that training moves without a gradient. */
export function statistic(
  store: VariableStore,
  shape: number[],
  value: number,
  name = `statistic${store.statistics.length}`,
): tf.Variable {
  const initial = tf.fill(shape, value);
  const variable = tf.variable(initial, false);
  initial.dispose();
  store.statistics.push(variable);
  store.statisticNames.push(name);
  return variable;
}

/**
 * Runs a builder and names the variables that it registered.
 *
 * @param store where it registers them.
 * @param path put before every name, with a dot.
 * @param names of the trainable variables and of the statistics, in the order in which they are registered.
 * @param build registers as many variables as there are names.
 * @returns what `build` returns.
 */
export function named<T>(
  store: VariableStore,
  path: string,
  names: { readonly parameters: readonly string[]; readonly statistics: readonly string[] },
  build: () => T,
): T {
  const first = [store.parameters.length, store.statistics.length];
  const built = build();
  const rename = (list: string[], start: number, short: readonly string[]) =>
    list.splice(start, short.length, ...short.map((name) => `${path}.${name}`));
  rename(store.parameterNames, first[0], names.parameters);
  rename(store.statisticNames, first[1], names.statistics);
  return built;
}
