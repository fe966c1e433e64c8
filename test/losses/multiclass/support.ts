import { gradient, hessianVectorProduct, random, tf } from "../../../src/engine";
import { type Labels } from "../../../src/losses/multiclass";
import { logSumExp, total } from "../../../src/engine/probes/hyperArray";
import { HyperDual } from "../../../src/engine/probes/hyperDual";
import { take } from "../../support/numeric";

/** Value, gradient and Hessian-vector product of a scalar function of tensors, each block flat. */
export interface Derivatives {
  readonly value: number;
  readonly gradient: number[][];
  readonly hvp: number[][];
}

/** The same of a function of variables with start values; everything made is disposed. */
export function derivativesOf(
  f: (...variables: tf.Variable[]) => tf.Tensor,
  at: readonly tf.TensorLike[],
  along: readonly tf.TensorLike[],
): Derivatives {
  const variables = at.map((value) => tf.tidy(() => tf.variable(tf.tensor(value, undefined, "float32"))));
  const vectors = along.map((value, i) => tf.tensor(value, variables[i].shape, "float32"));
  const loss = () => f(...variables);
  const result = {
    value: take(loss())[0],
    gradient: gradient(loss, variables).map(take),
    hvp: hessianVectorProduct(loss, variables, vectors).map(take),
  };
  tf.dispose([variables, vectors]);
  return result;
}

/** Rows of normal numbers. */
export function normals(seed: number, rows: number, columns: number, scale = 1): number[][] {
  const generator = random(seed).fork("logits");
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => scale * generator.normal()));
}

/** -log softmax(z)_y in float64, with both derivatives. */
export function crossEntropyOf(z: readonly HyperDual[], label: number): HyperDual {
  return logSumExp([...z]).sub(z[label]);
}

/** Rows of a flat list. */
export function rowsOf<T>(flat: readonly T[], columns: number): T[][] {
  return Array.from({ length: flat.length / columns }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
}

/** The mean of a per-sample loss over rows of logits that lie flat, as a program on hyper-dual numbers. */
export const meanOver =
  (classes: number, sample: (row: HyperDual[], index: number) => HyperDual) => (flat: HyperDual[]) => {
    const rows = rowsOf(flat, classes);
    return total(rows.map(sample)).div(rows.length);
  };

/** A loss of logits and labels, as the tests of a family see it. */
export type AnyLoss = (logits: tf.Tensor, labels: Labels) => tf.Scalar;
