/** tfjs as it is, on the same native library: no engine of the kit's is loaded. */
import * as tf from "@tensorflow/tfjs-node";

import { serve, type Task } from "./protocol";

type Layer = (x: tf.Tensor4D) => tf.Tensor4D;

function convolution(from: number, to: number, stride: number): Layer {
  const kernel = tf.variable(tf.randomNormal([3, 3, from, to], 0, Math.sqrt(2 / (9 * from))));
  return (x) => tf.conv2d(x, kernel as unknown as tf.Tensor4D, stride, "same");
}

function batchNorm(channels: number): Layer {
  const [scale, offset] = [tf.variable(tf.ones([channels])), tf.variable(tf.zeros([channels]))];
  const running = [tf.variable(tf.zeros([channels]), false), tf.variable(tf.ones([channels]), false)];
  return (x) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    [mean, variance].forEach((batch, index) =>
      running[index].assign(tf.add(tf.mul(running[index], 0.9), tf.mul(batch, 0.1))),
    );
    return tf.batchNorm4d(
      x,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      offset as unknown as tf.Tensor1D,
      scale as unknown as tf.Tensor1D,
      1e-5,
    );
  };
}

function block(from: number, to: number, stride: number): Layer {
  const [conv1, norm1] = [convolution(from, to, stride), batchNorm(to)];
  const [conv2, norm2] = [convolution(to, to, 1), batchNorm(to)];
  const before = (to - from) >> 1;
  return (x) => {
    const inner = norm2(conv2(tf.relu(norm1(conv1(x)))));
    const sampled = stride === 1 ? x : (tf.avgPool(x, 1, stride, "valid") as tf.Tensor4D);
    const shortcut =
      from === to
        ? sampled
        : tf.pad4d(sampled, [
            [0, 0],
            [0, 0],
            [0, 0],
            [before, to - from - before],
          ]);
    return tf.relu(tf.add(inner, shortcut));
  };
}

function resNet(depth: number): (x: tf.Tensor) => tf.Tensor {
  const layers: Layer[] = [convolution(3, 16, 1), batchNorm(16), (x) => tf.relu(x)];
  let channels = 16;
  for (const stage of [0, 1, 2]) {
    for (let index = 0; index < (depth - 2) / 6; index++) {
      layers.push(block(channels, 16 * 2 ** stage, stage > 0 && index === 0 ? 2 : 1));
      channels = 16 * 2 ** stage;
    }
  }
  const [weight, bias] = [tf.variable(tf.randomNormal([64, 10], 0, 0.18)), tf.variable(tf.zeros([10]))];
  return (x) => {
    const features = layers.reduce((value, layer) => layer(value), x as tf.Tensor4D);
    return tf.add(tf.matMul(tf.mean(features, [1, 2]) as tf.Tensor2D, weight as unknown as tf.Tensor2D), bias);
  };
}

function mlp(): (x: tf.Tensor) => tf.Tensor {
  const [w1, b1] = [tf.variable(tf.randomNormal([784, 256], 0, 0.05)), tf.variable(tf.zeros([256]))];
  const [w2, b2] = [tf.variable(tf.randomNormal([256, 10], 0, 0.09)), tf.variable(tf.zeros([10]))];
  return (x) => {
    const hidden = tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, w1 as unknown as tf.Tensor2D), b1));
    return tf.add(tf.matMul(hidden as tf.Tensor2D, w2 as unknown as tf.Tensor2D), b2);
  };
}

function prepare({ model: kind, depth = 20, batch }: Task): () => number {
  const apply = kind === "mlp" ? mlp() : resNet(depth);
  const inputs = tf.randomNormal(kind === "mlp" ? [batch, 784] : [batch, 32, 32, 3], 0, 1, "float32", 3);
  const labels = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: batch }, (_, index) => index % 10),
      "int32",
    ),
    10,
  );
  const optimizer = tf.train.momentum(0.01, 0.9);
  return () =>
    tf.tidy(() => {
      const loss = () => tf.losses.softmaxCrossEntropy(labels, apply(inputs)) as tf.Scalar;
      return optimizer.minimize(loss, true)!.dataSync()[0];
    });
}

serve({ prepare });
