import { random, tf } from "../engine";
import { type Head } from "./head";
import { type Network } from "./model";
import { network, requirePositive } from "./network";
import { emptyStore } from "./variables";

export interface LogisticRegressionOptions {
  /** Extents of one input: a number of features, or those of an image. */
  readonly inputShape: number | readonly number[];
  /** Number of logits; 1 gives logits of shape [n]. */
  readonly outputs: number;
  /** Where the weights start: `zero` (default) or `heNormal`. */
  readonly start?: "zero" | "heNormal";
  /** Seed of the start values; without use for `zero`. Default 0. */
  readonly seed?: number;
}

/**
 * Logistic regression: logits that are linear in the inputs.
 *
 *     logits = inputs W + b
 *
 * With cross-entropy and a penalty on W the problem is strictly convex, so that exact solutions and hypergradients exist to check
 * against.
 *
 * @param options.inputShape number of features d, or extents whose product is d.
 * @param options.outputs number of logits, >= 1.
 * @param options.start `zero` (default) or `heNormal`.
 * @param options.seed seed of the start values; default 0.
 * @returns the model: inputs [n, ...inputShape] to logits [n, outputs], or [n] where `outputs` is 1; features are the inputs, [n, d].
 * @throws RangeError when an extent or `outputs` is not a positive integer.
 */
export function logisticRegression(options: LogisticRegressionOptions): Network {
  const { outputs, start = "zero", seed = 0 } = options;
  const shape = extents("logisticRegression", options.inputShape);
  requirePositive("logisticRegression", { outputs });
  const width = shape.reduce((product, extent) => product * extent, 1);
  const head: Head = { kind: "linear", start };
  return network({
    caller: "logisticRegression",
    name: "logistic regression",
    store: emptyStore(random(seed).fork("logisticRegression")),
    inputShape: shape,
    body: (inputs) => tf.reshape(inputs, [-1, width]),
    width,
    outputs,
    head,
  });
}

/** The input shape as a list, checked. */
export function extents(caller: string, inputShape: number | readonly number[]): readonly number[] {
  const shape = typeof inputShape === "number" ? [inputShape] : inputShape;
  if (shape.length === 0) throw new RangeError(`${caller}: inputShape must have at least one extent, received []`);
  shape.forEach((extent, axis) => requirePositive(caller, { [`inputShape[${axis}]`]: extent }));
  return shape;
}
