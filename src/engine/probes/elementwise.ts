import { tf } from "../tf";
import { build, zip } from "./hyperArray";
import { HyperDual } from "./hyperDual";
import { elementwise, type Input, type Probe } from "./probe";

const positive = { low: 0.3, high: 2.5 };
const kinked = (...away: number[]) => ({ low: -3, high: 3, away });
const one = new HyperDual(1);
const zero = new HyperDual(0);
const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };
const elu = (x: HyperDual, alpha = 1) => (x.value > 0 ? x : x.expm1().mul(alpha));
const clip = (x: HyperDual, low: number, high: number) => x.max(low).min(high);
const asinh = (x: HyperDual) => x.add(x.square().add(1).sqrt()).log();

const smooth: Probe[] = [
  elementwise("exp", tf.exp, (x) => x.exp()),
  elementwise("expm1", tf.expm1, (x) => x.expm1()),
  elementwise("log", tf.log, (x) => x.log(), positive),
  elementwise("log1p", tf.log1p, (x) => x.log1p(), positive),
  elementwise("sqrt", tf.sqrt, (x) => x.sqrt(), positive),
  elementwise("rsqrt", tf.rsqrt, (x) => x.pow(-0.5), positive),
  elementwise("square", tf.square, (x) => x.square()),
  elementwise("reciprocal", tf.reciprocal, (x) => x.reciprocal(), positive),
  elementwise("neg", tf.neg, (x) => x.neg()),
  elementwise("sin", tf.sin, (x) => x.sin()),
  elementwise("cos", tf.cos, (x) => x.cos()),
  elementwise("tan", tf.tan, (x) => x.sin().div(x.cos()), { low: -1, high: 1 }),
  elementwise("asin", tf.asin, (x) => x.div(one.sub(x.square()).sqrt()).atan(), { low: -0.8, high: 0.8 }),
  elementwise("acos", tf.acos, (x) => new HyperDual(Math.PI / 2).sub(x.div(one.sub(x.square()).sqrt()).atan()), {
    low: -0.8,
    high: 0.8,
  }),
  elementwise("atan", tf.atan, (x) => x.atan()),
  elementwise("sinh", tf.sinh, (x) => x.exp().sub(x.neg().exp()).div(2)),
  elementwise("cosh", tf.cosh, (x) => x.exp().add(x.neg().exp()).div(2)),
  elementwise("asinh", tf.asinh, asinh),
  elementwise("acosh", tf.acosh, (x) => x.add(x.square().sub(1).sqrt()).log(), { low: 1.3, high: 3 }),
  elementwise("atanh", tf.atanh, (x) => x.add(1).div(one.sub(x)).log().div(2), { low: -0.8, high: 0.8 }),
  elementwise("erf", tf.erf, (x) => x.erf()),
  elementwise(
    "pow (constant)",
    (x) => tf.pow(x, 2.5),
    (x) => x.pow(2.5),
    positive,
  ),
  elementwise(
    "pow (integer, negative base)",
    (x) => tf.pow(x, 3),
    (x) => x.pow(3),
  ),
  elementwise(
    "x^x",
    (x) => tf.pow(x, x),
    (x) => x.pow(x),
    positive,
  ),
  elementwise(
    "x exp x",
    (x) => tf.mul(x, tf.exp(x)),
    (x) => x.mul(x.exp()),
  ),
];

