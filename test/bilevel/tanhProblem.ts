import { type BilevelProblem } from "../../src/bilevel";
import { softmaxCrossEntropy, tf } from "../../src/engine";
import { fixture, readOracle, split } from "../engine/tanhNetwork";

interface Reference {
  delta: number[];
  shift: number[];
}

/** Hypergradients of the tanh network's training loss, made in float64 by PyTorch; see fixtures of the engine's tests. */
export const reference = readOracle("hypergradient.json") as {
  delta: number[];
  shift: number[];
  theta: number[];
  damping: number;
  xTrain: number[][];
  xValidation: number[][];
  yTrain: number[];
  yValidation: number[];
  trainLoss: number;
  validationLoss: number;
  validationGradient: number[];
  hessianEigenvalueMin: number;
  hessianEigenvalueMax: number;
  exact: Reference;
  identity: Reference;
  neumann: Reference & { step: number; terms: number };
};

/** The fixture's problem: outer variables delta and l, inner loss with its penalty, balanced cross-entropy on raw logits outside. */
export function tanhProblem(): BilevelProblem & { dispose(): void } {
  const variable = (value: tf.Tensor) => tf.tidy(() => tf.variable(value));
  const inner = split(reference.theta).map(variable);
  const [delta, shift] = [reference.delta, reference.shift].map((values) => variable(tf.tensor1d(values)));
  const network = (rows: number[][]) => {
    const [w1, b1, w2, b2] = inner as unknown as tf.Tensor2D[];
    return tf.add(tf.matMul(tf.tanh(tf.add(tf.matMul(tf.tensor2d(rows), w1), b1)), w2), b2);
  };
  const { yValidation } = reference;
  const share = yValidation.map((y) => 1 / (fixture.K * yValidation.filter((other) => other === y).length));
  const innerLossOfLogits = (z: tf.Tensor) => {
    const moved = tf.add(tf.mul(z, tf.sigmoid(delta)), shift);
    return tf.mean(softmaxCrossEntropy(moved, tf.tensor1d(reference.yTrain, "int32")));
  };
  const innerPenalty = () => {
    const squares = inner.map((part) => tf.sum(tf.square(part))).reduce((a, b) => tf.add(a, b));
    return tf.mul(reference.damping / 2, squares);
  };
  return {
    inner,
    outer: [delta, shift],
    innerLoss: () => tf.add(innerLossOfLogits(network(reference.xTrain)), innerPenalty()),
    outerLoss: () =>
      tf.sum(
        tf.mul(
          softmaxCrossEntropy(network(reference.xValidation), tf.tensor1d(yValidation, "int32")),
          tf.tensor1d(share),
        ),
      ),
    innerLogits: () => network(reference.xTrain),
    innerLossOfLogits,
    innerPenalty,
    dispose: () => tf.dispose([...inner, delta, shift]),
  };
}
