import { withTape, type PullBack } from "./backward";
import { orZero, reverse } from "./gradient";
import {
  centralDifference,
  jacobianVectorProduct,
  pushedForward,
  type JacobianVectorProductOptions,
} from "./jacobianVectorProduct";
import { probe } from "./probing";
import { tf } from "./tf";
import { checkVectors, innerProduct } from "./variables";

/** Which second-order matrix multiplies the vector. */
export type Curvature = "hessian" | "gaussNewton" | "finiteDifference";

export interface HessianVectorProductOptions {
  readonly curvature?: Curvature;
  /** Needed by `gaussNewton`: () => logits, as a function of the variables. */
  readonly logits?: () => tf.Tensor;
  /** Needed by `gaussNewton`: the loss as a function of these logits. */
  readonly lossOfLogits?: (logits: tf.Tensor) => tf.Tensor;
  /** How `gaussNewton` forms J v; default `"exact"`. `"finiteDifference"` takes two forward passes instead. */
  readonly jacobian?: JacobianVectorProductOptions["mode"];
}

const CURVATURES: readonly Curvature[] = ["hessian", "gaussNewton", "finiteDifference"];

/**
 * The product of a loss's curvature with a vector, without forming the matrix.
 *
 *     hessian            H v = d/dp <grad f(p), v>, by a reverse pass over a reverse pass: exact
 *     gaussNewton        J^T H_L J v with J the Jacobian of the logits, H_L the Hessian of the loss in the logits:
 *                        positive semidefinite for convex losses, equal to H where the logits are linear in p
 *     finiteDifference   [grad f(p + e v) - grad f(p - e v)] / 2e: three digits in float32 where f is smooth
 *
 * `hessian` throws where f is made of an operation without a right second derivative, naming it; it never returns a wrong number.
 * At kinks (ReLU, max) it is the product on the side the point is on. `gaussNewton` is exact too, unless `jacobian` is
 * `"finiteDifference"`: then three digits for smooth logits, a few per cent off for a deep network of ReLUs.
 * `finiteDifference` is for smooth losses: every kink between the two points adds its jump, divided by 2e, so that on a convolutional
 * network of ReLUs, along a random vector, it is several times ||H v|| away from H v.
 *
 * @param f () => scalar loss; reads the variables. `gaussNewton` does not call it.
 * @param params variables.
 * @param vectors one tensor per variable, of its shape.
 * @param options see {@link HessianVectorProductOptions}.
 * @returns one tensor per variable, of its shape, to be disposed by the caller. Variables and running statistics are left as they were.
 * @throws RangeError when `vectors` do not have the shapes of `params`, `curvature` is unknown or `gaussNewton` lacks `logits` or
 *   `lossOfLogits`.
 * @see Pearlmutter: Fast exact multiplication by the Hessian, 1994; Schraudolph: Fast curvature matrix-vector products, 2002.
 */
export function hessianVectorProduct(
  f: () => tf.Tensor,
  params: readonly tf.Variable[],
  vectors: readonly tf.Tensor[],
  options: HessianVectorProductOptions = {},
): tf.Tensor[] {
  const { curvature = "hessian" } = options;
  checkVectors("hessianVectorProduct", params, vectors);
  if (!CURVATURES.includes(curvature)) {
    throw new RangeError(
      `hessianVectorProduct: curvature must be one of ${CURVATURES.join(", ")}, received ${JSON.stringify(curvature)}`,
    );
  }
  return probe(() =>
    tf.tidy(() => {
      if (curvature === "gaussNewton") return gaussNewtonProduct(params, vectors, options);
      const slope = () => reverse("hessianVectorProduct", f, params);
      if (curvature === "finiteDifference") return centralDifference(slope, params, vectors);
      return reverse("hessianVectorProduct", () => innerProduct(slope(), vectors), params);
    }),
  );
}

function gaussNewtonProduct(
  params: readonly tf.Variable[],
  vectors: readonly tf.Tensor[],
  { logits, lossOfLogits, jacobian = "exact" }: HessianVectorProductOptions,
): tf.Tensor[] {
  if (!logits || !lossOfLogits) {
    throw new RangeError("hessianVectorProduct: curvature gaussNewton needs the options logits and lossOfLogits");
  }
  if (jacobian !== "exact") {
    const direction = jacobianVectorProduct(logits, params, vectors, { mode: jacobian });
    return withTape(logits, (z, pullBack) => pulled(z, direction, pullBack));
  }
  // One forward pass serves both J v and J^T.
  return withTape(
    (pullBack) => pushedForward(logits, params, vectors, pullBack),
    ({ z, u, along }, pullBack) => pulled(z, orZero(pullBack(along, [u]), [u])[0], pullBack),
  );

  /** J^T H_L direction. */
  function pulled(z: tf.Tensor, direction: tf.Tensor, pullBack: PullBack): tf.Tensor[] {
    const point = tf.variable(z);
    try {
      const seed = reverse(
        "hessianVectorProduct",
        () =>
          innerProduct(
            reverse("hessianVectorProduct", () => lossOfLogits!(point), [point]),
            [direction],
          ),
        [point],
      )[0];
      return orZero(pullBack(z, params, { seed, last: true }), params);
    } finally {
      point.dispose();
    }
  }
}
