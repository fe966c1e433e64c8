import { tf } from "../tf";
import { type Derivatives } from "./measure";

/**
 * Derivatives as tfjs has them: a gradient by `tf.variableGrads`, a Hessian-vector product by nesting one in another.
 *
 * They are those of tfjs in a process that has not loaded the engine. Gradients that do not exist throw, as `tf.grads` does.
 */
export const plainDerivatives: Derivatives = {
  plain: true,
  gradient: nested,
  hessianVectorProduct: (f, variables, vectors) =>
    nested(() => {
      const products = nested(f, variables).map((slope, i) => tf.sum(tf.mul(slope, vectors[i])));
      return products.reduce((a, b) => tf.add(a, b));
    }, variables),
};

function nested(f: () => tf.Tensor, variables: tf.Variable[]): tf.Tensor[] {
  const { grads } = tf.variableGrads(() => tf.sum(f()), variables);
  return variables.map(({ name }, i) => {
    if (grads[name] == null) throw new Error(`no gradient with respect to input ${i}`);
    return grads[name];
  });
}
