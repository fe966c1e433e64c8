import { sigmoidCrossEntropy, softmaxCrossEntropy } from "../crossEntropy";
import { tf } from "../tf";
import { build, fromNumbers, HyperArray, logSoftmax, matMul, reduce, total, zip } from "./hyperArray";
import { HyperDual } from "./hyperDual";
import { unary, type Input, type Probe } from "./probe";

const LABELS = [2, 0, 1, 2];
const ROWS = [0.5, -0.3, 0.8, -0.9, 0.1, 0.4, 0.7, 0.6, -0.2, -0.5, -0.8, 0.3];
const logits = [4, 3];
const wide = { low: -4, high: 4 };
const positive = { low: 0.1, high: 1 };

const oneHot = () => tf.cast(tf.oneHot(tf.tensor1d(LABELS, "int32"), 3), "float32");
const picked = (x: HyperArray) => build([4], (i) => x.at(i, LABELS[i]));
/** Cross-entropies of tfjs, one per row or element. */
const plainSoftmax = (labels: tf.Tensor, z: tf.Tensor) =>
  tf.losses.softmaxCrossEntropy(labels, z, undefined, undefined, tf.Reduction.NONE);
const plainSigmoid = (labels: tf.Tensor, z: tf.Tensor) =>
  tf.losses.sigmoidCrossEntropy(labels, z, undefined, undefined, tf.Reduction.NONE);
const rows = (x: HyperArray) => reduce(x, total, [1]);
/** -log softmax(z)_y per row. */
const crossEntropy = (z: HyperArray) => picked(logSoftmax(z)).map((a) => a.neg());
const tensorCrossEntropy = (z: tf.Tensor) => tf.neg(tf.sum(tf.mul(oneHot(), tf.logSoftmax(z as tf.Tensor2D)), 1));
const sigmoidLoss = (z: HyperDual, y: HyperDual) =>
  y.mul(z.neg().softplus()).add(new HyperDual(1).sub(y).mul(z.softplus()));

const crossEntropies: Probe[] = [
  unary("softmax cross-entropy (from logSoftmax)", logits, tensorCrossEntropy, crossEntropy, wide),
  unary(
    "softmax cross-entropy (from logSumExp)",
    logits,
    (z) => tf.sub(tf.logSumExp(z, 1), tf.sum(tf.mul(oneHot(), z), 1)),
    crossEntropy,
    wide,
  ),
  {
    ...unary(
      "engine.softmaxCrossEntropy (class numbers)",
      logits,
      (z) => softmaxCrossEntropy(z, tf.tensor1d(LABELS, "int32")),
      crossEntropy,
      wide,
    ),
    plain: (z) => plainSoftmax(oneHot(), z),
  },
  {
    ...unary(
      "engine.softmaxCrossEntropy (peaked)",
      logits,
      (z) => softmaxCrossEntropy(z, tf.tensor1d(LABELS, "int32")),
      crossEntropy,
      { low: -12, high: 12 },
    ),
    plain: (z) => plainSoftmax(oneHot(), z),
  },
  {
    name: "engine.softmaxCrossEntropy (soft labels)",
    inputs: [
      { shape: logits, ...wide },
      { shape: logits, ...positive },
    ],
    tensor: (z, y) => softmaxCrossEntropy(z, y),
    plain: (z, y) => plainSoftmax(y, z),
    reference: (z, y) => rows(zip(logSoftmax(z), y, (a, b) => a.mul(b).neg())),
  },
  {
    name: "parametric cross-entropy (scale, shift, weight)",
    inputs: [{ shape: logits, ...wide }, { shape: [3], ...positive }, { shape: [3] }, { shape: [3], ...positive }],
    tensor: (z, scale, shift, weight) =>
      tf.mul(
        softmaxCrossEntropy(tf.add(tf.mul(z, scale), shift), tf.tensor1d(LABELS, "int32")),
        tf.gather(weight, tf.tensor1d(LABELS, "int32")),
      ),
    plain: (z, scale, shift, weight) =>
      tf.mul(plainSoftmax(oneHot(), tf.add(tf.mul(z, scale), shift)), tf.gather(weight, tf.tensor1d(LABELS, "int32"))),
    reference: (z, scale, shift, weight) =>
      crossEntropy(z.mul(scale).add(shift)).mul(
        new HyperArray(
          [4],
          LABELS.map((label) => weight.data[label]),
        ),
      ),
  },
  {
    name: "engine.sigmoidCrossEntropy (soft labels)",
    inputs: [
      { shape: [6], ...wide },
      { shape: [6], ...positive },
    ],
    tensor: (z, y) => sigmoidCrossEntropy(z, y),
    plain: (z, y) => plainSigmoid(y, z),
    reference: (z, y) => zip(z, y, sigmoidLoss),
  },
  unary(
    "sigmoid cross-entropy (from relu, abs, log1p)",
    [6],
    (z) => {
      const y = tf.tensor1d([1, 0, 0, 1, 1, 0]);
      return tf.add(tf.sub(tf.relu(z), tf.mul(z, y)), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));
    },
    (z) => zip(z, fromNumbers([1, 0, 0, 1, 1, 0]), sigmoidLoss),
    { ...wide, away: [0] },
  ),
  unary(
    "focal (softmax)",
    logits,
    (z) => {
      const p = tf.sum(tf.mul(oneHot(), tf.softmax(z)), 1);
      return tf.neg(tf.mul(tf.pow(tf.sub(1, p), 2), tf.log(p)));
    },
    (z) => picked(logSoftmax(z)).map((a) => new HyperDual(1).sub(a.exp()).pow(2).mul(a).neg()),
  ),
  unary(
    "focal (sigmoid)",
    [6],
    (z) => tf.mul(tf.pow(tf.sub(1, tf.sigmoid(z)), 2.5), tf.softplus(tf.neg(z))),
    (z) => z.map((a) => new HyperDual(1).sub(a.sigmoid()).pow(2.5).mul(a.neg().softplus())),
  ),
];

