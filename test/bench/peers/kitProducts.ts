/** Seconds of the curvature products of a ResNet-20, and the machine's speed in matrix products: one line of JSON, then the end. */
import { losses, models } from "../../../src";
import { gradient, hessianVectorProduct, jacobianVectorProduct, tf } from "../../../src/engine";
import { median } from "../compare";

const [rounds, batch] = process.argv.slice(2).map(Number);

/** Floating-point operations per second in the product of two square matrices: the best of ten. */
function peak(): number {
  const extent = 2048;
  const a = tf.randomNormal([extent, extent]) as tf.Tensor2D;
  const seconds = Array.from({ length: 10 }, () => {
    const start = performance.now();
    tf.matMul(a, a).dispose();
    return (performance.now() - start) / 1000;
  });
  a.dispose();
  return (2 * extent ** 3) / Math.min(...seconds);
}

function products(): Record<string, number> {
  const model = models.resNet({ depth: 20, inputShape: [32, 32, 3], outputs: 10, seed: 1 });
  const inputs = tf.randomNormal([batch, 32, 32, 3], 0, 1, "float32", 1);
  const labels = tf.tensor1d(
    Array.from({ length: batch }, (_, index) => index % 10),
    "int32",
  );
  const loss = losses.multiclass.crossEntropy();
  const params = model.parameters as tf.Variable[];
  const logits = () => model.apply(inputs, { training: true });
  const lossOfLogits = (z: tf.Tensor) => loss(z, labels);
  const f = () => lossOfLogits(logits());
  const vectors = params.map(({ shape }, index) => tf.randomNormal(shape, 0, 1, "float32", 10 + index));
  const works: Record<string, () => tf.Tensor[]> = {
    gradient: () => gradient(f, params),
    hessian: () => hessianVectorProduct(f, params, vectors),
    gaussNewton: () => hessianVectorProduct(f, params, vectors, { curvature: "gaussNewton", logits, lossOfLogits }),
    finiteDifference: () => hessianVectorProduct(f, params, vectors, { curvature: "finiteDifference" }),
    "gaussNewton (J v by differences)": () =>
      hessianVectorProduct(f, params, vectors, {
        curvature: "gaussNewton",
        logits,
        lossOfLogits,
        jacobian: "finiteDifference",
      }),
    jacobianVectorProduct: () => [jacobianVectorProduct(logits, params, vectors)],
    "jacobianVectorProduct (differences)": () => [
      jacobianVectorProduct(logits, params, vectors, { mode: "finiteDifference" }),
    ],
  };
  const seconds = Object.keys(works).map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    Object.values(works).forEach((work, index) => {
      const start = performance.now();
      const result = work();
      result[0].dataSync();
      tf.dispose(result);
      // The first round warms up.
      if (round > 0) seconds[index].push((performance.now() - start) / 1000);
    });
  }
  const ratio = (index: number) => median(seconds[index].map((value, round) => value / seconds[0][round]));
  return Object.fromEntries(
    Object.keys(works).map((name, index) => [name, index === 0 ? median(seconds[0]) : ratio(index)]),
  );
}

// Without rounds only the peak is measured.
process.stdout.write(`${JSON.stringify({ peak: peak(), products: rounds > 0 ? products() : {} })}\n`);
