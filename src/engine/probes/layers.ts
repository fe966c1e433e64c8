import { batchNormTraining, biasAdd } from "../kernels";
import { tf } from "../tf";
import {
  build,
  conv2d,
  depthwiseConv2d,
  HyperArray,
  inside,
  largest,
  matMul,
  mean,
  pool,
  range,
  reduce,
  total,
  transpose,
  window,
} from "./hyperArray";
import { unary, type Input, type Probe } from "./probe";

const image: Input = { shape: [1, 4, 4, 2] };
const filter: Input = { shape: [3, 3, 2, 2] };
const relu = (x: HyperArray) => x.map((a) => a.max(0));
/** Keeps relu's argument clear of zero: the bias outweighs all products, whose factors are small. */
const small = { low: -0.4, high: 0.4 };
const heavy: Omit<Input, "shape"> = { low: -3.5, high: 3.5, away: [0], distance: 3 };

const convolution = (name: string, stride: number, pad: "valid" | "same", input = image): Probe => ({
  name,
  inputs: [input, filter],
  tensor: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad),
  reference: (x, w) => conv2d(x, w, stride, pad),
});

const pooling = (name: string, kind: "max" | "avg", size: number, stride: number, pad: "valid" | "same"): Probe => ({
  ...unary(
    name,
    [1, 4, 4, 2],
    (x) => (kind === "max" ? tf.maxPool : tf.avgPool)(x as tf.Tensor4D, size, stride, pad),
    (x) => pool(x, kind === "max" ? largest : mean, size, stride, pad),
    { low: -4, high: 4 },
  ),
  spaced: kind === "max",
});

const products: Probe[] = [
  ...[
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ].map(([left, right]): Probe => ({
    name: `matMul${left ? " (a transposed)" : ""}${right ? " (b transposed)" : ""}`,
    inputs: [{ shape: left ? [3, 2] : [2, 3] }, { shape: right ? [4, 3] : [3, 4] }],
    tensor: (a, b) => tf.matMul(a, b, left, right),
    reference: (a, b) => matMul(left ? transpose(a) : a, right ? transpose(b) : b),
  })),
  {
    name: "matMul (batched)",
    inputs: [{ shape: [2, 2, 3] }, { shape: [2, 3, 2] }],
    tensor: (a, b) => tf.matMul(a, b),
    reference: (a, b) => build([2, 2, 2], (n, i, k) => total(range(3).map((j) => a.at(n, i, j).mul(b.at(n, j, k))))),
  },
  {
    name: "biasAdd",
    inputs: [{ shape: [3, 2] }, { shape: [2] }],
    tensor: (x, bias) => biasAdd(x as tf.Tensor2D, bias),
    plain: (x, bias) => tf.add(x, bias),
    reference: (x, bias) => x.add(bias),
  },
  {
    name: "dot",
    inputs: [{ shape: [2, 3] }, { shape: [3] }],
    tensor: (a, b) => tf.dot(a, b),
    reference: (a, b) => reduce(a.mul(b), total, [1]),
  },
  {
    name: "fused matMul",
    inputs: [{ shape: [2, 3] }, { shape: [3, 4] }, { shape: [4] }],
    tensor: (a, b, bias) =>
      tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, transposeA: false, transposeB: false, bias }),
    reference: (a, b, bias) => matMul(a, b).add(bias),
  },
  {
    name: "fused matMul, relu",
    inputs: [
      { shape: [2, 3], ...small },
      { shape: [3, 4], ...small },
      { shape: [4], ...heavy },
    ],
    tensor: (a, b, bias) =>
      tf.fused.matMul({
        a: a as tf.Tensor2D,
        b: b as tf.Tensor2D,
        transposeA: false,
        transposeB: false,
        bias,
        activation: "relu",
      }),
    reference: (a, b, bias) => relu(matMul(a, b).add(bias)),
  },
];

