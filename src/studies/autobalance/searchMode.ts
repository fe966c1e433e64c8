import { amortisedEigenvalue, conjugateGradient, neumann, type Method } from "../../bilevel";
import { adam, sgd, type Optimizer, type Stateful } from "../../training";

/** How hypergradients are made and used: a preset whose parts can be replaced one by one. */
export interface SearchMode {
  readonly name: string;
  readonly method: Method;
  /** T, training batches of a hypergradient, frozen while it is made. */
  readonly trainingBatches: number;
  /** V, validation batches of a hypergradient. */
  readonly validationBatches: number;
  /** Inner steps from one update of the loss to the next. */
  readonly every: number;
  /** A new optimizer of the loss parameters; its steps are updates of the loss. */
  outerOptimizer(): Optimizer;
  /** What the method carries from one hypergradient to the next, for checkpoints. */
  readonly stateful?: Stateful;
}

/**
 * As published: a Neumann series of 5 terms at step 1 (six summands) over the exact Hessian, undamped; 10 training and 10 validation
 * batches, an update every 20 steps, SGD with rate 0.01, momentum 0.9 and weight decay 1e-4.
 *
 * At eigenvalues above 2 this series diverges; five terms bound the damage. What it gives is used all the same, with status `diverged`.
 * The decay pulls l to 0 and Delta to 0, the scale to 0.5. The published warm-up of the rate is a schedule: pass an outer optimizer.
 *
 * @returns the mode.
 * @see AutoBalance (NeurIPS 2021): the released code and its configuration for long-tailed CIFAR-10, read.
 */
export function paperMode(): SearchMode {
  return {
    name: "paper",
    method: neumann({ terms: 5, step: 1, damping: 0, curvature: "hessian", onDivergence: "return" }),
    trainingBatches: 10,
    validationBatches: 10,
    every: 20,
    outerOptimizer: () => sgd({ learningRate: 0.01, momentum: 0.9, weightDecay: 1e-4 }),
  };
}

export interface DefaultModeOptions {
  /** Products of the series; default 5. */
  readonly terms?: number;
  /** Added to the curvature, >= 0; default 0.01. The L2 penalty of the inner optimizer belongs here too: it is part of the curvature. */
  readonly damping?: number;
  /** Updates that one estimate of the largest eigenvalue serves; default 20. */
  readonly eigenvalueEvery?: number;
}

/**
 * The kit's own: a Neumann series over the damped Gauss-Newton matrix, at the step 1 / largest eigenvalue, which is estimated anew every
 * 20 updates; one training and one validation batch, an update every 10 steps, Adam with rate 0.05.
 *
 * The matrix is positive semidefinite, so that the series converges as long as the estimate holds; where a record says `diverged`, the
 * curvature has grown beyond twice the estimate: make it more often. The mixed term takes forward passes alone; the residual of every
 * solve is reported. Adam, because Delta's hypergradient is some fifty times smaller than that of l.
 *
 * @param options see {@link DefaultModeOptions}.
 * @returns the mode; it belongs to one search, whose eigenvalue it keeps.
 * @throws RangeError when an option is out of range.
 */
export function defaultMode(options: DefaultModeOptions = {}): SearchMode {
  const { terms = 5, damping = 0.01, eigenvalueEvery = 20 } = options;
  const eigenvalue = amortisedEigenvalue({ every: eigenvalueEvery });
  return {
    name: "default",
    method: neumann({ terms, step: "auto", damping, curvature: "gaussNewton", eigenvalue, onDivergence: "return" }),
    trainingBatches: 1,
    validationBatches: 1,
    every: 10,
    outerOptimizer: () => adam({ learningRate: 0.05 }),
    stateful: eigenvalue,
  };
}

/**
 * Conjugate gradient in place of the series: eight products solve most of a system of which eight terms of a series solve little.
 *
 * Damping 0.05, Gauss-Newton, two training and two validation batches, else as {@link defaultMode}. Take it where the residuals of the
 * default mode stay near 1, as they do once the training part is fitted and the curvature is flat in most directions.
 *
 * @param options.iterations >= 1; default 8.
 * @param options.damping >= 0; default 0.05. The L2 penalty of the inner optimizer belongs here too.
 * @returns the mode.
 * @throws RangeError when an option is out of range.
 */
export function conjugateGradientMode(
  options: { readonly iterations?: number; readonly damping?: number } = {},
): SearchMode {
  const { iterations = 8, damping = 0.05 } = options;
  return {
    name: "conjugateGradient",
    method: conjugateGradient({ iterations, tolerance: 1e-2, damping, curvature: "gaussNewton" }),
    trainingBatches: 2,
    validationBatches: 2,
    every: 10,
    outerOptimizer: () => adam({ learningRate: 0.05 }),
  };
}
