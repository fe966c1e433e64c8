import { info, tf, valueAndGradient } from "../../../src/engine";
import { losses, models, training } from "../../../src";
import { profiled } from "./profile";
import { serve, type Task } from "./protocol";

/** The kit's own peer: the training step that `fit` takes, on one batch. */
function prepare({ model: kind, depth, batch }: Task): () => number {
  const model =
    kind === "mlp"
      ? models.mlp({ inputShape: [784], hidden: [256], outputs: 10, seed: 1 })
      : models.resNet({ depth, inputShape: [32, 32, 3], outputs: 10, seed: 1 });
  const inputs = tf.randomNormal(kind === "mlp" ? [batch, 784] : [batch, 32, 32, 3], 0, 1, "float32", 3);
  const labels = tf.tensor1d(
    Array.from({ length: batch }, (_, index) => index % 10),
    "int32",
  );
  const weightDecay = kind === "mlp" ? 0 : 1e-4;
  const optimizer = training.sgd({ learningRate: 0.01, momentum: 0.9, weightDecay });
  const loss = losses.multiclass.crossEntropy();
  return () =>
    tf.tidy(() => {
      const { value, gradient } = valueAndGradient(
        () => loss(model.apply(inputs, { training: true }), labels),
        model.parameters as tf.Variable[],
      );
      optimizer.step(model.parameters as tf.Variable[], gradient, 0.01);
      return value.dataSync()[0];
    });
}

serve({ prepare, profiled, device: () => info().device, threads: () => info().threads });
