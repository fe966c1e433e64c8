/**
 * How right the hypergradients are on a real network:
 *
 *     node --import tsx test/bench/hypergradients.ts [--steps 50] [--batch 64]
 *
 * ResNet-20 on long-tailed CIFAR-10 (ratio 100), trained for a while with cross-entropy; then T steps of gradient descent on one training
 * batch. The reference is the gradient of the validation loss through these T steps, by reverse differentiation, itself checked by central
 * differences of the whole descent along its own and three random directions. Every other method is asked at the end of the T steps.
 */
import { Command } from "commander";

import { bilevel, data, engine, losses, models, notebook, studies, tf, training } from "../../src";
import { median } from "./compare";

const { agreement, descentReference, measured, networkProblem, numbersOf } = studies.hypergradients;
const CLASSES = 10;

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
  const [train, validation] = [tail, held].map(({ indices }) => {
    const { inputs, labels } = training.imageBatches({ set, indices, batchSize: batch, seed: 2, standardize })(0);
    return { inputs, labels: labels as tf.Tensor1D };
  });
  const { problem } = networkProblem({ model, train, validation, classes: CLASSES });
  const gradient = () =>
    tf.dispose(
      engine
        .gradient(() => problem.innerLoss(0), problem.inner as tf.Variable[])
        .map((tensor, index) => (index === 0 && tensor.dataSync(), tensor)),
    );
  const seconds = median(Array.from({ length: 7 }, () => measured(gradient).seconds));

  const reference = descentReference({ problem, steps, learningRate: rate, seed: 7 });
  const want = reference.gradient;
  reference.checks.forEach(({ difference, derivative }, direction) =>
    console.log(
      `direction ${direction}: central difference ${difference.toExponential(3)}, unrolled ${derivative.toExponential(3)}`,
    ),
  );
  const gaussNewton = { curvature: "gaussNewton" } as const;
  const methods: Record<string, bilevel.Method> = {
    "neumann, hessian": bilevel.neumann({ terms: 5, damping: 0.1 }),
    "neumann, gaussNewton": bilevel.neumann({ terms: 5, damping: 0.1, ...gaussNewton }),
    "neumann, finiteDifference": bilevel.neumann({ terms: 5, damping: 0.1, curvature: "finiteDifference" }),
    "neumann 50, gaussNewton": bilevel.neumann({ terms: 50, damping: 0.01, ...gaussNewton }),
    "neumann, paper (step 1, undamped)": bilevel.neumann({ terms: 5, step: 1, onDivergence: "return" }),
    "conjugate gradient 5, gaussNewton": bilevel.conjugateGradient({ iterations: 5, damping: 0.1, ...gaussNewton }),
    "conjugate gradient 20, gaussNewton": bilevel.conjugateGradient({ iterations: 20, damping: 0.01, ...gaussNewton }),
    "minres 5, hessian": bilevel.minres({ iterations: 5, damping: 0.1 }),
    "nystrom 5, gaussNewton": bilevel.nystrom({ rank: 5, seed: 1, damping: 0.1, ...gaussNewton }),
    "identity (T1-T2)": bilevel.identity(),
    "one step (DARTS)": bilevel.oneStep({ learningRate: rate }),
    "unrolled, last 5 steps": bilevel.unrolled({ steps: 5, learningRate: rate }),
  };
  const rows = Object.entries(methods).map(([name, method]) => {
    const { result, ...cost } = measured(() => {
      try {
        const { gradients, residual } = bilevel.hypergradient(problem, method);
        const numbers = numbersOf(gradients);
        tf.dispose(gradients);
        return { numbers, residual };
      } catch (error) {
        console.log(`${name}: ${(error as Error).message}`);
        return { numbers: want.map(() => NaN), residual: NaN };
      }
    });
    const cosine = (from: number, to: number) => agreement(result.numbers.slice(from, to), want.slice(from, to)).cosine;
    return {
      method: name,
      cosine: cosine(0, 2 * CLASSES),
      "cosine, Delta": cosine(0, CLASSES),
      "cosine, l": cosine(CLASSES, 2 * CLASSES),
      residual: result.residual,
      "cost in gradients": cost.seconds / seconds,
      "peak MB": cost.peakBytes / 2 ** 20,
    };
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
