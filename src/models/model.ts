import { type tf } from "../engine";

/** How a network is run. */
export interface Mode {
  /** true: normalise by the batch and update the running statistics; false (default): use the latter and leave them alone. */
  readonly training?: boolean;
}

/** A network as a plain function over a list of variables, so that bilevel methods can differentiate through it. */
export interface Model {
  readonly name: string;
  /** The trainable variables, in a fixed order. */
  readonly parameters: readonly tf.Variable[];
  /** Variables that training moves without a gradient: running means and variances of batch norm. */
  readonly statistics: readonly tf.Variable[];
  /** Names of `parameters`, which a checkpoint calls them by; default: their positions. */
  readonly parameterNames?: readonly string[];
  /** Names of `statistics`. */
  readonly statisticNames?: readonly string[];
  /**
   * Logits of a batch.
   *
   * @param inputs [n, ...].
   * @param mode.training true: normalise by the batch and update the running statistics; false (default): use the latter.
   * @returns logits [n, K], or [n] for a model with one output.
   */
  apply(inputs: tf.Tensor, mode?: Mode): tf.Tensor;
  /**
   * What the head sees of a batch, [n, d]: the layer before the logits.
   *
   * The kit's own models have it; a wrapped one where its last layer has one input.
   */
  features?(inputs: tf.Tensor, mode?: Mode): tf.Tensor2D;
  /** Frees all variables. */
  dispose(): void;
}

/** A model of the kit: `apply` is `head` of `features`. */
export interface Network extends Model {
  readonly parameterNames: readonly string[];
  readonly statisticNames: readonly string[];
  features(inputs: tf.Tensor, mode?: Mode): tf.Tensor2D;
  /** Logits [n, K] or [n] of features [n, d]. */
  head(features: tf.Tensor2D): tf.Tensor;
}

/** Number of trainable scalars of a model. */
export function parameterCount(model: Model): number {
  return model.parameters.reduce((sum, parameter) => sum + parameter.size, 0);
}
