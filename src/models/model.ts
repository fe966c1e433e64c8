import { tf } from "../engine";

/** A network as a plain function over a list of variables, so that bilevel methods can differentiate through it. */
export interface Model {
  readonly name: string;
  /** The trainable variables, in a fixed order. */
  readonly parameters: readonly tf.Variable[];
  /** Variables that training moves without a gradient: running means and variances of batch norm. */
  readonly statistics: readonly tf.Variable[];
  /**
   * Logits of a batch.
   *
   * @param inputs [n, ...].
   * @param mode.training true: normalise by the batch and update the running statistics; false (default): use the latter.
   * @returns logits [n, K], or [n] for a model with one output.
   */
  apply(inputs: tf.Tensor, mode?: { training?: boolean }): tf.Tensor;
  /** Frees all variables. */
  dispose(): void;
}

/** Number of trainable scalars of a model. */
export function parameterCount(model: Model): number {
  return model.parameters.reduce((sum, parameter) => sum + parameter.size, 0);
}
