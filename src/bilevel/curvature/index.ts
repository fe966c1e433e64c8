import { type Curvature, type tf } from "../../engine";
import { requireOneOf } from "../../options";
import { type BatchSource } from "../batches";
import { type BilevelProblem } from "../problem";
import { openFiniteDifference } from "./finiteDifference";
import { openGaussNewton, requireLogits, type JacobianMode } from "./gaussNewton";
import { openHessian } from "./hessian";
import { overBatches, type InnerSystem, type MixedTerm, type OpenBatch } from "./system";

export { type JacobianMode } from "./gaussNewton";
export { withGradientTape, type GradientTape } from "./gradientTape";
export { type InnerSystem, type MixedTerm } from "./system";

/**
 * How the mixed term d/dalpha <dL/dtheta, p> is formed.
 *
 *     reverse           by a reverse pass over the recorded gradient of the inner loss: exact, for any alpha
 *     forward           J p, then derivatives in the logits: exact, for alpha that does not enter the logits
 *     finiteDifference  [dL/dalpha(theta + e p) - dL/dalpha(theta - e p)] / 2e: first derivatives alone, three digits
 */
export type MixedMode = MixedTerm;

export interface CurvatureOptions {
  /** Default `"hessian"`. */
  readonly curvature?: Curvature;
  /** Default: `reverse` with `hessian`, `forward` with `gaussNewton` where it applies, `finiteDifference` with `finiteDifference`. */
  readonly mixed?: MixedMode;
  /** How `gaussNewton` and `forward` form J v; default `"exact"`. */
  readonly jacobian?: JacobianMode;
}

export const CURVATURE_OPTIONS = ["curvature", "mixed", "jacobian"] as const;

/** The mixed term that comes with a curvature for the least work. */
const COMPANION: Readonly<Record<Curvature, MixedMode>> = {
  hessian: "reverse",
  gaussNewton: "forward",
  finiteDifference: "finiteDifference",
};

/** Relative error of a product, as measured in the engine. */
export const NOISE: Readonly<Record<Curvature, number>> = { hessian: 1e-6, gaussNewton: 1e-6, finiteDifference: 5e-4 };

/** Throws a RangeError unless these are options of a curvature. */
export function checkCurvature(caller: string, { curvature, mixed, jacobian }: CurvatureOptions): void {
  requireOneOf(caller, "curvature", curvature ?? "hessian", Object.keys(COMPANION));
  requireOneOf(caller, "mixed", mixed ?? "reverse", Object.values(COMPANION));
  requireOneOf(caller, "jacobian", jacobian ?? "exact", ["exact", "finiteDifference"]);
}

/**
 * Opens the inner loss of a problem at its point, for as long as `use` runs.
 *
 * @param problem the problem.
 * @param options see {@link CurvatureOptions}.
 * @param options.withProducts whether products with the curvature will be asked for; if not, the mixed term alone is prepared.
 * @param batches which batches the products take.
 * @param use what follows.
 * @returns what `use` returns.
 */
export function withInnerSystem<T extends tf.TensorContainer>(
  problem: BilevelProblem,
  options: CurvatureOptions & { readonly withProducts: boolean },
  batches: BatchSource,
  use: (system: InnerSystem) => T,
): T {
  const { curvature = "hessian", jacobian = "exact", withProducts } = options;
  const mixed = options.mixed ?? COMPANION[curvature];
  if (curvature === "gaussNewton" || mixed === "forward") requireLogits(problem);
  const openers: Record<MixedMode, OpenBatch> = {
    reverse: openHessian,
    forward: openGaussNewton(jacobian, options.mixed === "forward"),
    finiteDifference: openFiniteDifference,
  };
  const own = COMPANION[curvature];
  if (mixed === own || !withProducts) return overBatches(openers[mixed], problem, batches, use);
  // No pass serves both: the curvature and the mixed term are prepared apart.
  return overBatches(openers[own], problem, batches, (curved) =>
    overBatches(openers[mixed], problem, batches, (crossed) =>
      use({
        product: (v) => curved.product(v),
        along: (p, withProduct) => ({
          mixed: crossed.along(p, false).mixed,
          product: withProduct ? curved.product(p) : undefined,
        }),
        get mixedTerm() {
          return crossed.mixedTerm;
        },
      }),
    ),
  );
}
