import { random, tf } from "../engine";
import { batchNorm } from "./batchNorm";
import { type Model } from "./model";
import { constant, heNormal, type VariableStore } from "./variables";

export interface ResNetOptions {
  /** 6 n + 2 layers: 8, 14, 20, 32, 44, 56, ...; default 20. */
  readonly depth?: number;
  /** Channels of the first stage; the later two have twice and four times as many. Default 16. */
  readonly width?: number;
  /** Height, width and channels of an input image. */
  readonly inputShape: readonly [number, number, number];
  /** Number of logits; 1 gives logits of shape [n]. */
  readonly outputs: number;
  /** Seed of the start values. */
  readonly seed: number;
}

type Layer = (x: tf.Tensor4D, training: boolean) => tf.Tensor4D;

/**
 * The residual network for small images (CIFAR form): a 3x3 convolution, three stages of basic blocks, global average pooling,
 * a linear head. Where the extent halves, the shortcut subsamples and pads the new channels with zeros, without parameters.
 *
 * @param options.depth 6 n + 2 with n blocks per stage; default 20.
 * @param options.width channels of the first stage; default 16.
 * @param options.inputShape [height, width, channels].
 * @param options.outputs number of logits, >= 1.
 * @param options.seed seed of the start values: convolutions He normal, head He normal, biases zero.
 * @returns the model: images [n, h, w, c] to logits [n, outputs], or [n] where `outputs` is 1.
 * @throws RangeError when `depth` is not 6 n + 2 or another number is not a positive integer.
 * @see He, Zhang, Ren, Sun: Deep residual learning for image recognition, CVPR 2016, section 4.2 (option A shortcuts).
 */
export function resNet({ depth = 20, width = 16, inputShape, outputs, seed }: ResNetOptions): Model {
  if (!Number.isInteger((depth - 2) / 6) || depth < 8) {
    throw new RangeError(`resNet: depth must be 6 n + 2 (8, 14, 20, 32, ...), received ${depth}`);
  }
  for (const [name, value] of Object.entries({
    width,
    outputs,
    height: inputShape[0],
    imageWidth: inputShape[1],
    channels: inputShape[2],
  })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`resNet: ${name} must be a positive integer, received ${value}`);
  }
  const store: VariableStore = { parameters: [], statistics: [], generator: random(seed).fork("resNet") };
  const layers: Layer[] = [convolution(store, inputShape[2], width, 1), relu(batchNorm(store, width))];
  let channels = width;
  for (const stage of [0, 1, 2]) {
    for (let block = 0; block < (depth - 2) / 6; block++) {
      const next = width * 2 ** stage;
      layers.push(basicBlock(store, channels, next, stage > 0 && block === 0 ? 2 : 1));
      channels = next;
    }
  }
  const weight = heNormal(store, [channels, outputs], channels);
  const bias = constant(store, [outputs], 0);

  return {
    name: `ResNet-${depth}${width === 16 ? "" : ` (width ${width})`}`,
    parameters: store.parameters,
    statistics: store.statistics,
    apply: (inputs, { training = false } = {}) =>
      tf.tidy(() => {
        if (inputs.rank !== 4 || inputs.shape.slice(1).some((extent, axis) => extent !== inputShape[axis])) {
          throw new TypeError(
            `resNet: inputs must have shape [n, ${inputShape.join(", ")}], received [${inputs.shape.join(", ")}]`,
          );
        }
        const features = layers.reduce((x, layer) => layer(x, training), inputs as tf.Tensor4D);
        const pooled = tf.mean(features, [1, 2]) as tf.Tensor2D;
        const logits = tf.add(tf.matMul(pooled, weight as unknown as tf.Tensor2D), bias);
        return outputs === 1 ? tf.squeeze(logits, [1]) : logits;
      }),
    dispose: () => [...store.parameters, ...store.statistics].forEach((variable) => variable.dispose()),
  };
}

function convolution(store: VariableStore, from: number, to: number, stride: 1 | 2): Layer {
  const kernel = heNormal(store, [3, 3, from, to], 9 * from);
  return (x) => tf.conv2d(x, kernel as unknown as tf.Tensor4D, stride, "same");
}

function relu(layer: Layer): Layer {
  return (x, training) => tf.relu(layer(x, training));
}

function basicBlock(store: VariableStore, from: number, to: number, stride: 1 | 2): Layer {
  const first = convolution(store, from, to, stride);
  const firstNorm = batchNorm(store, to);
  const second = convolution(store, to, to, 1);
  const secondNorm = batchNorm(store, to);
  return (x, training) => {
    const inner = tf.relu(firstNorm(first(x, training), training));
    return tf.relu(tf.add<tf.Tensor4D>(secondNorm(second(inner, training), training), shortcut(x, from, to, stride)));
  };
}

/** Every second pixel, and zeros for the channels that are new. */
function shortcut(x: tf.Tensor4D, from: number, to: number, stride: 1 | 2): tf.Tensor4D {
  const sampled = stride === 1 ? x : tf.avgPool(x, 1, stride, "valid");
  if (from === to) return sampled as tf.Tensor4D;
  const before = (to - from) >> 1;
  return tf.pad4d(sampled as tf.Tensor4D, [
    [0, 0],
    [0, 0],
    [0, 0],
    [before, to - from - before],
  ]);
}
