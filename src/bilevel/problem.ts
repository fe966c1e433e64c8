import { flatten, gradient, tf, unflatten } from "../engine";
import { innerBatches, outerBatches } from "./batches";

/**
 * How an inner loss draws its minibatches during one hypergradient.
 *
 *     { frozen: m }      batches 0, ..., m - 1, their mean, the same in every product: the curvature is one fixed matrix
 *     { perProduct: m }  m batches that have not been used yet for every product: the products are those of different matrices
 */
export type InnerBatches = { readonly frozen: number } | { readonly perProduct: number };

/**
 * A bilevel problem at a point: minimise outerLoss(theta*(alpha), alpha) over alpha, with theta*(alpha) minimising innerLoss(theta, alpha).
 *
 * Every function reads the variables as they are. It is called with the number of a minibatch, which a loss of one batch ignores:
 * called twice with one number it must see the same samples, and leave dropout and augmentation as they were.
 */
export interface BilevelProblem {
  /** theta, at least one variable. */
  readonly inner: readonly tf.Variable[];
  /** alpha, at least one variable, none of theta. */
  readonly outer: readonly tf.Variable[];
  /** (batch) => scalar, the training loss, penalties such as weight decay included. */
  innerLoss(batch: number): tf.Tensor;
  /** (batch) => scalar, the validation loss; may depend on alpha directly. */
  outerLoss(batch: number): tf.Tensor;
  /** (batch) => logits [n, K], for `gaussNewton` and the forward mixed term. */
  innerLogits?(batch: number): tf.Tensor;
  /** (logits, batch) => scalar. With the other two: innerLoss = innerLossOfLogits(innerLogits()) + innerPenalty(). */
  innerLossOfLogits?(logits: tf.Tensor, batch: number): tf.Tensor;
  /** () => scalar, what the inner loss adds to that of the logits; default nothing. */
  innerPenalty?(): tf.Tensor;
  /** Default `{ frozen: 1 }`. */
  readonly innerBatches?: InnerBatches;
  /** The outer loss is the mean over batches 0, ..., outerBatches - 1; default 1. */
  readonly outerBatches?: number;
}

/** Throws unless this is a problem that can be differentiated. */
export function requireProblem(caller: string, problem: BilevelProblem): void {
  const { inner, outer } = problem;
  for (const [name, list] of Object.entries({ inner, outer })) {
    const wrong = Array.isArray(list) ? list.find((entry) => !(entry instanceof tf.Variable)) : list;
    if (!Array.isArray(list) || list.length === 0 || wrong !== undefined) {
      throw new TypeError(
        `${caller}: ${name} must be a list of at least one tf.Variable, received ${describe(list, wrong)}`,
      );
    }
  }
  const shared = inner.filter((variable) => outer.includes(variable)).map(({ name }) => name);
  if (shared.length > 0) throw new RangeError(`${caller}: no variable may be inner and outer, received ${shared}`);
  for (const name of ["innerLoss", "outerLoss"] as const) {
    if (typeof problem[name] !== "function") {
      throw new TypeError(`${caller}: ${name} must be a function (batch) => scalar, received ${typeof problem[name]}`);
    }
  }
  innerBatches(caller, problem.innerBatches);
  outerBatches(caller, problem.outerBatches);
}

function describe(list: unknown, wrong: unknown): string {
  if (!Array.isArray(list)) return typeof list;
  return list.length === 0 ? "none" : `a list with ${wrong instanceof tf.Tensor ? "a tensor" : typeof wrong}`;
}

/** v = dF/dtheta, flat, and the direct term dF/dalpha, one tensor per outer variable, at the variables as they are. */
export function outerGradient(problem: BilevelProblem): { slope: tf.Tensor1D; direct: tf.Tensor[] } {
  const { inner, outer } = problem;
  const batches = outerBatches("hypergradient", problem.outerBatches);
  return tf.tidy(() => {
    const of = (batch: number) => flatten(gradient(() => problem.outerLoss(batch), [...inner, ...outer]));
    const [slope, ...direct] = cut(problem, mean(batches, of));
    return { slope, direct };
  });
}

/** Mean over batches, one at a time. */
export function mean(batches: readonly number[], of: (batch: number) => tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() => {
    let sum = of(batches[0]);
    for (const batch of batches.slice(1)) {
      const next = tf.tidy(() => tf.add(sum, of(batch)) as tf.Tensor1D);
      sum.dispose();
      sum = next;
    }
    return batches.length === 1 ? sum : (tf.div(sum, batches.length) as tf.Tensor1D);
  });
}

/** Cuts the joint vector of inner and outer variables into theta's part, flat, and one tensor per outer variable. */
export function cut({ inner, outer }: BilevelProblem, joint: tf.Tensor1D): [tf.Tensor1D, ...tf.Tensor[]] {
  const size = inner.reduce((sum, variable) => sum + variable.size, 0);
  return tf.tidy(() => [
    tf.slice(joint, 0, size),
    ...unflatten(tf.slice(joint, size), outer as readonly tf.Tensor[] as tf.Tensor[]),
  ]);
}
