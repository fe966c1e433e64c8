import { tf } from "../tf";
import { BATCH_NORM, batchNormAttributes } from "./batchNorm";
import { defineKernel, runKernel } from "./register";

const GRADIENT = "CounterweightBatchNormGrad";
const INVERSE = "CounterweightBatchNormInverse";

/** What the gradient of batch norm reads: cotangent, input, scale, and what the forward operation kept. */
type Inputs = Record<"dy" | "x" | "scale" | "mean" | "variance" | "reserve", tf.Tensor>;

const OVER = [0, 1, 2];

/**
 * The gradient of batch norm in training mode.
 *
 * With inverse = 1 / sqrt(var(x) + epsilon), h = (x - mean(x)) inverse and the projection P(a) = a - mean(a) - h mean(a h):
 *
 *     dx = scale inverse P(dy)        dScale = sum(dy h)        dOffset = sum(dy)
 *
 * @returns dx of x's shape, dScale and dOffset [c].
 */
export function batchNormGradient(inputs: Inputs, epsilon: number): [tf.Tensor, tf.Tensor, tf.Tensor] {
  return runKernel(GRADIENT, inputs, { epsilon });
}

/** Registers the gradient operation and, in operations of the same kind, its own gradient. */
export function registerBatchNormGradient(): void {
  defineKernel({
    name: GRADIENT,
    native: (backend, { dy, x, scale, mean, variance, reserve }, { epsilon }) =>
      backend
        .executeMultipleOutputs(
          "FusedBatchNormGradV3",
          batchNormAttributes(backend, epsilon),
          [dy, x, scale, mean, variance, reserve],
          5,
        )
        .filter((output, index) => index < 3 || void output.dispose()),
    elementary({ dy, x, scale }, { epsilon }) {
      const centred = tf.sub(x, tf.mean(x, OVER));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), OVER), epsilon));
      const h = tf.mul(centred, inverse);
      const [dScale, dOffset] = [tf.sum(tf.mul(dy, h), OVER), tf.sum(dy, OVER)];
      const count = x.size / dScale.size;
      const projected = tf.sub(tf.sub(dy, tf.div(dOffset, count)), tf.mul(h, tf.div(dScale, count)));
      return [tf.mul(tf.mul(scale, inverse), projected), dScale, dOffset];
    },
  });
  tf.registerGradient({
    kernelName: GRADIENT,
    inputsToSave: ["dy", "x", "scale", "mean", "variance", "reserve"],
    outputsToSave: [false, true, true],
    gradFunc(cotangents, saved, attributes) {
      const [dy, x, scale, mean, variance, reserve, dScale, dOffset] = saved;
      const { epsilon } = attributes as unknown as { epsilon: number };
      const found = gradientOfGradient(
        cotangents as tf.Tensor[],
        { dy, x, scale, mean, variance, reserve },
        [dScale, dOffset],
        epsilon,
      );
      // Mean, variance and reserve are functions of x: their part of the derivative is in that of x.
      return {
        ...found,
        mean: () => tf.zerosLike(mean),
        variance: () => tf.zerosLike(variance),
        reserve: () => tf.zerosLike(reserve),
      };
    },
  });
  registerInverse();
}

/**
 * The gradient of J = sum(a dx) + sum(b dScale) + sum(e dOffset) with respect to dy, x and scale.
 *
 * P is self-adjoint, so dJ/d dy = scale inverse P(a) + b h + e, and dJ/d scale = inverse sum(a P(dy)). Through h alone J has the
 * derivative g = (b - scale inverse mean(a h)) dy - scale inverse mean(dy h) a, so that, with
 * d inverse / dx = -inverse^2 h / count,
 *
 *     dJ/dx = inverse P(g) - scale inverse^2 mean(a P(dy)) h
 *
 * P(a) and P(dy), multiplied by a number per channel, come from the gradient operation, multiples of h from the forward one.
 */
