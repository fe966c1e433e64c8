import { biasAdd, tf } from "../engine";
import { constant, heNormal, type VariableStore } from "./variables";

/**
 * The last layer of a network.
 *
 * - `linear`: logits = features W + b. `start: "zero"` starts W at 0; default He normal.
 * - `cosine`: logits_k = scale cos(features, w_k), without bias. With losses that scale the logits themselves (LDAM) the scale is 1;
 *   plain cross-entropy wants 16 to 64, or a trained one (`trainScale`).
 */
export type Head =
  | { readonly kind: "linear"; readonly start?: "heNormal" | "zero" }
  | { readonly kind: "cosine"; readonly scale: number; readonly trainScale?: boolean };

/** Added to squared norms, so that a vector of zeros has a direction, 0, and a gradient. */
const EPSILON = 1e-12;

/**
 * Registers the variables of a head.
 *
 * @param store where they are registered: `head.weight` [features, outputs], then `head.bias` [outputs] or `head.scale` [].
 * @param features width of its input.
 * @param outputs number of logits, >= 1.
 * @param head which kind.
 * @returns features [n, features] => logits [n, outputs], or [n] where `outputs` is 1.
 * @throws RangeError for another kind or a scale that is not positive.
 * @see Cao, Wei, Gaidon, Arechiga, Ma: Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019 (its
 *   public code normalises features and weights; read, not run).
 */
export function buildHead(
  store: VariableStore,
  features: number,
  outputs: number,
  head: Head = { kind: "linear" },
): (features: tf.Tensor2D) => tf.Tensor {
  const logits =
    head.kind === "cosine" ? cosine(store, features, outputs, head) : linear(store, features, outputs, head);
  return (x) => tf.tidy(() => (outputs === 1 ? tf.squeeze(logits(x), [1]) : logits(x)));
}

type Layer = (x: tf.Tensor2D) => tf.Tensor2D;

function linear(store: VariableStore, features: number, outputs: number, head: Head & { kind: "linear" }): Layer {
  if (head.kind !== "linear" || !["heNormal", "zero", undefined].includes(head.start)) {
    const accepted = '{ kind: "linear", start?: "heNormal" | "zero" } or { kind: "cosine", scale, trainScale? }';
    throw new RangeError(`head must be ${accepted}, received ${JSON.stringify(head)}`);
  }
  const shape = [features, outputs];
  const weight =
    head.start === "zero" ? constant(store, shape, 0, "head.weight") : heNormal(store, shape, features, "head.weight");
  const bias = constant(store, [outputs], 0, "head.bias");
  return (x) => biasAdd(tf.matMul(x, weight as unknown as tf.Tensor2D), bias);
}

function cosine(store: VariableStore, features: number, outputs: number, head: Head & { kind: "cosine" }): Layer {
  if (!(head.scale > 0 && head.scale < Infinity)) {
    throw new RangeError(`head.scale must be a positive number, received ${head.scale}`);
  }
  const weight = heNormal(store, [features, outputs], features, "head.weight") as unknown as tf.Tensor2D;
  const scale = head.trainScale ? constant(store, [], head.scale, "head.scale") : head.scale;
  return (x) => tf.mul(tf.matMul(unit(x, 1), unit(weight, 0)), scale);
}

/** x / sqrt(sum x^2 + 1e-12) along an axis. */
function unit(x: tf.Tensor2D, axis: 0 | 1): tf.Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), axis, true), EPSILON)));
}
