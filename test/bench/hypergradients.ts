/**
 * How right the hypergradients are on a real network:
 *
 *     node --import tsx test/bench/hypergradients.ts [--steps 50] [--batch 64]
 *
 * ResNet-20 on long-tailed CIFAR-10 (ratio 100), trained for a while with cross-entropy; then T steps of gradient descent on one training
 * batch. The reference is the gradient of the validation loss through these T steps, by reverse differentiation, itself checked by central
 * differences of the whole descent in four random directions. Every other method is asked at the end of the T steps.
 */
import { Command } from "commander";

import { bilevel, data, losses, models, notebook, training } from "../../src";
import { engine, tf } from "../../src";
import { median } from "./compare";
import { profiled } from "./peers/profile";

const CLASSES = 10;
const flat = (tensors: readonly tf.Tensor[]) => tensors.flatMap((tensor) => Array.from(tensor.dataSync()));

function cosineOf(a: readonly number[], b: readonly number[]): number {
  const product = a.reduce((sum, value, index) => sum + value * b[index], 0);
  return product / (Math.hypot(...a) * Math.hypot(...b));
}

async function main({ steps, batch, rate, warm }: Record<"steps" | "batch" | "rate" | "warm", number>): Promise<void> {
  const set = await data.loadImages("cifar-10");
  const { train: tail, validation: held } = data.autoBalanceSplit({ labels: set.labels, rule: "cifar-10", seed: 1 });
  const standardize = data.channelStatistics(set, tail.indices);
  const model = models.resNet({ depth: 20, inputShape: [32, 32, 3], outputs: CLASSES, seed: 1 });
  await training.fit({
    model,
    loss: losses.multiclass.crossEntropy(),
    steps: warm,
    batch: training.imageBatches({ set, indices: tail.indices, batchSize: 128, seed: 1, standardize }),
    optimizer: training.sgd({
      learningRate: training.cosine({ base: 0.1, steps: warm, warmup: 10 }),
      weightDecay: 1e-4,
    }),
  });
  const [inner, outer] = [tail, held].map(({ indices }) =>
    training.imageBatches({ set, indices, batchSize: batch, seed: 2, standardize })(0),
  );
  const params = model.parameters as tf.Variable[];
  const [delta, shift] = [tf.variable(tf.ones([CLASSES])), tf.variable(tf.zeros([CLASSES]))];
  const innerLogits = () => model.apply(inner.inputs, { training: true });
  const innerLossOfLogits = (z: tf.Tensor) =>
    losses.multiclass.parametricCrossEntropy({ scale: tf.sigmoid(delta), shift })(z, inner.labels);
  const problem: bilevel.BilevelProblem = {
    inner: params,
    outer: [delta, shift],
    innerLogits,
    innerLossOfLogits,
    innerLoss: () => innerLossOfLogits(innerLogits()),
    outerLoss: () =>
      losses.multiclass.balancedCrossEntropy()(model.apply(outer.inputs, { training: true }), outer.labels),
  };
  const gradientOf = () => engine.gradient(() => problem.innerLoss(0), params);
  const seconds = median(
    Array.from({ length: 7 }, () => {
      const at = performance.now();
      tf.dispose(gradientOf().map((tensor, index) => (index === 0 && tensor.dataSync(), tensor)));
      return (performance.now() - at) / 1000;
    }),
  );
  const start = params.map((param) => tf.clone(param as tf.Tensor));
  const rewind = () => params.forEach((param, index) => param.assign(start[index]));
  const descend = () => {
    for (let step = 0; step < steps; step++) {
      tf.tidy(() =>
        gradientOf().forEach((slope, index) => params[index].assign(tf.sub(params[index], tf.mul(slope, rate)))),
      );
    }
  };

  const reference = bilevel.hypergradient(problem, bilevel.unrolled({ steps, learningRate: rate }));
  const want = flat(reference.gradients);
  const normal = engine.random(7).fork("directions");
  for (const direction of [1, 2, 3, 4]) {
    const along = want.map(() => normal.normal());
    const size = Math.hypot(...along);
    const unit = along.map((value) => value / size);
    const valueAt = (distance: number) => {
      const moved = (from: number, base: number) =>
        tf.tensor1d(unit.slice(from, from + CLASSES).map((value) => base + distance * value));
      const [a, b] = [moved(0, 1), moved(CLASSES, 0)];
      delta.assign(a);
      shift.assign(b);
      rewind();
      descend();
      const value = tf.tidy(() => problem.outerLoss(0).dataSync()[0]);
      tf.dispose([a, b]);
      return value;
    };
    const epsilon = 0.05;
    const difference = (valueAt(epsilon) - valueAt(-epsilon)) / (2 * epsilon);
    const exact = want.reduce((sum, value, index) => sum + value * unit[index], 0);
    console.log(
      `direction ${direction}: central difference ${difference.toExponential(3)}, unrolled ${exact.toExponential(3)}`,
    );
  }
  delta.assign(tf.tidy(() => tf.ones([CLASSES])));
  shift.assign(tf.tidy(() => tf.zeros([CLASSES])));
  rewind();
  descend();

  const methods: Record<string, bilevel.Method> = {
    "neumann, hessian": bilevel.neumann({ terms: 5, damping: 0.1 }),
    "neumann, gaussNewton": bilevel.neumann({ terms: 5, damping: 0.1, curvature: "gaussNewton" }),
    "neumann, finiteDifference": bilevel.neumann({ terms: 5, damping: 0.1, curvature: "finiteDifference" }),
    "neumann 50, gaussNewton": bilevel.neumann({ terms: 50, damping: 0.01, curvature: "gaussNewton" }),
    "neumann, paper (step 1, undamped)": bilevel.neumann({ terms: 5, step: 1, onDivergence: "return" }),
    "conjugate gradient 5, gaussNewton": bilevel.conjugateGradient({
      iterations: 5,
      damping: 0.1,
      curvature: "gaussNewton",
    }),
    "conjugate gradient 20, gaussNewton": bilevel.conjugateGradient({
      iterations: 20,
      damping: 0.01,
      curvature: "gaussNewton",
    }),
    "minres 5, hessian": bilevel.minres({ iterations: 5, damping: 0.1 }),
    "nystrom 5, gaussNewton": bilevel.nystrom({ rank: 5, seed: 1, damping: 0.1, curvature: "gaussNewton" }),
    "identity (T1-T2)": bilevel.identity(),
    "one step (DARTS)": bilevel.oneStep({ learningRate: rate }),
    "unrolled, last 5 steps": bilevel.unrolled({ steps: 5, learningRate: rate }),
  };
  const row = (method: string, gradients: readonly tf.Tensor[], residual: number, cost: number, peak: number) => {
    const got = flat(gradients);
    const cosine = (from: number, to: number) => cosineOf(got.slice(from, to), want.slice(from, to));
    const [all, ofDelta, ofShift] = [cosine(0, 2 * CLASSES), cosine(0, CLASSES), cosine(CLASSES, 2 * CLASSES)];
    tf.dispose([...gradients]);
    return {
      method,
      cosine: all,
      "cosine, Delta": ofDelta,
      "cosine, l": ofShift,
      residual,
      "cost in gradients": cost,
      "peak MB": peak,
    };
  };
  const rows = Object.entries(methods).map(([name, method]) => {
    let found: bilevel.Hypergradient | undefined;
    let failure = "";
    const { seconds: taken, peakBytes } = profiled(() => {
      try {
        found = bilevel.hypergradient(problem, method);
        found.gradients[0].dataSync();
      } catch (error) {
        failure = (error as Error).message;
      }
    });
    if (!found) {
      console.log(`${name}: ${failure}`);
      return {
        method: name,
        cosine: NaN,
        "cosine, Delta": NaN,
        "cosine, l": NaN,
        residual: NaN,
        "cost in gradients": taken / seconds,
        "peak MB": peakBytes / 2 ** 20,
      };
    }
    return row(name, found.gradients, found.residual, taken / seconds, peakBytes / 2 ** 20);
  });
  console.log(
    String(
      notebook.table(rows, {
        caption: `ResNet-20, long-tailed CIFAR-10, batch ${batch}: cosine to the gradient through ${steps} steps of rate ${rate}; one gradient ${(1000 * seconds).toFixed(0)} ms`,
        digits: { cosine: 3, "cosine, Delta": 3, "cosine, l": 3, residual: 3, "cost in gradients": 1, "peak MB": 0 },
      }),
    ),
  );
}

const number = (text: string) => Number(text);
void new Command("hypergradients")
  .option("--steps <n>", "steps of the reference", number, 50)
  .option("--batch <n>", "images of a batch", number, 64)
  .option("--rate <x>", "learning rate of these steps", number, 0.02)
  .option("--warm <n>", "training steps before", number, 300)
  .action(main)
  .parseAsync();
