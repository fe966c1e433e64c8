import { gradient, hessianVectorProduct, tf } from "../../src/engine";

/** A loss of logits, all else held. */
export type LossOfLogits = (logits: tf.Tensor) => tf.Tensor;

/** What a loss is judged by at one point. */
export interface Derivatives {
  readonly value: number;
  readonly gradient: readonly number[];
  /** The Hessian times the direction. */
  readonly product: readonly number[];
}

/** Value, gradient and Hessian-vector product at logits of the given shape; leaves no tensor behind. */
export function derivatives(
  loss: LossOfLogits,
  logits: readonly number[],
  direction: readonly number[],
  shape: number[] = [logits.length],
): Derivatives {
  return tf.tidy(() => {
    const z = tf.variable(tf.tensor([...logits], shape));
    const v = tf.tensor([...direction], shape);
    try {
      const value = loss(z).dataSync()[0];
      const [slope] = gradient(() => loss(z), [z]);
      const [product] = hessianVectorProduct(() => loss(z), [z], [v]);
      return { value, gradient: Array.from(slope.dataSync()), product: Array.from(product.dataSync()) };
    } finally {
      z.dispose();
    }
  });
}
