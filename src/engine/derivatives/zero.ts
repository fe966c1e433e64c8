import { tf } from "../tf";

const BINARY = [
  "Greater",
  "GreaterEqual",
  "Less",
  "LessEqual",
  "Equal",
  "NotEqual",
  "LogicalAnd",
  "LogicalOr",
  "FloorDiv",
];
const UNARY = ["LogicalNot", "IsNan", "IsInf", "IsFinite"];

/**
 * Gives comparisons, logical operations and integer division the derivative they have almost everywhere: zero.
 *
 * tfjs registers none for the first two, so that max, logSumExp, clip, where and most activations cannot be differentiated twice:
 * their gradients compare inputs. To floorDiv it gives the derivative of the unrounded quotient.
 */
export function registerZeroGradients(): void {
  const zeros = (x: tf.Tensor) => () => tf.zeros(x.shape);
  for (const kernelName of BINARY) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ["a", "b"],
      gradFunc: (_, [a, b]) => ({ a: zeros(a), b: zeros(b) }),
    });
  }
  for (const kernelName of UNARY) {
    tf.registerGradient({ kernelName, inputsToSave: ["x"], gradFunc: (_, [x]) => ({ x: zeros(x) }) });
  }
}
