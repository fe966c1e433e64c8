import { flatten, tf } from "../../engine";
import { requireCount, requireKnown, requirePositive } from "../../options";
import { innerBatches } from "../batches";
import { withGradientTape } from "../curvature";
import { assign, keeping } from "../displacement";
import { type Hypergradient, type Method } from "../hypergradient";
import { cut, outerGradient, type BilevelProblem } from "../problem";
import { norm } from "../solvers/vectors";
import { alongAdjoint, descend, innerGradient } from "./descent";
import { subtract } from "./implicit";

export interface UnrolledOptions {
  /** T >= 1 steps of gradient descent. */
  readonly steps: number;
  /** h > 0. */
  readonly learningRate: number;
  /** Steps that are differentiated, the last ones, 1 to T; default all. */
  readonly truncation?: number;
  /** Whether each step is evaluated anew on the way back, so that one step is held at a time; default true. */
  readonly recompute?: boolean;
}

/** lambda = dF/dtheta_t, flat, and what has been gathered of dF/dalpha. */
interface Adjoint {
  readonly lambda: tf.Tensor1D;
  readonly gradients: tf.Tensor[];
}

/**
 * The outer gradient through T steps of gradient descent from where the inner variables are, by reverse differentiation.
 *
 *     theta_(t+1) = theta_t - h dL/dtheta(theta_t, alpha)
 *     lambda_T = dF/dtheta(theta_T),  g = dF/dalpha(theta_T);   back, for t = T - 1, ..., 0:
 *     g -= h d/dalpha <dL/dtheta(theta_t), lambda_(t+1)>;   lambda_t = lambda_(t+1) - h H(theta_t) lambda_(t+1)
 *
 * For a quadratic inner loss whose mixed derivative is constant this is the Neumann series of T - 1 products at step h, with v taken at
 * theta_T. With `recompute` memory holds the T iterates and one step's graph; without, the graphs of all steps, for a gradient less per
 * step; the result is the same.
 *
 * @param options.steps T, integer >= 1.
 * @param options.learningRate h > 0.
 * @param options.truncation integer in 1, ..., T: only so many last steps are gone back through; default T.
 * @param options.recompute default true.
 * @returns the method. `residual` is ||lambda_0|| / ||lambda_T||: what the steps leave of the adjoint, on a quadratic the residual of the
 *   Neumann series. `products` counts the Hessian-vector products. With `innerBatches: { perProduct: m }` every step has its own batches.
 * @throws RangeError for a bad option; Error, at the call, where the steps or the adjoint diverge to what is not finite.
 * @see Franceschi et al.: Forward and reverse gradient-based hyperparameter optimization, ICML 2017; truncation: Shaban et al., AISTATS 2019.
 *   From the standard formulation; the papers were not read.
 */
export function unrolled(options: UnrolledOptions): Method {
  const name = "unrolled";
  const { steps, learningRate, recompute = true } = options ?? {};
  const truncation: number = options?.truncation ?? steps;
  requireKnown(name, options ?? {}, ["steps", "learningRate", "truncation", "recompute"]);
  requireCount(name, "steps", steps, 1);
  requirePositive(name, "learningRate", learningRate);
  requireCount(name, "truncation", truncation, 1);
  if (truncation > steps) {
    throw new RangeError(`${name}: truncation must be at most steps (${steps}), received ${truncation}`);
  }
  return {
    name,
    hypergradient(problem) {
      const source = innerBatches(name, problem.innerBatches);
      const batches = Array.from({ length: steps }, () => source.next());
      const pass = recompute ? recomputed : held;
      return tf.tidy(() =>
        keeping(problem.inner, () => {
          for (const step of batches.slice(0, steps - truncation)) {
            descend(problem.inner, learningRate, innerGradient(problem, step, problem.inner));
          }
          const { start, end } = pass(problem, learningRate, batches.slice(steps - truncation));
          const residual = relative(name, start.lambda, end);
          return {
            gradients: start.gradients,
            residual,
            products: truncation,
            status: "approximate",
            smallestRitzValue: NaN,
            largestRitzValue: NaN,
            mixedTerm: "reverse",
          };
        }),
      ) as unknown as Hypergradient;
    },
  };
}

type Pass = (
  problem: BilevelProblem,
  rate: number,
  batches: readonly (readonly number[])[],
) => { readonly start: Adjoint; readonly end: number };

/** The steps from iterates that were kept, each evaluated anew. */
const recomputed: Pass = (problem, rate, batches) => {
  const { inner } = problem;
  const iterates = batches.map((step) => {
    const at = flatten(inner as readonly tf.Tensor[]);
    tf.tidy(() => descend(inner, rate, innerGradient(problem, step, inner)));
    return at;
  });
  let adjoint = last(problem);
  const end = norm([adjoint.lambda]);
  for (let step = batches.length - 1; step >= 0; step--) {
    assign(inner, iterates[step]);
    const before = adjoint;
    adjoint = tf.tidy(() => back(problem, rate, before, alongAdjoint(problem, batches[step], before.lambda)));
    tf.dispose([iterates[step], before.lambda, ...before.gradients]);
  }
  return { start: adjoint, end };
};

/** The steps with all their graphs held: the way back is the return from a recursion. */
const held: Pass = (problem, rate, batches) => {
  const { inner, outer } = problem;
  let end = 0;
  const from = (step: number): Adjoint => {
    if (step === batches.length) {
      const adjoint = last(problem);
      end = norm([adjoint.lambda]);
      return adjoint;
    }
    return withGradientTape(
      () => meanLoss(problem, batches[step]),
      inner,
      ({ gradient, pull }) => {
        descend(inner, rate, gradient);
        const after = from(step + 1);
        return back(
          problem,
          rate,
          after,
          pull(after.lambda, [...inner, ...outer]),
        ) as unknown as tf.TensorContainerObject;
      },
    ) as unknown as Adjoint;
  };
  return { start: from(0), end };
};

/** The adjoint behind the last step. */
function last(problem: BilevelProblem): Adjoint {
  const { slope, direct } = outerGradient(problem);
  return { lambda: slope, gradients: direct };
}

/** One step back: `joint` is d<dL/dtheta, lambda>/d(theta, alpha). */
function back(problem: BilevelProblem, rate: number, { lambda, gradients }: Adjoint, joint: tf.Tensor1D) {
  const [product] = cut(problem, joint);
  return {
    lambda: tf.sub(lambda, tf.mul(rate, product)) as tf.Tensor1D,
    gradients: subtract(gradients, tf.slice(joint, lambda.size), rate),
  };
}

const meanLoss = (problem: BilevelProblem, batches: readonly number[]): tf.Tensor =>
  tf.div(
    batches.map((batch) => problem.innerLoss(batch)).reduce((sum, loss) => tf.add(sum, loss)),
    batches.length,
  );

function relative(name: string, lambda: tf.Tensor1D, end: number): number {
  const start = norm([lambda]);
  if (!Number.isFinite(start) || !Number.isFinite(end)) {
    throw new Error(`${name}: the steps of gradient descent or their adjoint diverge: take a smaller learningRate`);
  }
  return end === 0 ? 0 : start / end;
}
