/**
 * Prints what hypergradients cost on ResNet-20 in training mode, in gradients of the training loss:
 *
 *     node --import tsx test/bilevel/printCosts.ts               the table
 *     node --import tsx test/bilevel/printCosts.ts --write       and puts it into src/bilevel/README.md
 *     node --import tsx test/bilevel/printCosts.ts --batch 128   with another batch size than 32
 *
 * One training and one validation batch; gradient and methods take turns, medians of five. Labels and images are random: time does
 * not depend on them.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  conjugateGradient,
  hypergradient,
  identity,
  minres,
  neumann,
  nystrom,
  oneStep,
  sama,
  unrolled,
  type BilevelProblem,
  type ImplicitOptions,
  type Method,
} from "../../src/bilevel";
import { gradient, random, softmaxCrossEntropy, tf } from "../../src/engine";
import { resNet } from "../../src/models";

const ROUNDS = 5;
const README = join(__dirname, "../../src/bilevel/README.md");
const [START, END] = ["<!-- costs -->", "<!-- /costs -->"];
const option = process.argv.indexOf("--batch");
const batchSize = option < 0 ? 32 : Number(process.argv[option + 1]);

const source = random(1);
const model = resNet({ depth: 20, inputShape: [32, 32, 3], outputs: 10, seed: 1 });
const batch = () => ({
  x: tf.tensor4d(
    Float32Array.from({ length: batchSize * 3072 }, () => source.normal()),
    [batchSize, 32, 32, 3],
  ),
  y: tf.tensor1d(
    Int32Array.from({ length: batchSize }, () => source.integer(10)),
    "int32",
  ),
});
const [train, validation] = [batch(), batch()];
const delta = tf.variable(tf.ones([10]));
const shift = tf.variable(tf.zeros([10]));
const problem: BilevelProblem = {
  inner: model.parameters,
  outer: [delta, shift],
  innerLogits: () => model.apply(train.x, { training: true }),
  innerLossOfLogits: (z) => tf.mean(softmaxCrossEntropy(tf.add(tf.mul(z, tf.sigmoid(delta)), shift), train.y)),
  innerLoss() {
    return this.innerLossOfLogits!(this.innerLogits!(0), 0);
  },
  outerLoss: () => tf.mean(softmaxCrossEntropy(model.apply(validation.x, { training: true }), validation.y)),
};

// At random weights a series may diverge: its cost is that of one that does not.
const series = (options: ImplicitOptions) =>
  neumann({ terms: 5, step: 0.01, onDivergence: "return", damping: 1, ...options });
const five = { iterations: 5, damping: 100 };
const ones = () => model.parameters.map(({ shape }) => tf.ones(shape));
const methods: Record<string, Method> = {
  "identity()": identity(),
  "identity({ measureResidual: false })": identity({ measureResidual: false }),
  'identity({ measureResidual: false, mixed: "finiteDifference" })': identity({
    measureResidual: false,
    mixed: "finiteDifference",
  }),
  "sama({ preconditioner })": sama({ preconditioner: ones }),
  "oneStep({ learningRate })": oneStep({ learningRate: 1e-3 }),
  'oneStep({ learningRate, difference: "exact" })': oneStep({ learningRate: 1e-3, difference: "exact" }),
  "neumann({ terms: 5 })": series({}),
  'neumann({ terms: 5, curvature: "gaussNewton" })': series({ curvature: "gaussNewton" }),
  'neumann({ terms: 5, curvature: "finiteDifference" })': series({ curvature: "finiteDifference" }),
  "conjugateGradient({ iterations: 5 })": conjugateGradient(five),
  'conjugateGradient({ iterations: 5, curvature: "gaussNewton" })': conjugateGradient({
    ...five,
    curvature: "gaussNewton",
  }),
  'minres({ iterations: 5, curvature: "gaussNewton" })': minres({ ...five, curvature: "gaussNewton" }),
  'nystrom({ rank: 5, curvature: "gaussNewton" })': nystrom({ rank: 5, damping: 1, curvature: "gaussNewton" }),
  "unrolled({ steps: 5 })": unrolled({ steps: 5, learningRate: 1e-3 }),
  "unrolled({ steps: 5, recompute: false })": unrolled({ steps: 5, learningRate: 1e-3, recompute: false }),
};

function milliseconds(work: () => tf.Tensor[]): number {
  const start = process.hrtime.bigint();
  const made = work();
  made.forEach((tensor) => tensor.dataSync());
  const time = Number(process.hrtime.bigint() - start) / 1e6;
  tf.dispose(made);
  return time;
}
const plainGradient = () => milliseconds(() => gradient(() => problem.innerLoss(0), problem.inner));
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

let products: Record<string, number> = {};
const times: Record<string, number[]> = {};
const gradients: number[] = [];
plainGradient();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, method] of Object.entries(methods)) {
    gradients.push(plainGradient());
    const time = milliseconds(() => {
      const result = hypergradient(problem, method);
      products = { ...products, [name]: result.products };
      return result.gradients;
    });
    (times[name] ??= []).push(time);
  }
}
const unit = median(gradients);
const rows = [
  ["method", "products", "cost, in gradients"],
  ...Object.keys(methods).map((name) => [
    `\`${name}\``,
    String(products[name]),
    (median(times[name]) / unit).toFixed(1),
  ]),
];
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
const line = (row: string[]) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(" | ")} |`;
const table = [line(rows[0]), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
console.log(`${tf.getBackend()}, batch ${batchSize}, one gradient ${unit.toFixed(0)} ms\n\n${table}`);

if (process.argv.includes("--write")) {
  const text = readFileSync(README, "utf8");
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${README} must hold the lines ${START} and ${END}, in this order`);
  writeFileSync(`${README}.part`, `${text.slice(0, start)}${START}\n\n${table}\n\n${text.slice(end)}`);
  renameSync(`${README}.part`, README);
}
