import { tf } from "../../engine";
import { type BatchSource } from "../batches";
import { cut, mean, type BilevelProblem } from "../problem";

/** How the mixed term was formed: see {@link MixedMode}. */
export type MixedTerm = "reverse" | "forward" | "finiteDifference";

/** Derivatives along p: the mixed term d/dalpha <dL/dtheta, p>, flat over the outer variables, and C p where it was asked for. */
export interface Along {
  readonly mixed: tf.Tensor1D;
  readonly product: tf.Tensor1D | undefined;
}

/** What is needed of the inner loss at a point. Vectors are flat, results new tensors. */
export interface InnerSystem {
  /** C v, the curvature times a vector. */
  product(v: tf.Tensor1D): tf.Tensor1D;
  /** The mixed term, and from the same passes C p. */
  along(p: tf.Tensor1D, withProduct: boolean): Along;
  readonly mixedTerm: MixedTerm;
}

/** Opens the system of one batch, for as long as `use` runs. */
export type OpenBatch = <T extends tf.TensorContainer>(
  problem: BilevelProblem,
  batch: number,
  use: (system: InnerSystem) => T,
) => T;

/**
 * Opens a system whose loss is the mean over batches.
 *
 * One frozen batch is evaluated once and stays open. More of them, or fresh ones, are opened for each product in turn: no more than
 * one batch is held at a time.
 */
export function overBatches<T extends tf.TensorContainer>(
  open: OpenBatch,
  problem: BilevelProblem,
  batches: BatchSource,
  use: (system: InnerSystem) => T,
): T {
  const numbers = batches.next();
  if (batches.fixed && numbers.length === 1) return open(problem, numbers[0], use);
  const upcoming = [numbers];
  const next = () => upcoming.pop() ?? batches.next();
  let mixedTerm: MixedTerm = "reverse";
  return use({
    product: (v) => mean(next(), (batch) => open(problem, batch, (system) => system.product(v))),
    along: (p, withProduct) =>
      tf.tidy(() => {
        const joint = mean(next(), (batch) =>
          open(problem, batch, (system) => {
            const { mixed, product } = system.along(p, withProduct);
            mixedTerm = system.mixedTerm;
            return tf.concat([product ?? tf.zerosLike(p), mixed]);
          }),
        );
        const [product, ...rest] = cut(problem, joint);
        return {
          mixed: tf.concat(rest.map((part) => tf.reshape(part, [-1]) as tf.Tensor1D)),
          product: withProduct ? product : undefined,
        };
      }),
    get mixedTerm() {
      return mixedTerm;
    },
  });
}
