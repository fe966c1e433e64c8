import { info, tf } from "../../../src/engine";
import { losses, models, training } from "../../../src";
import { profiled } from "./profile";
import { serve, type Task } from "./protocol";

/** The kit's own peer: the training step that `fit` takes, on one batch; with the argument `operations`, one by one. */
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
  const step = training.trainingStep({
    model,
    optimizer,
    compile: process.argv[2] === "operations" ? false : undefined,
  });
  return () => {
    const value = step.take({ loss, learningRate: 0.01 }, { inputs: tf.clone(inputs), labels: tf.clone(labels) });
    const [number] = value.dataSync();
    value.dispose();
    return number;
  };
}

serve({ prepare, profiled, device: () => info().device, threads: () => info().threads });
