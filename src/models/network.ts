import { pure, tf } from "../engine";
import { buildHead, type Head } from "./head";
import { type Mode, type Network } from "./model";
import { type VariableStore } from "./variables";

/** Extents of one input, without the batch. */
export type InputShape = readonly number[];

/**
 * Puts a model together from a body whose variables are registered already, and a head that is registered here, last.
 *
 * @param options.caller the factory's name, for errors.
 * @param options.body inputs [n, ...inputShape] => features [n, width].
 * @returns the model; its inputs' shape is checked at every call.
 */
export function network(options: {
  readonly caller: string;
  readonly name: string;
  readonly store: VariableStore;
  readonly inputShape: InputShape;
  readonly body: (inputs: tf.Tensor, training: boolean) => tf.Tensor2D;
  readonly width: number;
  readonly outputs: number;
  readonly head?: Head;
}): Network {
  const { caller, name, store, inputShape, body, width, outputs } = options;
  const head = buildHead(store, width, outputs, options.head);
  const features = (inputs: tf.Tensor, { training = false } = {}) =>
    tf.tidy(() => {
      if (
        inputs.rank !== inputShape.length + 1 ||
        inputShape.some((extent, axis) => inputs.shape[axis + 1] !== extent)
      ) {
        throw new TypeError(
          `${caller}: inputs must have shape [n, ${inputShape.join(", ")}], received [${inputs.shape.join(", ")}]`,
        );
      }
      return body(inputs, training);
    });
  return {
    name,
    parameters: store.parameters,
    statistics: store.statistics,
    parameterNames: store.parameterNames,
    statisticNames: store.statisticNames,
    features,
    head,
    apply: pure((inputs: tf.Tensor, mode?: Mode) => tf.tidy(() => head(features(inputs, mode)))),
    dispose: () => [...store.parameters, ...store.statistics].forEach((variable) => variable.dispose()),
  };
}

/** Throws unless every value is a positive integer. */
export function requirePositive(caller: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${caller}: ${name} must be a positive integer, received ${value}`);
  }
}

/** Throws unless an image's shape is [height, width, channels] in positive integers. */
export function requireImageShape(caller: string, shape: InputShape): void {
  if (shape.length !== 3) {
    throw new RangeError(`${caller}: inputShape must be [height, width, channels], received [${shape.join(", ")}]`);
  }
  requirePositive(caller, { height: shape[0], imageWidth: shape[1], channels: shape[2] });
}
