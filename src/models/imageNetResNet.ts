import { random, tf } from "../engine";
import { type Head } from "./head";
import { chain, convolution, globalAverage, joined, normalisation, padImages, type ImageLayer } from "./layers";
import { type Network } from "./model";
import { network, requireImageShape, requirePositive } from "./network";
import { basicBlock, shortcutLayer, type BlockOptions } from "./resNet";
import { emptyStore, type VariableStore } from "./variables";

/** Blocks per stage, and whether they are bottlenecks (Table 1 of the paper). */
const FORMS = {
  18: { blocks: [2, 2, 2, 2], bottleneck: false },
  34: { blocks: [3, 4, 6, 3], bottleneck: false },
  50: { blocks: [3, 4, 6, 3], bottleneck: true },
  101: { blocks: [3, 4, 23, 3], bottleneck: true },
  152: { blocks: [3, 8, 36, 3], bottleneck: true },
} as const;

/** A bottleneck's output has four times the channels of its 3x3 convolution. */
const EXPANSION = 4;

export interface ImageNetResNetOptions {
  readonly depth: keyof typeof FORMS;
  /** Channels of the first stage's 3x3 convolutions; default 64. */
  readonly width?: number;
  /** Height, width and channels of an input image; the paper's is [224, 224, 3]. */
  readonly inputShape: readonly [number, number, number];
  /** Number of logits; 1 gives logits of shape [n]. */
  readonly outputs: number;
  /** Seed of the start values. */
  readonly seed: number;
  /** Default linear. */
  readonly head?: Head;
}

/**
 * The residual network for larger images (ImageNet form): a 7x7 convolution and a 3x3 max-pool, each of stride 2, four stages of basic
 * blocks (depth 18, 34) or bottlenecks (50, 101, 152), global average pooling, a head.
 *
 * Shortcuts are 1x1 convolutions with batch norm where shapes differ; padding is symmetric; a bottleneck's stride is in its 3x3
 * convolution, as in torchvision (the paper has it in the first 1x1), so that the variables correspond one to one to torchvision's.
 *
 * @param options.depth 18, 34, 50, 101 or 152.
 * @param options.width channels of the first stage; default 64.
 * @param options.inputShape [height, width, channels].
 * @param options.outputs number of logits, >= 1.
 * @param options.seed seed of the start values: convolutions and head He normal in their fan-in, biases zero.
 * @param options.head linear (default) or cosine, see {@link Head}.
 * @returns the model: images [n, h, w, c] to logits [n, outputs], or [n] where `outputs` is 1; features [n, 8 width], for bottlenecks
 *   [n, 32 width].
 * @throws RangeError for another depth or a number that is not a positive integer.
 * @see He, Zhang, Ren, Sun: Deep residual learning for image recognition, CVPR 2016, Table 1.
 */
export function imageNetResNet(options: ImageNetResNetOptions): Network {
  const { depth, width = 64, inputShape, outputs, seed, head } = options;
  if (!Object.hasOwn(FORMS, depth)) {
    throw new RangeError(`imageNetResNet: depth must be ${Object.keys(FORMS).join(", ")}, received ${depth}`);
  }
  requirePositive("imageNetResNet", { width, outputs });
  requireImageShape("imageNetResNet", inputShape);
  const { blocks, bottleneck } = FORMS[depth];

  const store = emptyStore(random(seed).fork("imageNetResNet"));
  const padding = "symmetric";
  const layers = [
    convolution(store, "stem.convolution", { from: inputShape[2], to: width, size: 7, stride: 2, padding }),
    normalisation(store, "stem.norm", width, { relu: true }),
    maxPool,
  ];
  let channels = width;
  blocks.forEach((count, stage) => {
    for (let block = 0; block < count; block++) {
      const path = `stage${stage + 1}.block${block + 1}`;
      const inner = width * 2 ** stage;
      const to = bottleneck ? EXPANSION * inner : inner;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const shape: BlockOptions = { from: channels, to, stride, shortcut: "projection", padding };
      layers.push(bottleneck ? bottleneckBlock(store, path, shape, inner) : basicBlock(store, path, shape));
      channels = to;
    }
  });
  const images = chain(...layers);
  return network({
    caller: "imageNetResNet",
    name: `ResNet-${depth} (ImageNet form${width === 64 ? "" : `, width ${width}`})`,
    store,
    inputShape,
    body: (inputs, training) => globalAverage(images(inputs as tf.Tensor4D, training)),
    width: channels,
    outputs,
    head,
  });
}

/** 3x3, stride 2. Its input is at least 0, so zeros around it change no maximum. */
const maxPool: ImageLayer = (x) => tf.maxPool(padImages(x, 1), 3, 2, "valid");

/** relu(norm(conv1(relu(norm(conv3(relu(norm(conv1(x)))))))) + shortcut(x)). */
function bottleneckBlock(store: VariableStore, path: string, options: BlockOptions, inner: number): ImageLayer {
  const { from, to, stride, padding } = options;
  const residual = chain(
    convolution(store, `${path}.convolution1`, { from, to: inner, size: 1 }),
    normalisation(store, `${path}.norm1`, inner, { relu: true }),
    convolution(store, `${path}.convolution2`, { from: inner, to: inner, size: 3, stride, padding }),
    normalisation(store, `${path}.norm2`, inner, { relu: true }),
    convolution(store, `${path}.convolution3`, { from: inner, to, size: 1 }),
    normalisation(store, `${path}.norm3`, to),
  );
  const beside = shortcutLayer(store, path, options);
  return joined(residual, beside);
}
