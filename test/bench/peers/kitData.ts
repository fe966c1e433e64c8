/** Time and memory of one epoch of CIFAR-10 batches, alone, beside the training steps they are for: one line of JSON. */
import { data, losses, models, training } from "../../../src";
import { tf } from "../../../src/engine";
import { median } from "../compare";

const [batchSize, rounds] = process.argv.slice(2).map(Number);
const mebibytes = (bytes: number) => bytes / 2 ** 20;

async function main(): Promise<void> {
  const set = await data.loadImages("cifar-10");
  const standardize = data.channelStatistics(set);
  const source = training.imageBatches({
    set,
    batchSize,
    seed: 1,
    standardize,
    crop: { padding: 4, flip: 0.5 },
  });
  for (let step = 0; step < 3; step++) tf.dispose(source(step) as never);
  globalThis.gc?.();
  const before = process.memoryUsage();
  let [most, mostTensors] = [0, 0];
  const start = performance.now();
  for (let step = 0; step < source.stepsPerEpoch; step++) {
    const batch = source(step);
    // Reading one number makes sure that the batch has reached the device.
    tf.tidy(() => batch.inputs.slice([0, 0, 0, 0], [1, 1, 1, 1]).dataSync());
    mostTensors = Math.max(mostTensors, tf.memory().numBytes);
    tf.dispose([batch.inputs, batch.labels]);
    most = Math.max(most, process.memoryUsage().rss);
  }
  const epochSeconds = (performance.now() - start) / 1000;
  const steps = [20, 32].map((depth) => {
    const model = models.resNet({ depth, inputShape: [32, 32, 3], outputs: 10, seed: 1 });
    const optimizer = training.sgd({ learningRate: 0.01, weightDecay: 1e-4 });
    const loss = losses.multiclass.crossEntropy();
    const { inputs, labels } = source(0);
    const stepper = training.trainingStep({ model, optimizer });
    const once = () => {
      const at = performance.now();
      const value = stepper.take({ loss, learningRate: 0.01 }, { inputs: tf.clone(inputs), labels: tf.clone(labels) });
      value.dataSync();
      value.dispose();
      return (performance.now() - at) / 1000;
    };
    // Three steps come before the first that is replayed.
    Array.from({ length: 5 }, once);
    return { depth, seconds: median(Array.from({ length: rounds }, once)) };
  });
  const answer = {
    images: set.labels.length,
    bytes: mebibytes(set.images.byteLength),
    epochSeconds,
    batchSeconds: epochSeconds / source.stepsPerEpoch,
    growth: mebibytes(most - before.rss),
    tensors: mebibytes(mostTensors),
    steps,
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

void main();
