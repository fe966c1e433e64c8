import { stopGradient } from "../stopGradient";
import { tf } from "../tf";
import { batchNormGradient, registerBatchNormGradient } from "./batchNormGradient";
import { hasOneDnn, plainLayout } from "./oneDnn";
import { defineKernel, floatType, runKernel, type NativeAttribute, type NativeBackend } from "./register";
import { reluGradient } from "./relu";

export const BATCH_NORM = "CounterweightBatchNorm";
const WITH_RELU = "CounterweightBatchNormRelu";

export interface BatchNormOptions {
  /** > 0, added to the (uncorrected) variance. */
  readonly epsilon: number;
  /** Whether y = max(0, the normalised batch), in one pass over the memory where TensorFlow offers it; default false. */
  readonly relu?: boolean;
  /** Running statistics [c] and the share of the batch's in their new values; by default there are none. */
  readonly running?: { readonly mean: tf.Tensor; readonly variance: tf.Tensor; readonly share: number };
}

/** A batch normalised by its own statistics, and these. */
export interface BatchNormed {
  readonly y: tf.Tensor4D;
  /** Mean per channel [c], or the new running mean; a constant to every derivative. */
  readonly mean: tf.Tensor1D;
  /** Variance per channel [c] with Bessel's correction, or the new running variance; a constant to every derivative. */
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation in training mode, by TensorFlow's fused operation where it runs.
 *
 *     y = scale (x - mean(x)) / sqrt(var(x) + epsilon) + offset        relu: y = max(0, that)
 *     running <- (1 - share) running + share (mean(x), Bessel-corrected var(x))
 *
 * y can be differentiated any number of times, through the statistics too: the gradient operation's own gradient is that of the
 * elementary formula.
 *
 * @param x [n, h, w, c] float32.
 * @param scale [c].
 * @param offset [c].
 * @param options see {@link BatchNormOptions}.
 * @returns y of x's shape, and the batch's mean and Bessel-corrected variance [c], or the new running ones.
 */
export function batchNormTraining(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  { epsilon, relu = false, running }: BatchNormOptions,
): BatchNormed {
  const inputs: Record<string, tf.Tensor> = { x, scale, offset };
  if (running) Object.assign(inputs, { runningMean: running.mean, runningVariance: running.variance });
  const attributes = { epsilon, share: running?.share ?? 1 };
  const [y, mean, variance] = runKernel<tf.Tensor[]>(relu ? WITH_RELU : BATCH_NORM, inputs, attributes);
  return {
    y: y as tf.Tensor4D,
    mean: stopGradient(mean as tf.Tensor1D),
    variance: stopGradient(variance as tf.Tensor1D),
  };
}

/** Registers the operations and their gradients. */
export function registerBatchNorm(): void {
  for (const relu of [false, true]) {
    const name = relu ? WITH_RELU : BATCH_NORM;
    defineKernel({
      name,
      native: (backend, inputs, attributes) => nativeForward(backend, inputs, attributes, relu),
      elementary(inputs, { epsilon, share }) {
        const { x, scale, offset, runningMean, runningVariance } = inputs;
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        const count = x.size / mean.size;
        const y = tf.add(tf.mul(tf.sub(x, mean), tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))), offset);
        const moved = (running: tf.Tensor | undefined, batch: tf.Tensor) =>
          running ? tf.add(tf.mul(running, 1 - share), tf.mul(batch, share)) : tf.clone(batch);
        const corrected = tf.mul(variance, count / Math.max(count - 1, 1));
        const statistics = [moved(runningMean, mean), moved(runningVariance, corrected)];
        return [relu ? tf.relu(y) : y, ...statistics, mean, variance, tf.scalar(0)];
      },
    });
    tf.registerGradient({
      kernelName: name,
      inputsToSave: ["x", "scale"],
      outputsToSave: [relu, false, false, true, true, true],
      gradFunc(cotangents, saved, attributes) {
        const [x, scale] = saved;
        const [mean, variance, reserve] = saved.slice(-3);
        const dy = (cotangents as tf.Tensor[])[0];
        // Where y = max(0, z) is positive, z is.
        const dz = relu ? reluGradient(dy, saved[2]) : dy;
        const { epsilon } = attributes as unknown as { epsilon: number };
        const [dx, dScale, dOffset] = batchNormGradient({ dy: dz, x, scale, mean, variance, reserve }, epsilon);
        const zero = () => tf.zerosLike(scale);
        return { x: () => dx, scale: () => dScale, offset: () => dOffset, runningMean: zero, runningVariance: zero };
      },
    });
  }
  registerBatchNormGradient();
}

