import { tf } from "../../engine";
import { requireCount, requireKnown, requireOneOf, requirePositive } from "../../options";
import { powerIteration } from "./powerIteration";
import { momentRitzValues, type RitzValues } from "./ritz";
import { zeroSolution, type Solution } from "./solution";
import { checkedLength, copy, dot, norm, plus, renew, requireFinite, times, type MatVec, type Vector } from "./vectors";

export interface NeumannOptions {
  /** Products, so that the sum has one summand more; default 5. */
  readonly terms?: number;
  /** a > 0, or `"auto"` (default): 1 / largest eigenvalue in size. */
  readonly step?: number | "auto";
  /** Largest eigenvalue in size, where it is known; with `step: "auto"` default by power iteration. */
  readonly largestEigenvalue?: number;
  /** Whether one more product goes into the residual; default true. */
  readonly measureResidual?: boolean;
  /** Default `"throw"`. */
  readonly onDivergence?: "throw" | "return";
  /** Whether every product is with the same matrix; default true. Without, there are no Ritz values. */
  readonly fixedMatrix?: boolean;
  /** Relative error of a product, from which the Ritz values are protected; default 1e-6, that of float32. */
  readonly noise?: number;
  /** Seed of the power iteration; default 0. */
  readonly seed?: number;
}

/** Growth of the terms that rounding and inexact products may cause. */
const GROWTH = 1 + 1e-3;
/** The series converges for a lambda < 2; a Ritz value is right to the noise times a hundred at worst. */
const LIMIT = 2.02;

/**
 * Approximates the solution of A x = b by the first terms of a Neumann series.
 *
 *     x = a sum_(j=0..terms) (I - a A)^j b          A x - b = -(I - a A)^(terms+1) b
 *
 * The series converges where all eigenvalues of A lie in (0, 2 / a). Divergence shows in terms that grow, or in a Ritz value above
 * 2 / a, often before they do, and throws. Without the further product the residual is that of the sum without its last term, which
 * is an upper bound as long as the series converges.
 *
 * @param matvec v => A v.
 * @param rightHandSide b, a list of float32 tensors.
 * @param options.terms integer >= 0, products with A; default 5. There are `terms` + 1 summands.
 * @param options.step a > 0, or `"auto"` (default): 1 / largest eigenvalue.
 * @param options.largestEigenvalue > 0, for `"auto"`; default by at most 20 steps of power iteration.
 * @param options.measureResidual default true.
 * @param options.onDivergence `"throw"` (default), or `"return"`: the sum as it is, with status `diverged`, to repeat published
 *   settings.
 * @param options.fixedMatrix default true; false for products with a sequence of matrices, fresh minibatches say.
 * @param options.noise relative error of a product, >= 0; default 1e-6.
 * @param options.seed of the power iteration; default 0.
 * @returns the solution, with the step and, where it was used, the largest eigenvalue.
 * @throws Error when the series diverges, or a product is not finite; RangeError for a bad option, a b that is empty or not finite,
 *   or `"auto"` for the zero matrix.
 */
export function neumann(matvec: MatVec, rightHandSide: Vector, options: NeumannOptions = {}): Solution {
  const caller = "neumann";
  checkNeumann(caller, options);
  const { terms = 5, step: given = "auto", measureResidual = true, onDivergence = "throw" } = options;
  const length = checkedLength(caller, rightHandSide);
  if (length === 0) return zeroSolution(rightHandSide);
  const scale = given === "auto" ? largest(caller, matvec, rightHandSide, options) : undefined;
  const step = scale ? 1 / scale.size : (given as number);
  let products = scale?.products ?? 0;

  // m_k = <b, (I - a A)^k b>, from neighbouring terms.
  const moments = [length ** 2];
  const size = (power: number) => Math.sqrt(moments[2 * power]);
  let grows = false;
  const solution = tf.tidy(() => {
    let term = copy(rightHandSide);
    let sum = copy(rightHandSide);
    for (let power = 1; power <= terms; power++) {
      // (I - a A)^power b
      const product = matvec(term);
      const next = plus(term, -step, product);
      tf.dispose(product);
      moments.push(dot(term, next), dot(next, next));
      requireFinite(caller, moments[2 * power], ++products);
      term = renew(term, next);
      if (size(power) > GROWTH * size(power - 1)) {
        grows = true;
        if (onDivergence === "throw") throw divergence(step, { power, growth: size(power) / size(power - 1) });
      }
      sum = renew(sum, plus(sum, 1, term));
    }
    return times(step, sum);
  });
  const ritz = ritzOf(options.fixedMatrix === false ? [] : moments, step, options.noise ?? 1e-6);
  const diverges = grows || step * ritz.largestRitzValue > LIMIT;
  if (diverges && onDivergence === "throw") {
    tf.dispose(solution);
    throw divergence(step, { ritz: ritz.largestRitzValue });
  }
  let residual = terms > 0 ? size(terms) / length : NaN;
  if (measureResidual) {
    products++;
    residual = tf.tidy(() => norm(plus(matvec(solution), -1, rightHandSide))) / length;
  }
  const status = diverges ? "diverged" : "approximate";
  return { solution, residual, iterations: terms, products, status, ...ritz, step, largestEigenvalue: scale?.size };
}

/** Throws a RangeError unless the options are those of a Neumann series. */
export function checkNeumann(caller: string, options: NeumannOptions): void {
  const { terms = 5, step = "auto", largestEigenvalue, onDivergence = "throw" } = options;
  requireKnown(caller, options, [
    "terms",
    "step",
    "largestEigenvalue",
    "measureResidual",
    "onDivergence",
    "fixedMatrix",
    "noise",
    "seed",
  ]);
  requireCount(caller, "terms", terms, 0);
  if (step !== "auto" && !(step > 0 && step < Infinity)) {
    throw new RangeError(`${caller}: step must be greater than 0 or "auto", received ${JSON.stringify(step)}`);
  }
  if (largestEigenvalue !== undefined) requirePositive(caller, "largestEigenvalue", largestEigenvalue);
  requireOneOf(caller, "onDivergence", onDivergence, ["throw", "return"]);
}

function largest(caller: string, matvec: MatVec, like: Vector, options: NeumannOptions) {
  const { largestEigenvalue, seed, noise, fixedMatrix } = options;
  if (largestEigenvalue !== undefined) return { size: largestEigenvalue, products: 0 };
  const { size, products } = powerIteration(matvec, like, { seed, noise, fixedMatrix });
  if (size === 0) throw new RangeError(`${caller}: step "auto" needs a matrix other than zero; give a step`);
  return { size, products };
}

/** Ritz values of A from those of I - a A. */
function ritzOf(moments: readonly number[], step: number, noise: number): RitzValues {
  const { smallestRitzValue, largestRitzValue } = momentRitzValues(moments, noise);
  return { smallestRitzValue: (1 - largestRitzValue) / step, largestRitzValue: (1 - smallestRitzValue) / step };
}

function divergence(step: number, seen: { power: number; growth: number } | { ritz: number }): Error {
  const what =
    "ritz" in seen
      ? `the matrix has a Ritz value of ${seen.ritz.toPrecision(3)}, above 2 / step = ${(2 / step).toPrecision(3)}`
      : `term ${seen.power} is ${seen.growth.toPrecision(4)} times as long as the one before`;
  return new Error(
    `neumann: the series diverges at step ${step.toPrecision(3)}: ${what}. Take step "auto" or a smaller one, a positive semidefinite ` +
      `curvature (gaussNewton), more damping, or onDivergence "return" for the sum as it is`,
  );
}
