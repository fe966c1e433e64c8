import { runKernel } from "../kernels/register";
import { tf } from "../tf";

/** Gradients that tfjs lacks and that are not linear: ELU's gradient, cumulative product, the largest k. */
export function registerMissingGradients(): void {
  // EluGrad(dy, y) = dy where y >= 0, else dy (y + 1).
  tf.registerGradient({
    kernelName: "EluGrad",
    inputsToSave: ["dy", "y"],
    gradFunc: (cotangent, [dy, y]) => {
      const ddx = cotangent as tf.Tensor;
      return {
        dy: () => runKernel("EluGrad", { dy: ddx, y }),
        y: () => tf.mul(tf.mul(ddx, dy), tf.sub(1, tf.cast(tf.greaterEqual(y, 0), "float32"))),
      };
    },
  });
  tf.registerGradient({
    kernelName: "Cumprod",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => ({
      x: () => cumprodGradient(dy as tf.Tensor, x, attrs as unknown as CumprodAttributes),
    }),
  });
  tf.registerGradient({
    kernelName: "TopK",
    inputsToSave: ["x"],
    outputsToSave: [false, true],
    gradFunc: (dys, [x, indices]) => ({
      x: () => {
        const places = tf.oneHot(tf.cast(indices, "int32"), x.shape[x.rank - 1] as number);
        return tf.sum(tf.mul(tf.expandDims((dys as tf.Tensor[])[0], -1), places), -2);
      },
    }),
  });
}

interface CumprodAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/**
 * dx_i = sum over the outputs k that x_i takes part in of dy_k times the product of the other factors.
 *
 * The products without x_i are cumulative products of the row with x_i replaced by one: right where factors are zero, too, at the
 * cost of n times the memory.
 */
function cumprodGradient(dy: tf.Tensor, x: tf.Tensor, { axis, exclusive, reverse }: CumprodAttributes): tf.Tensor {
  const last = x.rank - 1;
  const moved = (axis + x.rank) % x.rank;
  const swap = Array.from({ length: x.rank }, (_, at) => (at === moved ? last : at === last ? moved : at));
  const [row, rowDy] = [tf.transpose(x, swap), tf.transpose(dy, swap)];
  const n = row.shape[last] as number;
  const diagonal = tf.eye(n);
  const without = tf.add(tf.mul(tf.expandDims(row, -2), tf.sub(1, diagonal)), diagonal);
  const products = tf.cumprod(without, row.rank, exclusive, reverse);
  const index = tf.range(0, n);
  const [i, k] = [tf.expandDims(index, 1), tf.expandDims(index, 0)];
  const [earlier, later] = reverse ? [k, i] : [i, k];
  const takesPart = tf.cast(exclusive ? tf.less(earlier, later) : tf.lessEqual(earlier, later), "float32");
  const gradient = tf.sum(tf.mul(tf.mul(products, takesPart), tf.expandDims(rowDy, -2)), -1);
  return tf.transpose(gradient, swap);
}
