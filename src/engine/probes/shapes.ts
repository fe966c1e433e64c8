import { tf } from "../tf";
import { build, HyperArray, matMul, transpose } from "./hyperArray";
import { HyperDual } from "./hyperDual";
import { unary, type Probe } from "./probe";

const zero = new HyperDual(0);
const reshaped = (x: HyperArray, shape: number[]) => new HyperArray(shape, x.data);
const joined = (a: HyperArray, b: HyperArray) => build([2, 5], (i, j) => (j < 3 ? a.at(i, j) : b.at(i, j - 3)));
const reflect = (i: number, size: number) => (i < 0 ? -i : i >= size ? 2 * size - 2 - i : i);
const symmetric = (i: number, size: number) => (i < 0 ? -1 - i : i >= size ? 2 * size - 1 - i : i);

/** Operations that move numbers without changing them. */
export const shapeProbes: readonly Probe[] = [
  unary(
    "gather (rows, repeated)",
    [3, 2],
    (x) => tf.gather(x, tf.tensor1d([2, 0, 2], "int32")),
    (x) => build([3, 2], (i, j) => x.at([2, 0, 2][i], j)),
  ),
  unary(
    "gather (axis 1)",
    [2, 3, 2],
    (x) => tf.gather(x, tf.tensor1d([2, 0], "int32"), 1),
    (x) => build([2, 2, 2], (i, j, k) => x.at(i, [2, 0][j], k)),
  ),
  unary(
    "gather (batched)",
    [2, 3],
    (x) => tf.gather(x, tf.tensor2d([2, 0, 1, 1], [2, 2], "int32"), 1, 1),
    (x) => build([2, 2], (i, j) => x.at(i, [2, 0, 1, 1][2 * i + j])),
  ),
  {
    name: "gather at argMax",
    inputs: [{ shape: [4], low: -4, high: 4 }],
    spaced: true,
    tensor: (x) => tf.mul(tf.gather(x, tf.argMax(x)), tf.sum(x)),
    reference: (x) => new HyperArray([], [x.data.reduce((a, b) => a.max(b)).mul(x.data.reduce((a, b) => a.add(b)))]),
  },
  unary(
    "oneHot product",
    [3, 3],
    (x) => tf.sum(tf.mul(x, tf.oneHot(tf.tensor1d([2, 0, 2], "int32"), 3)), 1),
    (x) => build([3], (i) => x.at(i, [2, 0, 2][i])),
  ),
  {
    name: "concat",
    inputs: [{ shape: [2, 3] }, { shape: [2, 2] }],
    tensor: (a, b) => tf.concat([a, b], 1),
    reference: joined,
  },
  {
    name: "stack (axis 1)",
    inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
    tensor: (a, b) => tf.stack([a, b], 1),
    reference: (a, b) => build([2, 2, 3], (i, k, j) => (k === 0 ? a : b).at(i, j)),
  },
  unary(
    "unstack",
    [2, 3],
    (x) => tf.mul(tf.unstack(x)[0], tf.unstack(x)[1]),
    (x) => build([3], (j) => x.at(0, j).mul(x.at(1, j))),
  ),
  unary(
    "unstack (one)",
    [1, 3],
    (x) => tf.unstack(x)[0],
    (x) => reshaped(x, [3]),
  ),
  unary(
    "split",
    [2, 4],
    (x) => tf.mul(tf.split(x, [1, 3], 1)[0], tf.split(x, [1, 3], 1)[1]),
    (x) => build([2, 3], (i, j) => x.at(i, 0).mul(x.at(i, j + 1))),
  ),
  unary(
    "split (one)",
    [2, 4],
    (x) => tf.split(x, 1, 1)[0],
    (x) => x,
  ),
  unary(
    "slice",
    [3, 4],
    (x) => tf.slice(x, [1, 0], [2, 3]),
    (x) => build([2, 3], (i, j) => x.at(i + 1, j)),
  ),
  unary(
    "pad",
    [2, 3],
    (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2],
        ],
        0.5,
      ),
    (x) => build([3, 5], (i, j) => (i > 0 && j < 3 ? x.at(i - 1, j) : zero.add(0.5))),
  ),
  unary(
    "mirrorPad (reflect)",
    [3, 3],
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [2, 0],
        ],
        "reflect",
      ),
    (x) => build([6, 5], (i, j) => x.at(reflect(i - 1, 3), reflect(j - 2, 3))),
  ),
  unary(
    "mirrorPad (symmetric)",
    [2, 3],
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [2, 3],
        ],
        "symmetric",
      ),
    (x) => build([5, 8], (i, j) => x.at(symmetric(i - 1, 2), symmetric(j - 2, 3))),
  ),
  unary(
    "reverse",
    [2, 3],
    (x) => tf.reverse(x, 1),
    (x) => build([2, 3], (i, j) => x.at(i, 2 - j)),
  ),
  unary(
    "transpose",
    [2, 3],
    (x) => tf.matMul(tf.transpose(x) as tf.Tensor2D, x as tf.Tensor2D),
    (x) => matMul(transpose(x), x),
  ),
  unary(
    "transpose (1, 2, 0)",
    [2, 3, 2],
    (x) => tf.transpose(x, [1, 2, 0]),
    (x) => build([3, 2, 2], (j, k, i) => x.at(i, j, k)),
  ),
  unary(
    "reshape",
    [2, 3],
    (x) => tf.reshape(x, [3, 2]),
    (x) => reshaped(x, [3, 2]),
  ),
  unary(
    "flatten",
    [2, 3],
    (x) => x.flatten(),
    (x) => reshaped(x, [6]),
  ),
  unary(
    "tile",
    [2, 3],
    (x) => tf.tile(x, [2, 3]),
    (x) => build([4, 9], (i, j) => x.at(i % 2, j % 3)),
  ),
  unary(
    "broadcastTo",
    [3],
    (x) => tf.broadcastTo(x, [2, 3]),
    (x) => build([2, 3], (_, j) => x.at(j)),
  ),
  unary(
    "expandDims, squeeze",
    [2, 3],
    (x) => tf.squeeze(tf.expandDims(x, 1)),
    (x) => x,
  ),
  unary(
    "spaceToBatchND",
    [1, 4, 2, 1],
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 1],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    (x) => build([2, 2, 2, 1], (b, i, j) => x.at(0, 2 * i + b, j, 0)),
  ),
  unary(
    "batchToSpaceND",
    [2, 2, 2, 1],
    (x) =>
      tf.batchToSpaceND(
        x,
        [2, 1],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    (x) => build([1, 4, 2, 1], (_, i, j) => x.at(i % 2, Math.floor(i / 2), j, 0)),
  ),
  unary(
    "clone, cast",
    [2, 3],
    (x) => tf.cast(tf.clone(x), "float32"),
    (x) => x,
  ),
];
