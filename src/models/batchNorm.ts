import { batchNormTraining, isProbing, tf } from "../engine";
import { constant, statistic, type VariableStore } from "./variables";

const EPSILON = 1e-5;
const MOMENTUM = 0.9;

/**
 * Batch normalisation over the last axis (Ioffe, Szegedy 2015).
 *
 *     y = scale (x - mean) / sqrt(variance + 1e-5) + offset
 *
 * In training, mean and variance are those of the batch and the running statistics move by a tenth towards them, the variance
 * with Bessel's correction as in PyTorch, unless the engine evaluates the loss only to differentiate it; in evaluation the running
 * statistics are used.
 *
 * @param store where the variables are registered.
 * @param channels extent of the last axis.
 * @param options.relu whether max(0, y) follows; default false. In one operation it costs nothing in training.
 * @returns the layer (x [n, h, w, channels], training) => tensor of x's shape.
 */
export function batchNorm(
  store: VariableStore,
  channels: number,
  { relu = false }: { relu?: boolean } = {},
): (x: tf.Tensor4D, training: boolean) => tf.Tensor4D {
  const scale = constant(store, [channels], 1);
  const offset = constant(store, [channels], 0);
  const runningMean = statistic(store, [channels], 0);
  const runningVariance = statistic(store, [channels], 1);

  return (x, training) => {
    if (!training) {
      const [mean, variance, shift, factor] = [runningMean, runningVariance, offset, scale].map(asVector);
      const y = tf.batchNorm4d(x, mean, variance, shift, factor, EPSILON);
      return relu ? tf.relu(y) : y;
    }
    const moving = !isProbing();
    const running = moving ? { mean: runningMean, variance: runningVariance, share: 1 - MOMENTUM } : undefined;
    const { y, mean, variance } = batchNormTraining(x, asVector(scale), asVector(offset), {
      epsilon: EPSILON,
      relu,
      running,
    });
    // An assignment is no tensor operation, so no gradient passes through it.
    if (moving) {
      runningMean.assign(mean);
      runningVariance.assign(variance);
    }
    tf.dispose([mean, variance]);
    return y;
  };
}

const asVector = (variable: tf.Variable) => variable as unknown as tf.Tensor1D;
