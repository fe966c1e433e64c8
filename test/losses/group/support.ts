import { type Labels } from "../../../src/losses/multiclass";
import { type GroupLoss } from "../../../src/losses/group";
import { tf } from "../../../src/engine";
import { derivativesOf, normals, type Derivatives } from "../multiclass/support";

/** Three classes, two groups, every cell in the batch. */
export const logits = normals(31, 9, 3, 1.5);
export const labels = [0, 0, 1, 2, 0, 1, 2, 0, 0];
export const groups = [0, 1, 0, 0, 0, 1, 1, 1, 0];
export const direction = normals(32, 9, 3);
export const counts = [
  [600, 20],
  [90, 40],
  [10, 5],
];

/** Value, gradient and Hessian-vector product of a group loss on that batch. */
export const onBatch = (loss: GroupLoss, z: number[][] = logits): Derivatives =>
  derivativesOf((f) => loss(f, labels, groups), [z], [direction]);

/** The mean of numbers at the samples of a cell. */
export function meanWhere(values: number[], chosen: (i: number) => boolean): number {
  const inside = values.filter((_, i) => chosen(i));
  return inside.reduce((a, b) => a + b, 0) / inside.length;
}

/** The value of a group loss on plain numbers. */
export function valueOf(loss: GroupLoss, z: tf.TensorLike, y: Labels, g: Labels): number {
  return tf.tidy(() => loss(tf.tensor(z), y, g).dataSync()[0]);
}