/** Outputs: y, mean, corrected variance, and what the gradient asks for: mean, variance (its inverse root on a GPU), a reserve. */
function nativeForward(
  backend: NativeBackend,
  { x, scale, offset, runningMean, runningVariance }: Record<string, tf.Tensor>,
  { epsilon, share }: Record<string, number>,
  relu: boolean,
): tf.Tensor[] {
  const empty = tf.tensor1d([]);
  const inputs = [x, scale, offset, runningMean ?? empty, runningVariance ?? empty];
  const attributes = [
    ...batchNormAttributes(backend, epsilon),
    { name: "exponential_avg_factor", type: backend.binding.TF_ATTR_FLOAT, value: share },
  ];
  try {
    if (!relu) {
      // Where oneDNN has both in one, its own batch norm is the faster of TensorFlow's two.
      if (!fusesRelu(backend)) return backend.executeMultipleOutputs("FusedBatchNormV3", attributes, inputs, 6);
      return backend.executeMultipleOutputs(PLAIN, [...attributes, plainLayout(backend)], inputs, 6);
    }
    if (fusesRelu(backend)) {
      const outputs = backend.executeMultipleOutputs(
        FUSED_RELU,
        [...attributes, ...reluAttributes(backend)],
        inputs,
        6,
      );
      // The last one is the mask of ReLU; y tells the same.
      outputs[5].dispose();
      return [...outputs.slice(0, 5), tf.scalar(0)];
    }
    const outputs = backend.executeMultipleOutputs("FusedBatchNormV3", attributes, inputs, 6);
    const y = tf.relu(outputs[0]);
    outputs[0].dispose();
    return [y, ...outputs.slice(1)];
  } finally {
    empty.dispose();
  }
}

export function batchNormAttributes(backend: NativeBackend, epsilon: number): NativeAttribute[] {
  return [
    floatType(backend, "T"),
    floatType(backend, "U"),
    { name: "epsilon", type: backend.binding.TF_ATTR_FLOAT, value: epsilon },
    { name: "data_format", type: backend.binding.TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: backend.binding.TF_ATTR_BOOL, value: true },
  ];
}

/** oneDNN's batch norm, and batch norm and ReLU in one. */
const PLAIN = "_MklNativeFusedBatchNormV3";
const FUSED_RELU = "_MklNativeFusedBatchNormEx";

function reluAttributes(backend: NativeBackend): NativeAttribute[] {
  return [
    { name: "activation_mode", type: backend.binding.TF_ATTR_STRING, value: "Relu" },
    { name: "num_side_inputs", type: backend.binding.TF_ATTR_INT, value: 0 },
    plainLayout(backend),
  ];
}

const fusesRelu = (backend: NativeBackend): boolean =>
  hasOneDnn(backend, FUSED_RELU, () => {
    const x = tf.tensor4d([-1, 1, -1, 1], [4, 1, 1, 1]);
    const inputs = [x, tf.ones([1]), tf.zeros([1]), tf.tensor1d([]), tf.tensor1d([])];
    const attributes = [...batchNormAttributes(backend, 1e-3), ...reluAttributes(backend)];
    const [y] = backend.executeMultipleOutputs(FUSED_RELU, attributes, inputs, 6);
    return y.dataSync().every((value, index) => Math.abs(value - (index % 2)) < 1e-2);
  });
