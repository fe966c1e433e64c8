import { readFileSync } from "node:fs";
import { join } from "node:path";

import { softmaxCrossEntropy, tf } from "../../src/engine";

interface Fixture {
  D: number;
  H: number;
  K: number;
  damping: number;
  theta: number[];
  xTrain: number[][];
  yTrain: number[];
  delta: number[];
  shift: number[];
  trainLoss: number;
  trainGradient: number[];
  u: number[];
  hvp: number[];
}

export const readOracle = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, "../oracle", name), "utf8")) as unknown;

/** x [D] -> tanh(x W1 + b1) [H] -> W2, b2 [K], with float64 derivatives of its training loss; theta packs W1, b1, W2, b2. */
export const fixture = readOracle("hypergradient.json") as Fixture;

/** Cuts a packed vector into W1, b1, W2, b2. */
export function split(packed: number[]): tf.Tensor[] {
  const { D, H, K } = fixture;
  const ends = [D * H, D * H + H, D * H + H + H * K];
  return [
    tf.tensor2d(packed.slice(0, ends[0]), [D, H]),
    tf.tensor1d(packed.slice(ends[0], ends[1])),
    tf.tensor2d(packed.slice(ends[1], ends[2]), [H, K]),
    tf.tensor1d(packed.slice(ends[2])),
  ];
}

export const logits = ([w1, b1, w2, b2]: tf.Tensor[]) => {
  const hidden = tf.tanh(tf.add(tf.matMul(tf.tensor2d(fixture.xTrain), w1), b1));
  return tf.add(tf.matMul(hidden, w2), b2);
};

/** Mean parametric cross-entropy, of logits sigmoid(delta) z + shift. */
export const lossOfLogits = (z: tf.Tensor) => {
  const moved = tf.add(tf.mul(z, tf.sigmoid(tf.tensor1d(fixture.delta))), tf.tensor1d(fixture.shift));
  return tf.mean(softmaxCrossEntropy(moved, tf.tensor1d(fixture.yTrain, "int32")));
};

/** The fixture's training loss: the mean cross-entropy plus damping / 2 |theta|^2. */
export const dampedLoss = (params: tf.Variable[]) => () => {
  const squares = params.map((param) => tf.sum(tf.square(param))).reduce((a, b) => tf.add(a, b));
  return tf.add(lossOfLogits(logits(params)), tf.mul(fixture.damping / 2, squares));
};
