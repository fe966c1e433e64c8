import { tf } from "../tf";
import { defineKernel, floatType, runKernel } from "./register";

const RELU_GRADIENT = "CounterweightReluGrad";

/**
 * ReLU's gradient as one operation: dx = dy where x > 0, else 0.
 *
 * tfjs makes it of four (Select, IsNan, Greater, Fill), a quarter of the time of a ResNet step. It is linear in dy and piecewise
 * constant in x, so its own gradients are itself and zero.
 */
export function registerRelu(): void {
  defineKernel({
    name: RELU_GRADIENT,
    native: (backend, { dy, x }) => backend.executeSingleOutput("ReluGrad", [floatType(backend)], [dy, x]),
    elementary: ({ dy, x }) => tf.mul(dy, tf.step(x)),
  });
  tf.registerGradient({
    kernelName: "Relu",
    // The output is positive where the input is, and is what the next layer keeps anyway.
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => reluGradient(dy as tf.Tensor, y) }),
  });
  tf.registerGradient({
    kernelName: RELU_GRADIENT,
    inputsToSave: ["x"],
    gradFunc: (ddx, [x]) => ({ dy: () => reluGradient(ddx as tf.Tensor, x), x: () => tf.zerosLike(x) }),
  });
}

export function reluGradient(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return runKernel(RELU_GRADIENT, { dy, x });
}
