import { tf } from "../tf";
import {
  build,
  HyperArray,
  indices,
  largest,
  logSoftmax,
  logSumExp,
  mean,
  product,
  range,
  reduce,
  smallest,
  total,
} from "./hyperArray";
import { type HyperDual } from "./hyperDual";
import { unary, type Probe } from "./probe";

const shape = [2, 3];
const cube = [2, 3, 2];
const far = { low: -4, high: 4 };
const spaced = (probe: Probe): Probe => ({ ...probe, spaced: true });

/** Running fold along an axis: element k folds what is before it (or after it). */
function running(
  x: HyperArray,
  fold: (values: HyperDual[]) => HyperDual,
  axis: number,
  exclusive: boolean,
  reverse: boolean,
): HyperArray {
  return build(x.shape, (...index) => {
    const taken = range(x.shape[axis]).filter((i) =>
      i === index[axis] ? !exclusive : reverse ? i > index[axis] : i < index[axis],
    );
    return fold(taken.map((i) => x.at(...index.map((at, a) => (a === axis ? i : at)))));
  });
}

const variance = (values: HyperDual[]) => mean(values.map((value) => value.sub(mean(values)).square()));
const orderless = (values: HyperDual[]) => [...values].sort((a, b) => b.value - a.value);
const productOrOne = (values: HyperDual[]) => (values.length === 0 ? total([]).add(1) : product(values));

/** Sums, products, extremes, softmax, running sums. */
export const reductionProbes: readonly Probe[] = [
  unary(
    "sum",
    shape,
    (x) => tf.sum(x),
    (x) => reduce(x, total),
  ),
  unary(
    "sum (axes 0, 2)",
    cube,
    (x) => tf.sum(x, [0, 2]),
    (x) => reduce(x, total, [0, 2]),
  ),
  unary(
    "mean (axis 1)",
    shape,
    (x) => tf.mean(x, 1),
    (x) => reduce(x, mean, [1]),
  ),
  unary(
    "mean (keepDims)",
    cube,
    (x) => tf.mean(x, [1, 2], true),
    (x) => reduce(x, mean, [1, 2], true),
  ),
  unary(
    "prod",
    shape,
    (x) => tf.prod(x),
    (x) => reduce(x, product),
  ),
  unary(
    "prod (axis 0)",
    shape,
    (x) => tf.prod(x, 0),
    (x) => reduce(x, product, [0]),
  ),
  unary(
    "prod (axis -1)",
    cube,
    (x) => tf.prod(x, -1),
    (x) => reduce(x, product, [2]),
  ),
  unary(
    "prod (axes 0, 2)",
    cube,
    (x) => tf.prod(x, [0, 2]),
    (x) => reduce(x, product, [0, 2]),
  ),
  spaced(
    unary(
      "max (axis 1)",
      shape,
      (x) => tf.max(x, 1),
      (x) => reduce(x, largest, [1]),
      far,
    ),
  ),
  spaced(
    unary(
      "max (axes 0, 2, keepDims)",
      cube,
      (x) => tf.max(x, [0, 2], true),
      (x) => reduce(x, largest, [0, 2], true),
      far,
    ),
  ),
  spaced(
    unary(
      "min",
      shape,
      (x) => tf.min(x),
      (x) => reduce(x, smallest),
      far,
    ),
  ),
  spaced(
    unary(
      "min (axis -1)",
      cube,
      (x) => tf.min(x, -1),
      (x) => reduce(x, smallest, [2]),
      far,
    ),
  ),
  unary(
    "logSumExp (axis 1)",
    shape,
    (x) => tf.logSumExp(x, 1),
    (x) => reduce(x, logSumExp, [1]),
    far,
  ),
  unary(
    "logSumExp",
    cube,
    (x) => tf.logSumExp(x),
    (x) => reduce(x, logSumExp),
    far,
  ),
  unary(
    "softmax",
    shape,
    (x) => tf.softmax(x),
    (x) => logSoftmax(x).map((y) => y.exp()),
    far,
  ),
  unary("logSoftmax", shape, (x) => tf.logSoftmax(x), logSoftmax, far),
  unary("log softmax", shape, (x) => tf.log(tf.softmax(x)), logSoftmax, far),
  unary(
    "norm",
    shape,
    (x) => tf.norm(x),
    (x) =>
      reduce(
        x.map((a) => a.square()),
        total,
      ).map((a) => a.sqrt()),
  ),
  unary(
    "norm (rows)",
    shape,
    (x) => tf.norm(x, 2, 1),
    (x) =>
      reduce(
        x.map((a) => a.square()),
        total,
        [1],
      ).map((a) => a.sqrt()),
  ),
  unary(
    "norm (1)",
    shape,
    (x) => tf.norm(x, 1, 1),
    (x) =>
      reduce(
        x.map((a) => a.abs()),
        total,
        [1],
      ),
    { away: [0] },
  ),
  unary(
    "moments",
    cube,
    (x) => {
      const moments = tf.moments(x, [0, 2]);
      return tf.concat([moments.mean as tf.Tensor1D, moments.variance as tf.Tensor1D]);
    },
    (x) => new HyperArray([6], [...reduce(x, mean, [0, 2]).data, ...reduce(x, variance, [0, 2]).data]),
  ),
  unary(
    "cumsum",
    [3, 3],
    (x) => tf.cumsum(x, 1),
    (x) => running(x, total, 1, false, false),
  ),
  unary(
    "cumsum (axis 0)",
    [3, 3],
    (x) => tf.cumsum(x, 0),
    (x) => running(x, total, 0, false, false),
  ),
  unary(
    "cumsum (axis 0 of 3)",
    cube,
    (x) => tf.cumsum(x, 0),
    (x) => running(x, total, 0, false, false),
  ),
  unary(
    "cumsum (exclusive, reverse)",
    shape,
    (x) => tf.cumsum(x, 1, true, true),
    (x) => running(x, total, 1, true, true),
  ),
  unary(
    "cumprod",
    shape,
    (x) => tf.cumprod(x, 1),
    (x) => running(x, productOrOne, 1, false, false),
  ),
  unary(
    "cumprod (axis 0)",
    [3, 3],
    (x) => tf.cumprod(x, 0),
    (x) => running(x, productOrOne, 0, false, false),
  ),
  unary(
    "cumprod (exclusive)",
    shape,
    (x) => tf.cumprod(x, 1, true),
    (x) => running(x, productOrOne, 1, true, false),
  ),
  unary(
    "cumprod (reverse)",
    cube,
    (x) => tf.cumprod(x, 1, false, true),
    (x) => running(x, productOrOne, 1, false, true),
  ),
  spaced(
    unary(
      "topk",
      [2, 4],
      (x) => tf.topk(x, 2).values,
      (x) => build([2, 2], (i, k) => orderless(range(4).map((j) => x.at(i, j)))[k]),
      far,
    ),
  ),
  spaced(
    unary(
      "oneHot(argMax) product",
      [2, 4],
      (x) => tf.sum(tf.mul(x, tf.oneHot(tf.cast(tf.argMax(x, 1), "int32"), 4)), 1),
      (x) => reduce(x, largest, [1]),
      far,
    ),
  ),
  unary(
    "unsortedSegmentSum",
    [4, 2],
    (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, 2], "int32"), 3),
    (x) =>
      build([3, 2], (s, j) =>
        total(
          indices([4])
            .filter(([i]) => [1, 0, 1, 2][i] === s)
            .map(([i]) => x.at(i, j)),
        ),
      ),
  ),
];
