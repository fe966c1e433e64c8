import { type Method } from "../hypergradient";
import * as solvers from "../solvers";
import { checkNystrom } from "../solvers/nystrom";
import { implicit, type ImplicitOptions } from "./implicit";

export interface NystromMethodOptions extends ImplicitOptions {
  /** Columns of the sketch, one product each; default 10. */
  readonly rank?: number;
  /** Seed of the sketch; default 0. */
  readonly seed?: number;
  /** Default `"gaussian"`; `"columns"` as published. */
  readonly sketch?: "gaussian" | "columns";
  /** Curvature of what the sketch misses; default `"zero"` with damping, as published, and `"smallest"` without. */
  readonly tail?: "zero" | "smallest";
}

/**
 * The implicit hypergradient with a low-rank approximation of the curvature, inverted with its damping in closed form.
 *
 *     H ~ N = Y C^+ Y', Y = H Omega, C = Omega' Y;   (N + damping I) p = v
 *
 * @param options.rank integer >= 1; default 10.
 * @param options.seed of the sketch; default 0.
 * @param options.sketch `"gaussian"` (default) or `"columns"`.
 * @param options.tail `"zero"` (default with damping) or `"smallest"` (default without), see {@link solvers.nystrom}.
 * @param options see {@link ImplicitOptions}.
 * @returns the method. Its Ritz values are those of the curvature without damping.
 * @throws RangeError for a bad option.
 * @see Hataya, Yamada: Nystroem method for accurate and scalable implicit differentiation, AISTATS 2023.
 */
export function nystrom({ rank = 10, seed = 0, sketch, tail, ...options }: NystromMethodOptions = {}): Method {
  const sketching = { rank, seed, sketch, tail };
  checkNystrom("nystrom", sketching);
  return implicit({
    name: "nystrom",
    ...options,
    solve: (_, v, { undamped, damping }) =>
      solvers.nystrom(undamped, v, { ...sketching, damping, measureResidual: false }),
  });
}
