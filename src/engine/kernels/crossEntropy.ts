import { centred, softmaxProduct } from "../derivatives/softmax";
import { tf } from "../tf";
import { defineKernel, floatType, runKernel } from "./register";

const SPARSE = "CounterweightSparseSoftmaxCrossEntropy";
const DENSE = "CounterweightSoftmaxCrossEntropy";
const GRADIENT = "CounterweightSoftmaxCrossEntropyGrad";

/**
 * Runs softmax cross-entropy on checked arguments.
 *
 * @param logits [n, K] float32.
 * @param labels [n] int32 class numbers, or [n, K] float32.
 * @returns losses [n].
 */
export function runSoftmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor): tf.Tensor1D {
  // The second output, the residual, exists for the gradient.
  const [loss, residual] = runKernel<tf.Tensor[]>(labels.rank === 1 ? SPARSE : DENSE, { logits, labels });
  residual.dispose();
  return loss as tf.Tensor1D;
}

/**
 * Registers softmax cross-entropy by TensorFlow's fused operations, and its derivatives.
 *
 *     loss = sum_k y_k (logSumExp(z) - z_k)     residual = d loss / dz = s p - y,  s = sum_k y_k, p = softmax(z)
 *
 * The fused operations give loss and residual at once, so a first derivative costs one product. That product's own gradient is made
 * of recorded operations on z and y, not of the residual, and can be differentiated on.
 */
export function registerCrossEntropy(): void {
  defineKernel({
    name: SPARSE,
    native: (backend, { logits, labels }) => {
      const attributes = [floatType(backend), { ...floatType(backend, "Tlabels"), value: backend.binding.TF_INT32 }];
      return backend.executeMultipleOutputs("SparseSoftmaxCrossEntropyWithLogits", attributes, [logits, labels], 2);
    },
    elementary: ({ logits, labels }) => {
      const classes = logits.shape[1] as number;
      const wrong = Array.from(labels.dataSync()).findIndex((label) => label < 0 || label >= classes);
      if (wrong >= 0) {
        const received = labels.dataSync()[wrong];
        throw new RangeError(
          `softmaxCrossEntropy: labels must lie in [0, ${classes}), received ${received} at index ${wrong}`,
        );
      }
      return lossAndResidual(logits, dense(logits, labels));
    },
  });
  defineKernel({
    name: DENSE,
    native: (backend, { logits, labels }) =>
      tf.tidy(() => {
        const inputs = [logits, labels];
        const [loss, difference] = backend.executeMultipleOutputs(
          "SoftmaxCrossEntropyWithLogits",
          [floatType(backend)],
          inputs,
          2,
        );
        // TensorFlow takes s for one and gives p - y.
        const excess = tf.sub(tf.sum(labels, -1, true), 1);
        return [loss, tf.add(difference, tf.mul(excess, tf.add(difference, labels)))];
      }),
    elementary: ({ logits, labels }) => lossAndResidual(logits, labels),
  });
  for (const kernelName of [SPARSE, DENSE]) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ["logits", "labels"],
      outputsToSave: [false, true],
      gradFunc: (dys, [logits, labels, residual]) => {
        const dLoss = (dys as unknown as tf.Tensor[])[0];
        return {
          logits: () => runKernel(GRADIENT, { dLoss, logits, labels, residual }),
          labels: () =>
            kernelName === SPARSE
              ? tf.zeros(labels.shape)
              : tf.neg(tf.mul(tf.expandDims(dLoss, -1), tf.logSoftmax(logits as tf.Tensor2D))),
        };
      },
    });
  }
  const product = ({ dLoss, residual }: Record<string, tf.Tensor>) =>
    tf.tidy(() => tf.mul(tf.expandDims(dLoss, -1), residual));
  defineKernel({ name: GRADIENT, native: (_, inputs) => product(inputs), elementary: product });
  tf.registerGradient({
    kernelName: GRADIENT,
    inputsToSave: ["dLoss", "logits", "labels", "residual"],
    gradFunc: (cotangent, [dLoss, logits, labels, residual]) => {
      const p = tf.softmax(logits);
      const y = dense(logits, labels);
      const mass = tf.sum(y, -1, true);
      const d = centred(p, cotangent as tf.Tensor);
      const mean = tf.sum(tf.mul(p, d), -1, true);
      const column = tf.expandDims(dLoss, -1);
      return {
        dLoss: () => tf.squeeze(tf.sub(tf.mul(mass, mean), tf.sum(tf.mul(y, d), -1, true)), [-1]),
        logits: () => tf.mul(tf.mul(column, mass), softmaxProduct(p, d)),
        labels: () => (labels.rank === 1 ? tf.zeros(labels.shape) : tf.mul(column, tf.sub(mean, d))),
        // The residual is a function of logits and labels: its part of the derivative is in theirs.
        residual: () => tf.zerosLike(residual),
      };
    },
  });
}

/** Labels as rows of weights. */
function dense(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return labels.rank === 1 ? tf.cast(tf.oneHot(labels as tf.Tensor1D, logits.shape[1] as number), "float32") : labels;
}

function lossAndResidual(z: tf.Tensor, y: tf.Tensor): tf.Tensor[] {
  const logP = tf.logSoftmax(z as tf.Tensor2D);
  return [tf.neg(tf.sum(tf.mul(y, logP), -1)), tf.sub(tf.mul(tf.sum(y, -1, true), tf.exp(logP)), y)];
}
