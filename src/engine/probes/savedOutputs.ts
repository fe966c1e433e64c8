import { tf } from "../tf";

/** A function of one number whose first derivative in tfjs is made of a saved output, and its second derivatives in closed form. */
export interface SavedOutputExample {
  /** As it is written, such as "log(1 + exp x)". */
  readonly name: string;
  /** The operation whose output is saved. */
  readonly operation: "Exp" | "Sigmoid" | "Tanh";
  readonly tensor: (x: tf.Tensor) => tf.Tensor;
  /** f''(x). */
  readonly exact: (x: number) => number;
  /** What f'' becomes when f' takes the saved output for a constant. */
  readonly unlinked: (x: number) => number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** First derivatives. */
const sigmoid1 = (x: number) => sigmoid(x) * (1 - sigmoid(x));
const tanh1 = (x: number) => 1 - Math.tanh(x) ** 2;

/**
 * Compositions with an operation that saves its output y, with s the sigmoid, t the hyperbolic tangent and c the saved copy of y:
 *
 *     log(1 + e^x)   f' = c / (1 + y)          c constant: -s^2          exact: s (1 - s)
 *     x e^x          f' = y + x c              c constant: 2 e^x         exact: (2 + x) e^x
 *     s(x)^2         f' = 2 y c (1 - c)        c constant: 2 s'^2        exact: 2 s'^2 + 2 s s' (1 - 2 s)
 *     -log s(x)      f' = -c (1 - c) / y       c constant: (1 - s)^2     exact: s (1 - s)
 *     x s(x)         f' = y + x c (1 - c)      c constant: 2 s'          exact: 2 s' + x s' (1 - 2 s)
 *     x tanh x       f' = y + x (1 - c^2)      c constant: 2 t'          exact: 2 t' (1 - x t)
 *
 * Derived here: y is connected to x, c is not, when the copy stands on the tape ahead of the operation that made y.
 */
export const savedOutputExamples: readonly SavedOutputExample[] = [
  {
    name: "log(1 + exp x)",
    operation: "Exp",
    tensor: (x) => tf.log(tf.add(1, tf.exp(x))),
    exact: sigmoid1,
    unlinked: (x) => -(sigmoid(x) ** 2),
  },
  {
    name: "x exp x",
    operation: "Exp",
    tensor: (x) => tf.mul(x, tf.exp(x)),
    exact: (x) => (2 + x) * Math.exp(x),
    unlinked: (x) => 2 * Math.exp(x),
  },
  {
    name: "sigmoid(x)²",
    operation: "Sigmoid",
    tensor: (x) => tf.square(tf.sigmoid(x)),
    exact: (x) => 2 * sigmoid1(x) ** 2 + 2 * sigmoid(x) * sigmoid1(x) * (1 - 2 * sigmoid(x)),
    unlinked: (x) => 2 * sigmoid1(x) ** 2,
  },
  {
    name: "−log sigmoid(x)",
    operation: "Sigmoid",
    tensor: (x) => tf.neg(tf.log(tf.sigmoid(x))),
    exact: sigmoid1,
    unlinked: (x) => (1 - sigmoid(x)) ** 2,
  },
  {
    name: "x sigmoid(x)",
    operation: "Sigmoid",
    tensor: (x) => tf.mul(x, tf.sigmoid(x)),
    exact: (x) => 2 * sigmoid1(x) + x * sigmoid1(x) * (1 - 2 * sigmoid(x)),
    unlinked: (x) => 2 * sigmoid1(x),
  },
  {
    name: "x tanh x",
    operation: "Tanh",
    tensor: (x) => tf.mul(x, tf.tanh(x)),
    exact: (x) => 2 * tanh1(x) * (1 - x * Math.tanh(x)),
    unlinked: (x) => 2 * tanh1(x),
  },
];
