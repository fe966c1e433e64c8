import { probe } from "./probing";
import { tf } from "./tf";
import { checkVectors } from "./variables";

/**
 * The gradient of a scalar with respect to a list of variables.
 *
 * @param f () => scalar; reads the variables. Evaluated once.
 * @param params at least one variable.
 * @returns one tensor per variable, of its shape; zero where the scalar does not depend on it. The caller disposes them.
 *   Running statistics of batch norm stay as they are; inside another gradient it is differentiated in turn.
 * @throws RangeError when `params` is empty; TypeError when `f` gives no scalar.
 */
export function gradient(f: () => tf.Tensor, params: readonly tf.Variable[]): tf.Tensor[] {
  checkVectors("gradient", params, params);
  return probe(() => reverse("gradient", f, params));
}

/**
 * One reverse pass: the gradient of f, or of <f, cotangent> for a tensor-valued f.
 *
 * Constants are zero, not errors: a linear loss has a Hessian, namely zero. Whatever throws, no tensor is left behind.
 */
export function reverse(
  caller: string,
  f: () => tf.Tensor,
  params: readonly tf.Tensor[],
  cotangent?: tf.Tensor,
): tf.Tensor[] {
  try {
    return tf.tidy(() => {
      const { value, grads } = tf.engine().gradients(f, [...params], cotangent as never, true);
      if (!cotangent && value.size !== 1) {
        throw new TypeError(`${caller}: f must return a scalar, received shape [${value.shape.join(", ")}]`);
      }
      return params.map((param, index) => grads[index] ?? tf.zeros(param.shape));
    });
  } catch (error) {
    clearTape();
    throw error;
  }
}

/** Frees what an abandoned tape has saved: tfjs does so only at the end of a pass that succeeds. */
function clearTape(): void {
  const { state } = tf.engine() as unknown as {
    state: { gradientDepth: number; activeTape: { saved?: tf.Tensor[] }[] | null };
  };
  if (state.gradientDepth > 0) return;
  state.activeTape?.forEach(({ saved }) => tf.dispose(saved ?? []));
  state.activeTape = null;
}
