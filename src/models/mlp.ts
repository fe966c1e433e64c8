import { biasAdd, random, tf } from "../engine";
import { type Head } from "./head";
import { normalisation } from "./layers";
import { extents } from "./logisticRegression";
import { type Network } from "./model";
import { network, requirePositive } from "./network";
import { constant, emptyStore, normal, type VariableStore } from "./variables";

/** The function between two layers; `tanh` and `softplus` have second derivatives everywhere. */
const ACTIVATIONS = {
  relu: (x: tf.Tensor2D) => tf.relu(x),
  tanh: (x: tf.Tensor2D) => tf.tanh(x),
  softplus: (x: tf.Tensor2D) => tf.softplus(x),
} as const;

export interface MlpOptions {
  /** Extents of one input: a number of features, or those of an image. */
  readonly inputShape: number | readonly number[];
  /** Widths of the hidden layers, at least one. */
  readonly hidden: readonly number[];
  /** Number of logits; 1 gives logits of shape [n]. */
  readonly outputs: number;
  /** Seed of the start values. */
  readonly seed: number;
  /** Default `relu`. */
  readonly activation?: keyof typeof ACTIVATIONS;
  /** Whether batch norm stands before every activation; default false. */
  readonly batchNorm?: boolean;
  /** Default linear. */
  readonly head?: Head;
}

/**
 * A multilayer perceptron.
 *
 *     h_l = activation(norm(h_{l-1} W_l + b_l)),  logits = head(h_L)
 *
 * @param options.inputShape number of features, or extents that are flattened.
 * @param options.hidden widths of the hidden layers, at least one.
 * @param options.outputs number of logits, >= 1.
 * @param options.seed seed of the start values: W_l from N(0, 2 / fanIn) (He), for tanh from N(0, 2 / (fanIn + fanOut)) (Glorot);
 *   biases zero.
 * @param options.activation `relu` (default), `tanh` or `softplus`.
 * @param options.batchNorm default false; with it the layers have no bias of their own.
 * @param options.head linear (default) or cosine, see {@link Head}.
 * @returns the model: inputs [n, ...inputShape] to logits [n, outputs], or [n] where `outputs` is 1; features are h_L.
 * @throws RangeError when an extent or width is not a positive integer, `hidden` is empty or the activation is not known.
 */
export function mlp(options: MlpOptions): Network {
  const { hidden, outputs, seed, activation = "relu", batchNorm = false, head } = options;
  const shape = extents("mlp", options.inputShape);
  if (hidden.length === 0) throw new RangeError("mlp: hidden must have at least one width, received []");
  hidden.forEach((width, layer) => requirePositive("mlp", { [`hidden[${layer}]`]: width }));
  requirePositive("mlp", { outputs });
  if (!Object.hasOwn(ACTIVATIONS, activation)) {
    const accepted = Object.keys(ACTIVATIONS).join(", ");
    throw new RangeError(`mlp: activation must be one of ${accepted}, received ${JSON.stringify(activation)}`);
  }
  const store = emptyStore(random(seed).fork("mlp"));
  const inputs = shape.reduce((product, extent) => product * extent, 1);
  const layers = hidden.map((to, layer) => {
    const from = layer === 0 ? inputs : hidden[layer - 1];
    return dense(store, `layer${layer + 1}`, { from, to, activation, batchNorm });
  });
  return network({
    caller: "mlp",
    name: `MLP ${hidden.join("-")}`,
    store,
    inputShape: shape,
    body: (x, training) =>
      layers.reduce(
        (value, layer) => layer(value, training),
        (x.rank === 2 ? x : tf.reshape(x, [-1, inputs])) as tf.Tensor2D,
      ),
    width: hidden[hidden.length - 1],
    outputs,
    head,
  });
}

function dense(
  store: VariableStore,
  path: string,
  options: { from: number; to: number; activation: keyof typeof ACTIVATIONS; batchNorm: boolean },
): (x: tf.Tensor2D, training: boolean) => tf.Tensor2D {
  const { from, to, activation, batchNorm } = options;
  const variance = activation === "tanh" ? 2 / (from + to) : 2 / from;
  const weight = normal(store, [from, to], Math.sqrt(variance), `${path}.weight`) as unknown as tf.Tensor2D;
  const act = ACTIVATIONS[activation];
  if (!batchNorm) {
    const bias = constant(store, [to], 0, `${path}.bias`);
    return (x) => act(biasAdd(tf.matMul(x, weight), bias));
  }
  const norm = normalisation(store, `${path}.norm`, to);
  return (x, training) => {
    const z = tf.reshape(tf.matMul(x, weight), [-1, 1, 1, to]) as tf.Tensor4D;
    return act(tf.reshape(norm(z, training), [-1, to]) as tf.Tensor2D);
  };
}