const convolutions: Probe[] = [
  convolution("conv2d (valid)", 1, "valid"),
  convolution("conv2d (same)", 1, "same"),
  convolution("conv2d (same, stride 2)", 2, "same"),
  convolution("conv2d (same, stride 2, odd)", 2, "same", { shape: [1, 5, 5, 2] }),
  convolution("conv2d (valid, stride 2)", 2, "valid"),
  {
    name: "conv2d (explicit pad, stride 2)",
    inputs: [image, filter],
    tensor: (x, w) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]),
    reference: (x, w) => conv2d(x, w, 2, 1),
  },
  {
    name: "conv2d of a single image, 1 x 1",
    inputs: [{ shape: [3, 3, 2] }, { shape: [1, 1, 2, 3] }],
    tensor: (x, w) => tf.conv2d(x as tf.Tensor3D, w as tf.Tensor4D, 1, "same"),
    reference: (x, w) => build([3, 3, 3], (i, j, d) => total(range(2).map((k) => x.at(i, j, k).mul(w.at(0, 0, k, d))))),
  },
  {
    name: "conv1d",
    inputs: [{ shape: [2, 5, 2] }, { shape: [3, 2, 2] }],
    tensor: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, "valid"),
    reference: (x, w) =>
      build([2, 3, 2], (n, i, d) =>
        total(range(3).flatMap((t) => range(2).map((k) => x.at(n, i + t, k).mul(w.at(t, k, d))))),
      ),
  },
  {
    name: "conv2dTranspose (same, stride 2)",
    inputs: [{ shape: [1, 2, 2, 2] }, { shape: [3, 3, 2, 2] }],
    tensor: (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [1, 4, 4, 2], 2, "same"),
    reference: (x, w) => {
      const geometry = window(4, 4, [3, 3], 2, "same");
      const places = range(2).flatMap((row) => range(2).map((column) => ({ row, column })));
      return build([1, 4, 4, 2], (_, r, c, d) =>
        total(
          places.flatMap(({ row, column }) =>
            inside(geometry, 4, 4, row, column)
              .filter((offset) => offset[2] === r && offset[3] === c)
              .flatMap(([i, j]) => range(2).map((k) => x.at(0, row, column, k).mul(w.at(i, j, d, k)))),
          ),
        ),
      );
    },
  },
  {
    name: "fused conv2d",
    inputs: [image, filter, { shape: [2] }],
    tensor: (x, w, bias) =>
      tf.fused.conv2d({ x: x as tf.Tensor4D, filter: w as tf.Tensor4D, strides: 1, pad: "same", bias }),
    reference: (x, w, bias) => conv2d(x, w, 1, "same").add(bias),
  },
  {
    name: "fused conv2d, relu",
    inputs: [
      { ...image, ...small },
      { ...filter, ...small },
      { shape: [2], ...heavy },
    ],
    tensor: (x, w, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: w as tf.Tensor4D,
        strides: 1,
        pad: "same",
        bias,
        activation: "relu",
      }),
    reference: (x, w, bias) => relu(conv2d(x, w, 1, "same").add(bias)),
  },
  ...([1, 2] as const).map((stride): Probe => ({
    name: `depthwiseConv2d (same, stride ${stride})`,
    inputs: [image, filter],
    tensor: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, "same"),
    reference: (x, w) => depthwiseConv2d(x, w, stride, "same"),
  })),
  {
    name: "separableConv2d",
    inputs: [{ shape: [1, 3, 3, 2] }, { shape: [2, 2, 2, 1] }, { shape: [1, 1, 2, 3] }],
    tensor: (x, depth, point) =>
      tf.separableConv2d(x as tf.Tensor4D, depth as tf.Tensor4D, point as tf.Tensor4D, 1, "valid"),
    reference: (x, depth, point) => conv2d(depthwiseConv2d(x, depth, 1, "valid"), point, 1, "valid"),
  },
];

const pools: Probe[] = [
  pooling("maxPool (2 by 2)", "max", 2, 2, "valid"),
  pooling("maxPool (3 by 3, same, stride 2)", "max", 3, 2, "same"),
  pooling("maxPool (overlapping)", "max", 3, 1, "valid"),
  pooling("avgPool (2 by 2)", "avg", 2, 2, "valid"),
  pooling("avgPool (3 by 3, same)", "avg", 3, 1, "same"),
  unary(
    "global average pool",
    [2, 3, 3, 2],
    (x) => tf.mean(x, [1, 2]),
    (x) => reduce(x, mean, [1, 2]),
  ),
];

