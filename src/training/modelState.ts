import { type tf } from "../engine";
import { type Model } from "../models";
import { variablesState, type Stateful } from "./state";

/**
 * The variables of a model by name, parameters first, then statistics.
 *
 * Variables without a name of their own are called `parameter.0`, `statistic.0` and so on.
 */
export function namedVariables(model: Model): Readonly<Record<string, tf.Variable>> {
  const entries = (variables: readonly tf.Variable[], names: readonly string[] | undefined, kind: string) =>
    variables.map((variable, index) => [names?.[index] ?? `${kind}.${index}`, variable] as const);
  const all = [
    ...entries(model.parameters, model.parameterNames, "parameter"),
    ...entries(model.statistics, model.statisticNames, "statistic"),
  ];
  const twice = all.find(([name], index) => all.findIndex(([other]) => other === name) !== index);
  if (twice)
    throw new RangeError(`${model.name}: every variable must have a name of its own; "${twice[0]}" comes twice`);
  return Object.fromEntries(all);
}

/** Weights and statistics of a model as a part of a checkpoint. */
export function modelState(model: Model): Stateful {
  return variablesState(model.name, namedVariables(model));
}
