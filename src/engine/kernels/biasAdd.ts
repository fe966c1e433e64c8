import { tf } from "../tf";
import { defineKernel, floatType, runKernel } from "./register";

const BIAS_ADD = "CounterweightBiasAdd";
const GRADIENT = "CounterweightBiasAddGrad";

/**
 * Adds one number per column to the rows of a matrix.
 *
 *     y_ij = x_ij + bias_j
 *
 * The same as a broadcast addition, whose gradient sums over the rows in one operation; of any order of differentiation.
 *
 * @param x [n, k] float32.
 * @param bias [k].
 * @returns [n, k].
 * @throws RangeError when the shapes do not match.
 */
export function biasAdd(x: tf.Tensor2D, bias: tf.Tensor): tf.Tensor2D {
  if (x.rank !== 2 || bias.rank !== 1 || x.shape[1] !== bias.shape[0]) {
    throw new RangeError(
      `biasAdd: x must have shape [n, k] and bias [k], received [${x.shape.join(", ")}] and [${bias.shape.join(", ")}]`,
    );
  }
  return runKernel(BIAS_ADD, { x, bias });
}

/** Registers the operation, its gradient in the bias, and the gradient of that: they are each other's. */
export function registerBiasAdd(): void {
  defineKernel({
    name: BIAS_ADD,
    native: (backend, { x, bias }) => backend.executeSingleOutput("BiasAdd", [floatType(backend)], [x, bias]),
    elementary: ({ x, bias }) => tf.add(x, bias),
  });
  tf.registerGradient({
    kernelName: BIAS_ADD,
    gradFunc: (dy) => ({
      x: () => tf.clone(dy as tf.Tensor),
      bias: () => runKernel(GRADIENT, { dy: dy as tf.Tensor }),
    }),
  });
  defineKernel({
    name: GRADIENT,
    native: (backend, { dy }) => backend.executeSingleOutput("BiasAddGrad", [floatType(backend)], [dy]),
    elementary: ({ dy }) => tf.sum(dy, 0),
  });
  tf.registerGradient({
    kernelName: GRADIENT,
    inputsToSave: ["dy"],
    gradFunc: (cotangent, [dy]) => ({
      dy: () => tf.tile(tf.expandDims(cotangent as tf.Tensor, 0), [dy.shape[0], 1]),
    }),
  });
}