const activations: Probe[] = [
  elementwise("sigmoid", tf.sigmoid, (x) => x.sigmoid()),
  elementwise("logSigmoid", tf.logSigmoid, (x) => x.neg().softplus().neg()),
  elementwise(
    "log sigmoid",
    (x) => tf.log(tf.sigmoid(x)),
    (x) => x.sigmoid().log(),
  ),
  elementwise(
    "x sigmoid x (swish)",
    (x) => tf.mul(x, tf.sigmoid(x)),
    (x) => x.mul(x.sigmoid()),
  ),
  elementwise(
    "sigmoid^2",
    (x) => tf.square(tf.sigmoid(x)),
    (x) => x.sigmoid().square(),
  ),
  elementwise("softplus", tf.softplus, (x) => x.softplus()),
  elementwise("tanh", tf.tanh, (x) => x.tanh()),
  elementwise(
    "x tanh x",
    (x) => tf.mul(x, tf.tanh(x)),
    (x) => x.mul(x.tanh()),
  ),
  elementwise(
    "mish",
    (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
    (x) => x.mul(x.softplus().tanh()),
  ),
  elementwise(
    "gelu (erf)",
    (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.div(x, Math.SQRT2)))),
    (x) => x.mul(0.5).mul(x.div(Math.SQRT2).erf().add(1)),
  ),
  elementwise(
    "gelu (tanh)",
    (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.tanh(tf.mul(0.7978845608, tf.add(x, tf.mul(0.044715, tf.pow(x, 3))))))),
    (x) => x.mul(0.5).mul(x.pow(3).mul(0.044715).add(x).mul(0.7978845608).tanh().add(1)),
  ),
  elementwise(
    "softsign",
    (x) => tf.div(x, tf.add(1, tf.abs(x))),
    (x) => x.div(x.abs().add(1)),
    kinked(0),
  ),
  elementwise("relu", tf.relu, (x) => x.max(0), kinked(0)),
  elementwise("relu6", tf.relu6, (x) => clip(x, 0, 6), { low: -4, high: 9, away: [0, 6] }),
  elementwise(
    "leakyRelu",
    (x) => tf.leakyRelu(x, 0.3),
    (x) => (x.value > 0 ? x : x.mul(0.3)),
    kinked(0),
  ),
  elementwise("elu", tf.elu, (x) => elu(x), kinked(0)),
  elementwise("selu", tf.selu, (x) => elu(x, SELU.alpha).mul(SELU.scale), kinked(0)),
  elementwise(
    "hardSigmoid",
    (x) => tf.clipByValue(tf.add(tf.mul(x, 0.5), 0.5), 0, 1),
    (x) => clip(x.mul(0.5).add(0.5), 0, 1),
    {
      ...kinked(-1, 1),
    },
  ),
  {
    name: "prelu",
    inputs: [
      { shape: [2, 3], low: -3, high: 3, away: [0] },
      { shape: [3], ...positive },
    ],
    tensor: (x, alpha) => tf.prelu(x, alpha),
    reference: (x, alpha) => zip(x, alpha, (a, slope) => (a.value > 0 ? a : a.mul(slope))),
  },
];

/** Two inputs of these shapes. */
const pair = (
  name: string,
  shapes: readonly [readonly number[], readonly number[]],
  tensor: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  reference: (a: HyperDual, b: HyperDual) => HyperDual,
  {
    first = {},
    second = {},
    spaced = false,
  }: { first?: Omit<Input, "shape">; second?: Omit<Input, "shape">; spaced?: boolean } = {},
): Probe => ({
  name,
  inputs: [
    { shape: shapes[0], ...first },
    { shape: shapes[1], ...second },
  ],
  spaced,
  tensor,
  reference: (a, b) => zip(a, b, reference),
});

const row: readonly [number[], number[]] = [[2, 3], [3]];
const outer: readonly [number[], number[]] = [
  [2, 1],
  [1, 3],
];
const same: readonly [number[], number[]] = [
  [2, 3],
  [2, 3],
];
const spread = { first: { low: -4, high: 4 }, spaced: true };

