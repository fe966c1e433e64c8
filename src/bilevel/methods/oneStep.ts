import { tf } from "../../engine";
import { requireKnown, requireOneOf, requirePositive } from "../../options";
import { innerBatches } from "../batches";
import { centralDifference, keeping } from "../displacement";
import { type Hypergradient, type Method } from "../hypergradient";
import { outerGradient } from "../problem";
import { alongAdjoint, descend, innerGradient } from "./descent";
import { subtract } from "./implicit";

export interface OneStepOptions {
  /** h > 0, rate of the one inner step. */
  readonly learningRate: number;
  /** Default `"finite"`, as published. */
  readonly difference?: "finite" | "exact";
  /** Length of the displacement of the finite difference; default 0.01, as published. */
  readonly radius?: number;
}

/**
 * DARTS: the outer gradient through one step of gradient descent from where the inner variables are.
 *
 *     theta' = theta - h dL/dtheta;   v = dF/dtheta(theta');   dF/dalpha(theta') - h d/dalpha <dL/dtheta(theta), v>
 *     finite:  d/dalpha <dL/dtheta, v> = [dL/dalpha(theta + e v) - dL/dalpha(theta - e v)] / 2e,  e = radius / ||v||
 *
 * At a solution of the inner problem it is h times T1-T2 plus the direct term.
 *
 * @param options.learningRate h > 0.
 * @param options.difference `"finite"` (default) or `"exact"`.
 * @param options.radius > 0, of the finite difference; default 0.01.
 * @returns the method. It solves no system: its residual is NaN. Inner batches of the step and of the mixed term are the same.
 * @throws RangeError for a bad option.
 * @see Liu, Simonyan, Yang: DARTS: differentiable architecture search, ICLR 2019. The form is that of public code, the paper was not read.
 */
export function oneStep(options: OneStepOptions): Method {
  const name = "oneStep";
  const { learningRate, difference = "finite", radius = 0.01 } = options ?? {};
  requireKnown(name, options ?? {}, ["learningRate", "difference", "radius"]);
  requirePositive(name, "learningRate", learningRate);
  requireOneOf(name, "difference", difference, ["finite", "exact"]);
  requirePositive(name, "radius", radius);
  return {
    name,
    hypergradient(problem) {
      const { inner, outer } = problem;
      const batches = innerBatches(name, problem.innerBatches).next();
      return tf.tidy(() => {
        // 1. One step, and the outer gradient behind it.
        const { slope: v, direct } = keeping(inner, () => {
          descend(inner, learningRate, innerGradient(problem, batches, inner));
          return outerGradient(problem);
        });
        // 2. The mixed term before it, along v.
        const mixed =
          difference === "exact"
            ? tf.slice(alongAdjoint(problem, batches, v), v.size)
            : centralDifference(() => innerGradient(problem, batches, outer), inner, v, radius);
        return {
          gradients: subtract(direct, mixed, learningRate),
          residual: NaN,
          products: 0,
          status: "approximate",
          smallestRitzValue: NaN,
          largestRitzValue: NaN,
          mixedTerm: difference === "exact" ? "reverse" : "finiteDifference",
        };
      }) as unknown as Hypergradient;
    },
  };
}