function gradientOfGradient(
  [a, b, e]: tf.Tensor[],
  inputs: Inputs,
  [dScale, dOffset]: [tf.Tensor, tf.Tensor],
  epsilon: number,
): Record<"dy" | "x" | "scale", () => tf.Tensor> {
  const { dy, x, scale } = inputs;
  const count = x.size / scale.size;
  const timesH = (factor: tf.Tensor, plus: tf.Tensor) =>
    runKernel<tf.Tensor[]>(BATCH_NORM, { x, scale: factor, offset: plus }, { epsilon, share: 1 })[0];

  const [projectedA, aH, sumA] = batchNormGradient({ ...inputs, dy: a }, epsilon);
  // What x and scale need beyond that is left undone where only dy is asked for, as in a product with the Jacobian.
  const shared = once(() => {
    const inverse = runKernel<tf.Tensor>(INVERSE, { x, variance: inputs.variance }, { epsilon });
    const meanAH = tf.div(aH, count);
    const overlap = tf.sub(
      tf.sub(tf.sum(tf.mul(a, dy), OVER), tf.mul(sumA, tf.div(dOffset, count))),
      tf.mul(dScale, meanAH),
    );
    return { inverse, meanAH, overlap };
  });
  return {
    dy: () => tf.add(projectedA, timesH(b, e)),
    x: () => {
      const { inverse, meanAH, overlap } = shared();
      const factor = tf.sub(b, tf.mul(tf.mul(scale, inverse), meanAH));
      const [projectedDy] = batchNormGradient({ ...inputs, scale: factor }, epsilon);
      const throughA = tf.mul(projectedA, tf.mul(inverse, tf.div(dScale, count)));
      const bend = tf.div(tf.mul(tf.mul(scale, tf.square(inverse)), overlap), -count);
      return tf.add(tf.sub(projectedDy, throughA), timesH(bend, tf.zerosLike(bend)));
    },
    scale: () => tf.mul(shared().inverse, shared().overlap),
  };
}

/** Tensors computed at the first call, and again where they were freed since: tfjs's own pass tidies up after every input. */
function once<T extends Record<string, tf.Tensor>>(compute: () => T): () => T {
  let value: T | undefined;
  return () => {
    if (!value || Object.values(value).some((tensor) => tensor.isDisposed)) value = compute();
    return value;
  };
}

/** inverse = 1 / sqrt(var(x) + epsilon) [c] from the variance at hand, differentiated as the function of x that it is. */
function registerInverse(): void {
  const fromVariance = (variance: tf.Tensor, epsilon: number) => tf.tidy(() => tf.rsqrt(tf.add(variance, epsilon)));
  defineKernel({
    name: INVERSE,
    // On a GPU the forward operation keeps 1 / sqrt(variance + epsilon) instead of the variance.
    native: ({ isUsingGpuDevice }, { x, variance }, { epsilon }) =>
      tf.tidy(() => fromVariance(isUsingGpuDevice ? tf.moments(x, OVER).variance : variance, epsilon)),
    elementary: ({ variance }, { epsilon }) => fromVariance(variance, epsilon),
  });
  tf.registerGradient({
    kernelName: INVERSE,
    inputsToSave: ["x", "variance"],
    gradFunc(cotangent, [x, variance], attributes) {
      const { epsilon } = attributes as unknown as { epsilon: number };
      return {
        x: () => {
          const inverse = runKernel<tf.Tensor>(INVERSE, { x, variance }, { epsilon });
          const factor = tf.mul(tf.mul(tf.square(inverse), cotangent as tf.Tensor), -inverse.size / x.size);
          const inputs = { x, scale: factor, offset: tf.zerosLike(factor) };
          return runKernel<tf.Tensor[]>(BATCH_NORM, inputs, { epsilon, share: 1 })[0];
        },
        variance: () => tf.zerosLike(variance),
      };
    },
  });
}