/** Bilinear interpolation at (i + offset) scale - offset, clamped to the image. */
function resized(x: HyperArray, size: number, alignCorners: boolean, nearest = false): HyperArray {
  const [n, height, , channels] = x.shape;
  const scale = alignCorners ? (height - 1) / (size - 1) : height / size;
  const at = (i: number) => {
    const place = i * scale;
    if (nearest) return [[Math.min(alignCorners ? Math.round(place) : Math.floor(place), height - 1), 1]];
    const low = Math.floor(place);
    return [
      [low, 1 - (place - low)],
      [Math.min(low + 1, height - 1), place - low],
    ];
  };
  return build([n, size, size, channels], (b, i, j, k) =>
    total(at(i).flatMap(([r, wr]) => at(j).map(([c, wc]) => x.at(b, r, c, k).mul(wr * wc)))),
  );
}

const resizing: Probe[] = [
  ...[false, true].flatMap((align) =>
    [2, 5].flatMap((size): Probe[] => [
      unary(
        `resizeBilinear (3 to ${size}${align ? ", corners aligned" : ""})`,
        [1, 3, 3, 2],
        (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [size, size], align),
        (x) => resized(x, size, align),
      ),
      unary(
        `resizeNearestNeighbor (3 to ${size}${align ? ", corners aligned" : ""})`,
        [1, 3, 3, 2],
        (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [size, size], align),
        (x) => resized(x, size, align, true),
      ),
    ]),
  ),
];

const EPSILON = 1e-3;
const positive = { low: 0.4, high: 2 };
const over = [0, 1, 2];

function normalised(x: HyperArray): HyperArray {
  const centred = x.sub(reduce(x, mean, over, true));
  const variance = reduce(centred.mul(centred), mean, over, true);
  return centred.mul(variance.map((a) => a.add(EPSILON).pow(-0.5)));
}

/** Batch norm by the statistics of the batch, as it is written in tfjs. */
function plainBatchNorm(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return tf.batchNorm(
    x,
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    offset as tf.Tensor1D,
    scale as tf.Tensor1D,
    EPSILON,
  );
}

const normalisation: Probe[] = [
  {
    name: "batchNorm (given statistics)",
    inputs: [{ shape: [2, 2, 2, 2] }, { shape: [2] }, { shape: [2], ...positive }, { shape: [2] }, { shape: [2] }],
    tensor: (x, average, variance, offset, scale) =>
      tf.batchNorm(
        x,
        average as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        EPSILON,
      ),
    reference: (x, average, variance, offset, scale) =>
      x
        .sub(average)
        .mul(variance.map((a) => a.add(EPSILON).pow(-0.5)))
        .mul(scale)
        .add(offset),
  },
  {
    name: "batchNormTraining",
    inputs: [{ shape: [3, 2, 2, 2] }, { shape: [2] }, { shape: [2] }],
    tensor: (x, scale, offset) =>
      batchNormTraining(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D, { epsilon: EPSILON }).y,
    plain: plainBatchNorm,
    reference: (x, scale, offset) => normalised(x).mul(scale).add(offset),
  },
  {
    name: "batchNormTraining with relu",
    inputs: [{ shape: [3, 2, 2, 2] }, { shape: [2] }, { shape: [2] }],
    tensor: (x, scale, offset) =>
      batchNormTraining(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D, { epsilon: EPSILON, relu: true })
        .y,
    plain: (x, scale, offset) => tf.relu(plainBatchNorm(x, scale, offset)),
    reference: (x, scale, offset) => relu(normalised(x).mul(scale).add(offset)),
  },
  {
    name: "conv2d, batchNormTraining, relu",
    inputs: [{ shape: [2, 3, 3, 1] }, { shape: [3, 3, 1, 3] }, { shape: [3], ...small }, { shape: [3], ...heavy }],
    tensor: (x, w, scale, offset) =>
      tf.relu(
        batchNormTraining(
          tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
          scale as tf.Tensor1D,
          offset as tf.Tensor1D,
          { epsilon: EPSILON },
        ).y,
      ),
    plain: (x, w, scale, offset) =>
      tf.relu(plainBatchNorm(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"), scale, offset)),
    reference: (x, w, scale, offset) =>
      relu(
        normalised(conv2d(x, w, 1, "same"))
          .mul(scale)
          .add(offset),
      ),
  },
];

/** Operations that models are made of. */
export const layerProbes: readonly Probe[] = [...products, ...convolutions, ...pools, ...resizing, ...normalisation];
