import { random, tf } from "../engine";
import { type Head } from "./head";
import {
  chain,
  convolution,
  globalAverage,
  joined,
  normalisation,
  subsample,
  type ImageLayer,
  type Padding,
} from "./layers";
import { type Network } from "./model";
import { network, requireImageShape, requirePositive } from "./network";
import { emptyStore, type VariableStore } from "./variables";

/** What stands beside a block whose output has another shape than its input. */
export type Shortcut = "zeroPad" | "projection";

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
  /** Default `zeroPad`. */
  readonly shortcut?: Shortcut;
  /** Default `symmetric`. */
  readonly padding?: Padding;
  /** Default linear. */
  readonly head?: Head;
}

/**
 * The residual network for small images (CIFAR form): a 3x3 convolution, three stages of basic blocks, global average pooling,
 * a head. Where the extent halves, the shortcut subsamples and pads the new channels with zeros, without parameters (option A), or
 * is a 1x1 convolution with batch norm (option B).
 *
 * @param options.depth 6 n + 2 with n blocks per stage; default 20.
 * @param options.width channels of the first stage; default 16.
 * @param options.inputShape [height, width, channels].
 * @param options.outputs number of logits, >= 1.
 * @param options.seed seed of the start values: convolutions He normal, head He normal, biases zero.
 * @param options.shortcut `zeroPad` (default) or `projection`.
 * @param options.padding of the two strided 3x3 convolutions: `symmetric` (default), the published form, or `same`, TensorFlow's.
 * @param options.head linear (default) or cosine, see {@link Head}.
 * @returns the model: images [n, h, w, c] to logits [n, outputs], or [n] where `outputs` is 1; features [n, 4 width].
 * @throws RangeError when `depth` is not 6 n + 2, another number is not a positive integer or an option is not known.
 * @see He, Zhang, Ren, Sun: Deep residual learning for image recognition, CVPR 2016, section 4.2; parameter counts as in its Table 6.
 */
export function resNet(options: ResNetOptions): Network {
  const {
    depth = 20,
    width = 16,
    inputShape,
    outputs,
    seed,
    shortcut = "zeroPad",
    padding = "symmetric",
    head,
  } = options;
  if (!Number.isInteger((depth - 2) / 6) || depth < 8) {
    throw new RangeError(`resNet: depth must be 6 n + 2 (8, 14, 20, 32, ...), received ${depth}`);
  }
  requirePositive("resNet", { width, outputs });
  requireImageShape("resNet", inputShape);
  requireOneOf("resNet", "shortcut", shortcut, ["zeroPad", "projection"]);
  requireOneOf("resNet", "padding", padding, ["same", "symmetric"]);

  const store = emptyStore(random(seed).fork("resNet"));
  const layers = [
    convolution(store, "stem.convolution", { from: inputShape[2], to: width, size: 3 }),
    normalisation(store, "stem.norm", width, { relu: true }),
  ];
  let channels = width;
  for (const stage of [0, 1, 2]) {
    for (let block = 0; block < (depth - 2) / 6; block++) {
      const path = `stage${stage + 1}.block${block + 1}`;
      const next = width * 2 ** stage;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      layers.push(basicBlock(store, path, { from: channels, to: next, stride, shortcut, padding }));
      channels = next;
    }
  }
  const images = chain(...layers);
  return network({
    caller: "resNet",
    name: `ResNet-${depth}${width === 16 ? "" : ` (width ${width})`}`,
    store,
    inputShape,
    body: (inputs, training) => globalAverage(images(inputs as tf.Tensor4D, training)),
    width: channels,
    outputs,
    head,
  });
}

export interface BlockOptions {
  readonly from: number;
  readonly to: number;
  readonly stride: 1 | 2;
  readonly shortcut: Shortcut;
  readonly padding: Padding;
}

/** relu(norm(conv3(relu(norm(conv3(x))))) + shortcut(x)). */
export function basicBlock(store: VariableStore, path: string, options: BlockOptions): ImageLayer {
  const { from, to, stride, padding } = options;
  const residual = chain(
    convolution(store, `${path}.convolution1`, { from, to, size: 3, stride, padding }),
    normalisation(store, `${path}.norm1`, to, { relu: true }),
    convolution(store, `${path}.convolution2`, { from: to, to, size: 3 }),
    normalisation(store, `${path}.norm2`, to),
  );
  const beside = shortcutLayer(store, path, options);
  return joined(residual, beside);
}

/** The identity where the shapes agree, else what `shortcut` says. */
export function shortcutLayer(store: VariableStore, path: string, options: BlockOptions): ImageLayer {
  const { from, to, stride, shortcut } = options;
  if (from === to && stride === 1) return (x) => x;
  if (shortcut === "projection") {
    return chain(
      convolution(store, `${path}.shortcut`, { from, to, size: 1, stride }),
      normalisation(store, `${path}.shortcutNorm`, to),
    );
  }
  // Half of the new channels before the old ones, half behind.
  const before = (to - from) >> 1;
  return (x) =>
    tf.pad4d(subsample(x, stride), [
      [0, 0],
      [0, 0],
      [0, 0],
      [before, to - from - before],
    ]);
}

function requireOneOf(caller: string, name: string, value: string, accepted: readonly string[]): void {
  if (!accepted.includes(value)) {
    const list = accepted.map((choice) => `"${choice}"`).join(" or ");
    throw new RangeError(`${caller}: ${name} must be ${list}, received ${JSON.stringify(value)}`);
  }
}
