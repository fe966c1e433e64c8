import { tf } from "../../engine";
import { requireKnown, requireNonNegative } from "../../options";
import { innerBatches } from "../batches";
import { checkCurvature, CURVATURE_OPTIONS, NOISE, withInnerSystem, type CurvatureOptions } from "../curvature";
import { type Hypergradient, type Method } from "../hypergradient";
import { outerGradient } from "../problem";
import { type MatVec, type Solution, type Vector } from "../solvers";
import { norm } from "../solvers/vectors";

/** Options of all implicit methods. */
export interface ImplicitOptions extends CurvatureOptions {
  /** Adds damping I to the curvature, >= 0; default 0. */
  readonly damping?: number;
  /**
   * Whether the residual is measured by one more product, from the passes of the mixed term; default true, but false with
   * `curvature: "finiteDifference"`, where it would cost more than a gradient. Without, it is what the solver knows, or NaN.
   */
  readonly measureResidual?: boolean;
}

/** The options of every implicit method, by name. */
export const IMPLICIT_OPTIONS = [...CURVATURE_OPTIONS, "damping", "measureResidual"] as const;

/** The matrix that a solve is about. */
export interface SolveContext {
  /** Products with the curvature alone. */
  readonly undamped: MatVec;
  readonly damping: number;
  /** Whether every product is with the same matrix: false with fresh minibatches. */
  readonly fixed: boolean;
  /** Relative error of a product. */
  readonly noise: number;
  /** The variables whose values a vector holds, one behind the other. */
  readonly inner: readonly tf.Variable[];
}

/** Solves (H + damping I) p = v, or stands in for that. Vectors are lists of one flat tensor. */
export type Solve = (matvec: MatVec, rightHandSide: Vector, context: SolveContext) => Solution;

export interface ImplicitMethod extends ImplicitOptions {
  readonly name: string;
  readonly solve: Solve;
  /** Whether the solver needs one fixed matrix, and so refuses fresh minibatches; default true. */
  readonly fixedMatrix?: boolean;
  /** Whether the solver makes products; default true. */
  readonly makesProducts?: boolean;
}

/**
 * The implicit hypergradient with any linear solver.
 *
 *     v = dF/dtheta;   (H + damping I) p = v;   dF/dalpha - d/dalpha <dL/dtheta, p>
 *
 * @param method.name of the method.
 * @param method.solve (matvec, rightHandSide, context) => solution, for instance one of `solvers`.
 * @param method.fixedMatrix default true: fresh minibatches per product are refused.
 * @param method.makesProducts default true.
 * @param method.damping >= 0; default 0.
 * @param method.curvature `"hessian"` (default), `"gaussNewton"` or `"finiteDifference"`.
 * @param method.mixed how the mixed term is formed; default by the curvature.
 * @param method.jacobian how J v is formed; default `"exact"`.
 * @param method.measureResidual default true, with finite differences false.
 * @returns the method.
 * @throws RangeError for a bad option.
 */
export function implicit(method: ImplicitMethod): Method {
  const { name, solve, fixedMatrix = true, makesProducts = true, ...options } = method;
  requireKnown(name, options, IMPLICIT_OPTIONS);
  checkCurvature(name, options);
  const { damping = 0, curvature = "hessian" } = options;
  requireNonNegative(name, "damping", damping);
  const measure = options.measureResidual ?? curvature !== "finiteDifference";
  return {
    name,
    hypergradient(problem) {
      const batches = innerBatches(name, problem.innerBatches);
      if (fixedMatrix && !batches.fixed) {
        throw new RangeError(
          `${name}: needs one matrix throughout, so innerBatches must be { frozen: m }, received ${JSON.stringify(problem.innerBatches)}`,
        );
      }
      return tf.tidy(() => {
        // 1. v = dF/dtheta and the direct term.
        const { slope: v, direct } = outerGradient(problem);
        const length = norm([v]);
        if (!Number.isFinite(length)) {
          throw new Error(`${name}: the gradient of the outer loss in the inner variables is not finite`);
        }
        const withProducts = makesProducts || measure;
        return withInnerSystem(problem, { ...options, withProducts }, batches, (system) => {
          // 2. (H + damping I) p = v.
          const undamped: MatVec = ([u]) => [system.product(u as tf.Tensor1D)];
          const matvec: MatVec = ([u]) => [damped(system.product(u as tf.Tensor1D), damping, u)];
          const context = { undamped, damping, fixed: batches.fixed, noise: NOISE[curvature], inner: problem.inner };
          const { solution, residual: known, products, status, ...seen } = solve(matvec, [v], context);
          const p = solution[0] as tf.Tensor1D;
          // 3. The mixed term, and in the same passes the residual of what was found.
          const { mixed, product } = system.along(p, measure);
          const residual = product ? relative(tf.sub(damped(product, damping, p), v), length) : known;
          return {
            gradients: subtract(direct, mixed, 1),
            residual,
            products,
            status,
            smallestRitzValue: seen.smallestRitzValue,
            largestRitzValue: seen.largestRitzValue,
            mixedTerm: system.mixedTerm,
            step: seen.step,
            largestEigenvalue: seen.largestEigenvalue,
          };
        }) as unknown as tf.TensorContainerObject;
      }) as unknown as Hypergradient;
    },
  };
}

const damped = (product: tf.Tensor, damping: number, u: tf.Tensor): tf.Tensor =>
  damping === 0 ? product : tf.tidy(() => tf.add(product, tf.mul(damping, u)));

/** ||r|| / length, 0 for 0 / 0. */
const relative = (r: tf.Tensor, length: number): number => (length === 0 ? 0 : norm([r]) / length);

/** direct - factor mixed, with the mixed term flat over the same variables. */
export function subtract(direct: readonly tf.Tensor[], mixed: tf.Tensor1D, factor: number): tf.Tensor[] {
  return tf.tidy(() => {
    const sizes = direct.map(({ size }) => size);
    const parts = sizes.length > 1 ? tf.split(mixed, sizes) : [mixed];
    return direct.map((tensor, index) => tf.sub(tensor, tf.mul(tf.reshape(parts[index], tensor.shape), factor)));
  });
}
