import { stopGradient } from "../stopGradient";
import { tf } from "../tf";
import { defineKernel, floatType, runKernel, type NativeAttribute, type NativeBackend } from "./register";

const FORWARD = "CounterweightBatchNorm";
const BACKWARD = "CounterweightBatchNormGrad";

/** A batch normalised by its own statistics, and these. */
export interface BatchNormed {
  readonly y: tf.Tensor4D;
  /** Mean per channel [c]; a constant to every derivative. */
  readonly mean: tf.Tensor1D;
  /** Variance per channel [c] with Bessel's correction; a constant to every derivative. */
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation in training mode, by TensorFlow's fused operation where it runs.
 *
 *     y = scale (x - mean(x)) / sqrt(var(x) + epsilon) + offset
 *
 * y can be differentiated any number of times, through the statistics too: the gradient operation's own gradient is that of the
 * elementary formula.
 *
 * @param x [n, h, w, c] float32.
 * @param scale [c].
 * @param offset [c].
 * @param epsilon > 0, added to the (uncorrected) variance.
 * @returns y of x's shape, and the batch's mean and Bessel-corrected variance [c] for running statistics.
 */
export function batchNormTraining(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): BatchNormed {
  const [y, mean, variance] = runKernel<tf.Tensor[]>(FORWARD, { x, scale, offset }, { epsilon });
  return {
    y: y as tf.Tensor4D,
    mean: stopGradient(mean as tf.Tensor1D),
    variance: stopGradient(variance as tf.Tensor1D),
  };
}

/** Registers the forward and the backward operation and their gradients. */
export function registerBatchNorm(): void {
  defineKernel({
    name: FORWARD,
    native(backend, { x, scale, offset }, { epsilon }) {
      const empty = tf.tensor1d([]);
      // Outputs: y, mean, corrected variance, and three reserved ones for the gradient: mean, variance (inverse on a GPU), unused.
      const outputs = backend.executeMultipleOutputs(
        "FusedBatchNormV3",
        attributes(backend, epsilon),
        [x, scale, offset, empty, empty],
        6,
      );
      empty.dispose();
      return outputs;
    },
    elementary({ x, scale, offset }, { epsilon }) {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const count = x.size / mean.size;
      const y = tf.add(tf.mul(tf.sub(x, mean), tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))), offset);
      return [y, mean, tf.mul(variance, count / Math.max(count - 1, 1)), mean.clone(), variance, tf.scalar(0)];
    },
  });
  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x", "scale"],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc(dys, [x, scale, mean, variance, unused], attrs) {
      const epsilon = Number((attrs as Record<string, unknown>).epsilon);
      const dy = (dys as tf.Tensor[])[0];
      const [dx, dScale, dOffset] = runKernel<tf.Tensor[]>(
        BACKWARD,
        { dy, x, scale, mean, variance, unused },
        { epsilon },
      );
      return { x: () => dx, scale: () => dScale, offset: () => dOffset };
    },
  });
  defineKernel({
    name: BACKWARD,
    native: (backend, { dy, x, scale, mean, variance, unused }, { epsilon }) =>
      backend
        .executeMultipleOutputs(
          "FusedBatchNormGradV3",
          attributes(backend, epsilon),
          [dy, x, scale, mean, variance, unused],
          5,
        )
        .filter((output, index) => index < 3 || void output.dispose()),
    elementary: ({ dy, x, scale }, { epsilon }) => backward(dy, x, scale, epsilon),
  });
  tf.registerGradient({
    kernelName: BACKWARD,
    inputsToSave: ["dy", "x", "scale", "mean", "variance", "unused"],
    gradFunc(cotangents, [dy, x, scale, mean, variance, unused], attrs) {
      const epsilon = Number((attrs as Record<string, unknown>).epsilon);
      const gradients = backwardOfBackward(cotangents as tf.Tensor[], dy, x, scale, epsilon);
      // Mean and variance are functions of x: their part of the derivative is in that of x.
      return {
        dy: () => gradients.dy,
        x: () => gradients.x,
        scale: () => gradients.scale,
        mean: () => tf.zerosLike(mean),
        variance: () => tf.zerosLike(variance),
        unused: () => tf.zerosLike(unused),
      };
    },
  });
}

const OVER = [0, 1, 2];

/** h = (x - mean(x)) inverse, inverse = 1 / sqrt(var(x) + epsilon), and the projection P(a) = a - mean(a) - h mean(a h). */
function normalise(x: tf.Tensor, epsilon: number) {
  const centred = tf.sub(x, tf.mean(x, OVER));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), OVER), epsilon));
  const h = tf.mul(centred, inverse);
  const project = (a: tf.Tensor) => tf.sub(tf.sub(a, tf.mean(a, OVER)), tf.mul(h, tf.mean(tf.mul(a, h), OVER)));
  return { h, inverse, project };
}

/** The gradient from elementary operations: dx = scale inverse P(dy), dScale = sum(dy h), dOffset = sum(dy). */
function backward(dy: tf.Tensor, x: tf.Tensor, scale: tf.Tensor, epsilon: number): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const { h, inverse, project } = normalise(x, epsilon);
  return [tf.mul(tf.mul(scale, inverse), project(dy)), tf.sum(tf.mul(dy, h), OVER), tf.sum(dy, OVER)];
}

/**
 * The gradient of J = sum(a dx) + sum(b dScale) + sum(e dOffset) with respect to dy, x and scale.
 *
 * P is self-adjoint, so dJ/d dy = scale inverse P(a) + b h + e and dJ/d scale = inverse sum(a P(dy)). Through h alone,
 * g = b dy - scale inverse (a mean(dy h) + dy mean(a h)); with d inverse / dx = -inverse^2 h / count,
 * dJ/dx = inverse P(g) - scale inverse^2 mean(a P(dy)) h.
 */
function backwardOfBackward([a, b, e]: tf.Tensor[], dy: tf.Tensor, x: tf.Tensor, scale: tf.Tensor, epsilon: number) {
  const { h, inverse, project } = normalise(x, epsilon);
  const factor = tf.mul(scale, inverse);
  const overlap = tf.mul(a, project(dy));
  const crossed = tf.add(tf.mul(a, tf.mean(tf.mul(dy, h), OVER)), tf.mul(dy, tf.mean(tf.mul(a, h), OVER)));
  const throughH = tf.sub(tf.mul(b, dy), tf.mul(factor, crossed));
  return {
    dy: tf.add(tf.add(tf.mul(factor, project(a)), tf.mul(b, h)), e),
    x: tf.sub(tf.mul(inverse, project(throughH)), tf.mul(tf.mul(tf.mul(factor, inverse), tf.mean(overlap, OVER)), h)),
    scale: tf.mul(inverse, tf.sum(overlap, OVER)),
  };
}

function attributes(backend: NativeBackend, epsilon: number): NativeAttribute[] {
  return [
    floatType(backend, "T"),
    floatType(backend, "U"),
    { name: "epsilon", type: backend.binding.TF_ATTR_FLOAT, value: epsilon },
    { name: "data_format", type: backend.binding.TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: backend.binding.TF_ATTR_BOOL, value: true },
  ];
}
