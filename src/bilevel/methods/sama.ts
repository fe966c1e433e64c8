import { flatten, tf } from "../../engine";
import { requireCount, requireKnown, requireOneOf, requirePositive } from "../../options";
import { type MixedMode } from "../curvature";
import { type Method } from "../hypergradient";
import { unsolved } from "./identity";
import { implicit } from "./implicit";

export interface SamaOptions {
  /** D, one tensor per inner variable, of its shape, or a function that makes them at every call. */
  readonly preconditioner: readonly tf.Tensor[] | (() => readonly tf.Tensor[]);
  /** How the mixed term is formed; default `"finiteDifference"`, as published. */
  readonly mixed?: MixedMode;
}

/**
 * SAMA, the identity that knows the optimizer: the inverse of the curvature replaced by the derivative of the inner update by its gradient.
 *
 *     p = D v (entry by entry),   D = du/dg,   theta <- theta - u(g)
 *
 * For gradient descent D is the learning rate, so that it is T1-T2 times a constant; for Adam see {@link adamPreconditioner}.
 *
 * @param options.preconditioner D, one tensor per inner variable; they stay the caller's. Or a function that makes them at every call,
 *   whose new tensors are freed.
 * @param options.mixed `"finiteDifference"` (default), `"reverse"` or `"forward"`.
 * @returns the method. It solves no system: its residual is NaN.
 * @throws RangeError for a bad option or, at the call, when D does not have the shapes of the inner variables.
 * @see Choe et al.: Making scalable meta learning practical, NeurIPS 2023. The paper's text was not read: the form is that of the authors'
 *   public code (Betty), whose step back after the difference does not reach the parameters; here they are put back.
 */
export function sama(options: SamaOptions): Method {
  const { preconditioner, mixed = "finiteDifference" } = options ?? {};
  requireKnown("sama", options ?? {}, ["preconditioner", "mixed"]);
  if (!Array.isArray(preconditioner) && typeof preconditioner !== "function") {
    throw new TypeError(
      `sama: preconditioner must be a list of tensors or a function, received ${typeof preconditioner}`,
    );
  }
  requireOneOf("sama", "mixed", mixed, ["reverse", "forward", "finiteDifference"]);
  return implicit({
    name: "sama",
    mixed,
    fixedMatrix: false,
    makesProducts: false,
    measureResidual: false,
    solve(_, [v], { inner }) {
      const p = tf.tidy(() => {
        const factors = typeof preconditioner === "function" ? preconditioner() : preconditioner;
        if (shapes(factors) !== shapes(inner)) {
          throw new RangeError(
            `sama: preconditioner must have the shapes of inner, ${shapes(inner)}; received ${shapes(factors)}`,
          );
        }
        return tf.mul(flatten(factors), v);
      });
      return unsolved([p]);
    },
  });
}

const shapes = (list: readonly tf.Tensor[]) => list.map(({ shape }) => `[${shape.join(", ")}]`).join(" ");

export interface AdamState {
  /** Mean of the gradients, m, after the update; one tensor per variable. */
  readonly first: readonly tf.Tensor[];
  /** Mean of their squares, s, after the update. */
  readonly second: readonly tf.Tensor[];
  /** The gradient g of that update. */
  readonly gradient: readonly tf.Tensor[];
  /** Number of updates made, >= 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * The derivative of Adam's last update by its gradient, entry by entry.
 *
 *     u = rate m^ / (sqrt(s^) + epsilon),  m^ = m / (1 - beta1^t),  s^ = s / (1 - beta2^t)
 *     du/dg = rate / (r + epsilon) [ (1 - beta1) / (1 - beta1^t) - (1 - beta2) / (1 - beta2^t) m^ g / (r (r + epsilon)) ],  r = sqrt(s^)
 *
 * It may be negative where a gradient is much larger than those before. With epsilon = 0 and without the corrections of the bias it is
 * Betty's formula.
 *
 * @param state moments and gradient of the last update, one tensor each per variable.
 * @returns du/dg, one tensor per variable, to be disposed by the caller; 0 where s = 0.
 * @throws RangeError when the lists differ in length or a number is out of range.
 */
export function adamPreconditioner(state: AdamState): tf.Tensor[] {
  const { first, second, gradient, step, learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = state;
  requireCount("adamPreconditioner", "step", step, 1);
  requirePositive("adamPreconditioner", "learningRate", learningRate);
  if (first.length !== second.length || first.length !== gradient.length) {
    throw new RangeError(
      `adamPreconditioner: first, second and gradient must have one tensor per variable, received ${first.length}, ${second.length} and ${gradient.length}`,
    );
  }
  const [correction1, correction2] = [1 - beta1 ** step, 1 - beta2 ** step];
  return first.map((m, index) =>
    tf.tidy(() => {
      const root = tf.sqrt(tf.div(second[index], correction2));
      const size = tf.add(root, epsilon);
      const pull = tf.divNoNan(tf.mul(tf.div(m, correction1), gradient[index]), tf.mul(root, size));
      const slope = tf.sub((1 - beta1) / correction1, tf.mul((1 - beta2) / correction2, pull));
      return tf.mul(learningRate, tf.mul(tf.sign(root), tf.divNoNan(slope, size)));
    }),
  );
}