const binary: Probe[] = [
  pair("add (row)", row, tf.add, (a, b) => a.add(b)),
  pair("sub (outer)", outer, tf.sub, (a, b) => a.sub(b)),
  pair("mul (row)", row, tf.mul, (a, b) => a.mul(b)),
  pair("mul (outer)", outer, tf.mul, (a, b) => a.mul(b)),
  pair("div (row)", row, tf.div, (a, b) => a.div(b), { second: positive }),
  pair("div (outer)", outer, tf.div, (a, b) => a.div(b), { second: positive }),
  pair("pow (tensor exponent)", row, tf.pow, (a, b) => a.pow(b), { first: positive }),
  pair("squaredDifference", same, tf.squaredDifference, (a, b) => a.sub(b).square()),
  pair("squaredDifference (row)", row, tf.squaredDifference, (a, b) => a.sub(b).square()),
  pair("maximum", same, tf.maximum, (a, b) => a.max(b), spread),
  pair("maximum (row)", row, tf.maximum, (a, b) => a.max(b), spread),
  pair("minimum", same, tf.minimum, (a, b) => a.min(b), spread),
  pair("minimum (outer)", outer, tf.minimum, (a, b) => a.min(b), spread),
  pair("atan2", row, tf.atan2, (a, b) => a.div(b).atan(), { second: positive }),
  pair("mod", row, tf.mod, (a, b) => a.sub(b.mul(Math.floor(a.value / b.value))), {
    first: { low: 2.1, high: 2.9 },
    second: { low: 0.8, high: 0.9 },
  }),
  {
    name: "addN",
    inputs: [{ shape: [2, 3] }, { shape: [2, 3] }, { shape: [2, 3] }],
    tensor: (a, b, c) => tf.addN([a, b, c]),
    reference: (a, b, c) => a.add(b).add(c),
  },
];

const choice: Probe[] = [
  elementwise("abs", tf.abs, (x) => x.abs(), kinked(0)),
  elementwise(
    "clipByValue",
    (x) => tf.clipByValue(x, -1, 1.5),
    (x) => clip(x, -1, 1.5),
    kinked(-1, 1.5),
  ),
  elementwise(
    "maximum with 0",
    (x) => tf.maximum(x, 0),
    (x) => x.max(0),
    kinked(0),
  ),
  elementwise(
    "where",
    (x) => tf.where(tf.greater(x, 0), tf.square(x), tf.exp(x)),
    (x) => (x.value > 0 ? x.square() : x.exp()),
    kinked(0),
  ),
  {
    name: "where (broadcast, and/or/not)",
    inputs: [{ shape: [2, 3], low: -3, high: 3, away: [0] }, { shape: [3] }],
    tensor: (x, b) =>
      tf.where(tf.logicalOr(tf.logicalNot(tf.greater(x, 0)), tf.logicalAnd(tf.less(x, 0), tf.notEqual(x, 1))), x, b),
    reference: (x, b) => zip(x, b, (a, c) => (a.value > 0 ? c : a)),
  },
  elementwise(
    "x sign x",
    (x) => tf.mul(x, tf.sign(x)),
    (x) => x.abs(),
    kinked(0),
  ),
  elementwise(
    "x step x",
    (x) => tf.mul(x, tf.step(x, 0.1)),
    (x) => x.mul(x.value > 0 ? 1 : 0.1),
    kinked(0),
  ),
  ...(["floor", "ceil", "round"] as const).map((name) =>
    elementwise(
      `x ${name} x`,
      (x) => tf.mul(x, tf[name](x)),
      (x) => x.mul(Math[name](x.value)),
      {
        ...kinked(-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3),
      },
    ),
  ),
  elementwise(
    "x floorDiv(x, 2)",
    (x) => tf.mul(x, tf.floorDiv(x, 2)),
    (x) => x.mul(Math.floor(x.value / 2)),
    kinked(-2, 0, 2),
  ),
  elementwise(
    "x int(x)",
    (x) => tf.mul(x, tf.cast(tf.cast(x, "int32"), "float32")),
    (x) => x.mul(Math.trunc(x.value)),
    {
      ...kinked(-3, -2, -1, 0, 1, 2, 3),
    },
  ),
  elementwise(
    "zerosLike, onesLike",
    (x) => tf.add(tf.mul(x, tf.onesLike(x)), tf.zerosLike(x)),
    (x) => x.add(zero),
  ),
  {
    name: "isNan guard",
    inputs: [{ shape: [2, 3] }],
    tensor: (x) => tf.where(tf.logicalOr(tf.isNaN(x), tf.logicalNot(tf.isFinite(x))), tf.zerosLike(x), tf.exp(x)),
    reference: (x) => build(x.shape, (i, j) => x.at(i, j).exp()),
  },
];

/** Functions applied element by element, with broadcasting. */
export const elementwiseProbes: readonly Probe[] = [...smooth, ...activations, ...binary, ...choice];
