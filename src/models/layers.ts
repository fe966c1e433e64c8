import { tf } from "../engine";
import { batchNorm } from "./batchNorm";
import { heNormal, named, type VariableStore } from "./variables";

/** Images [n, h, w, c] to images. */
export type ImageLayer = (x: tf.Tensor4D, training: boolean) => tf.Tensor4D;

/**
 * Where a window of a strided convolution stands.
 *
 * - `symmetric`: (k - 1) / 2 zeros on every side, as in the published networks and in PyTorch: windows are centred on the pixels that
 *   a subsampling shortcut takes.
 * - `same`: TensorFlow's, which pads an even extent on the right and below alone.
 *
 * At stride 1 the two are the same.
 */
export type Padding = "symmetric" | "same";

export interface ConvolutionOptions {
  readonly from: number;
  readonly to: number;
  /** Height and width of the kernel, odd. */
  readonly size: 1 | 3 | 7;
  readonly stride?: 1 | 2;
  readonly padding?: Padding;
}

/** A convolution without bias: its kernel [size, size, from, to] is called `path`.kernel and starts He normal in its fan-in. */
export function convolution(store: VariableStore, path: string, options: ConvolutionOptions): ImageLayer {
  const { from, to, size, stride = 1, padding = "same" } = options;
  const kernel = heNormal(
    store,
    [size, size, from, to],
    size * size * from,
    `${path}.kernel`,
  ) as unknown as tf.Tensor4D;
  if (stride === 1 || padding === "same" || size === 1) return (x) => tf.conv2d(x, kernel, stride, "same");
  // The native library takes no other padding itself.
  return (x) => tf.conv2d(padImages(x, (size - 1) / 2), kernel, stride, "valid");
}

/** Zeros around every image. */
export function padImages(x: tf.Tensor4D, margin: number): tf.Tensor4D {
  return tf.pad4d(x, [
    [0, 0],
    [margin, margin],
    [margin, margin],
    [0, 0],
  ]);
}

/** Batch norm, with ReLU behind it or not; its variables are called `path`.scale, .offset, .mean and .variance. */
export function normalisation(
  store: VariableStore,
  path: string,
  channels: number,
  options: { readonly relu?: boolean } = {},
): ImageLayer {
  const names = { parameters: ["scale", "offset"], statistics: ["mean", "variance"] };
  return named(store, path, names, () => batchNorm(store, channels, options));
}

/** Layers one after the other. */
export function chain(...layers: readonly ImageLayer[]): ImageLayer {
  return (x, training) => layers.reduce((value, layer) => layer(value, training), x);
}

/** relu(residual(x) + beside(x)). What the branches made on the way is freed at once, but for what their gradients keep. */
export function joined(residual: ImageLayer, beside: ImageLayer): ImageLayer {
  return (x, training) => tf.tidy(() => tf.relu(tf.add<tf.Tensor4D>(residual(x, training), beside(x, training))));
}

/** Mean over height and width: [n, h, w, c] to [n, c]. */
export function globalAverage(x: tf.Tensor4D): tf.Tensor2D {
  return tf.mean(x, [1, 2]);
}

/** Every second pixel, from the first. */
export function subsample(x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  return stride === 1 ? x : tf.avgPool(x, 1, stride, "valid");
}