function perceptron(activation: (x: tf.Tensor) => tf.Tensor, ...[w1, b1, w2, b2]: tf.Tensor[]): tf.Tensor {
  const hidden = activation(tf.add(tf.matMul(tf.tensor2d(ROWS, [4, 3]), w1 as tf.Tensor2D), b1));
  return tf.add(tf.matMul(hidden, w2), b2);
}

/** A perceptron 3-4-3 on four fixed rows. */
const network = (
  name: string,
  activation: (x: tf.Tensor) => tf.Tensor,
  reference: (x: HyperDual) => HyperDual,
  bias: Omit<Input, "shape"> = {},
): Probe => ({
  name: `${name} network, softmax cross-entropy`,
  inputs: [{ shape: [3, 4], low: -0.6, high: 0.6 }, { shape: [4], ...bias }, { shape: [4, 3] }, { shape: [3] }],
  tensor: (...w) => softmaxCrossEntropy(perceptron(activation, ...w), tf.tensor1d(LABELS, "int32")),
  plain: (...w) => plainSoftmax(oneHot(), perceptron(activation, ...w)),
  reference: (w1, b1, w2, b2) => {
    const hidden = matMul(fromNumbers(ROWS, [4, 3]), w1)
      .add(b1)
      .map(reference);
    return crossEntropy(matMul(hidden, w2).add(b2));
  },
});

/** |x W| is below 0.6 times the largest row sum, 1.6: these biases keep the kink at zero away. */
const clear = { low: -1.6, high: 1.6, away: [0], distance: 1.2 };

const networks: Probe[] = [
  network("tanh", tf.tanh, (x) => x.tanh()),
  network("relu", tf.relu, (x) => x.max(0), clear),
  network("sigmoid", tf.sigmoid, (x) => x.sigmoid()),
  network("softplus", tf.softplus, (x) => x.softplus()),
  network("elu", tf.elu, (x) => (x.value > 0 ? x : x.expm1()), clear),
  {
    ...network("tf.sequential tanh", tf.tanh, (x) => x.tanh()),
    build(values) {
      const model = tf.sequential({
        layers: [tf.layers.dense({ units: 4, activation: "tanh", inputShape: [3] }), tf.layers.dense({ units: 3 })],
      });
      model.setWeights(values);
      return {
        variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
        f: () => tensorCrossEntropy(model.apply(tf.tensor2d(ROWS, [4, 3])) as tf.Tensor),
        dispose: () => model.dispose(),
      };
    },
  },
];

/** Losses, and small networks under them. */
export const lossProbes: readonly Probe[] = [...crossEntropies, ...networks];
