import { breathe, cellSignal, tf, valueAndGradient } from "../../engine";
import { adam, sgd, type Optimizer } from "../../training";
import { lossesByName } from "./columnLosses";
import { type Fold } from "./folds";
import { learnerBank, type LearnerName } from "./learners";
import { type Table } from "./table";

/** How the models are trained. */
export interface TrainOptions {
  readonly model: LearnerName;
  /** Names of `benchmarkLosses`. */
  readonly losses: readonly string[];
  /** Learning rates, each tried with every loss. */
  readonly rates: readonly number[];
  /** Steps on all training rows. */
  readonly steps: number;
  /** Start values of round i are drawn with seed + i. */
  readonly seed: number;
  /** Stops training; by default the signal of the running cell. */
  readonly signal?: AbortSignal;
  /** Called now and then with the steps done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Logits of the models of one fold. */
export interface FoldLogits {
  readonly train: Float32Array;
  readonly validation: Float32Array;
  readonly test: Float32Array;
}

type Part = keyof FoldLogits;

/** Steps between two looks at the event loop. */
const BREATH = 20;

/**
 * Trains every loss with every learning rate on every fold, as one computation.
 *
 * The folds stand side by side along the first axis of the weights, losses and rates along the last; one multiplication of matrices and one
 * gradient serve all. The models do not touch each other: the sum of their losses is descended. "slp" takes plain gradient descent,
 * "mlp" Adam, both on all training rows at every step.
 *
 * @param folds rounds of one table or of several; all with the same numbers of features, and of rows of both classes in each part.
 * @param options see {@link TrainOptions}.
 * @returns logits [folds][losses][rates].
 * @throws RangeError when folds differ in size, or for an unknown loss; the signal's reason when aborted.
 */
export async function trainFolds(folds: readonly Fold[], options: TrainOptions): Promise<FoldLogits[][][]> {
  const { model, rates, steps, seed, signal = cellSignal(), onProgress } = options;
  checkFolds(folds);
  const prior = share(folds[0].train);
  const losses = lossesByName(options.losses).map(({ columns }) => columns({ prior }));
  const rows = stackRows(folds.map(({ train }) => train));
  // Samples first, as losses have them; then one place for the rate, and the folds.
  const labels = tf.tidy(() =>
    tf.reshape(tf.transpose(stackLabels(folds.map(({ train }) => train))), [-1, 1, folds.length]),
  );
  const tiled = tf.tidy(() => tf.tile(labels, [1, rates.length, 1]));
  const banks = rates.map(() =>
    learnerBank(model, {
      columns: folds[0].train.columns,
      models: losses.length,
      seeds: folds.map(({ round }) => seed + round),
    }),
  );
  const optimizers = rates.map((learningRate): Optimizer =>
    model === "slp" ? sgd({ learningRate, momentum: 0 }) : adam({ learningRate }),
  );
  const parameters = banks.flatMap((bank) => bank.parameters);
  try {
    for (let step = 0; step < steps; step++) {
      const { value, gradient } = valueAndGradient(() => {
        const parts = byLoss(
          banks.map((bank) => bank.logits(rows)),
          losses.length,
        );
        return tf.addN(losses.map((loss, index) => loss(parts[index], tiled)));
      }, parameters);
      const each = banks[0].parameters.length;
      optimizers.forEach((optimizer, index) =>
        optimizer.step(banks[index].parameters, gradient.slice(index * each, (index + 1) * each), rates[index]),
      );
      tf.dispose([value, gradient]);
      if (step % BREATH === 0) {
        await breathe(signal);
        onProgress?.(step, steps);
      }
    }
    onProgress?.(steps, steps);
    const read = (part: Part) => banks.map((bank) => logitsOf(bank, folds, part));
    const [train, validation, test] = [read("train"), read("validation"), read("test")];
    return folds.map((_, fold) =>
      losses.map((_, loss) =>
        rates.map((_, rate) => ({
          train: train[rate](fold, loss),
          validation: validation[rate](fold, loss),
          test: test[rate](fold, loss),
        })),
      ),
    );
  } finally {
    tf.dispose([rows, labels, tiled]);
    banks.forEach((bank) => bank.dispose());
    optimizers.forEach((optimizer) => optimizer.dispose());
  }
}

/** Logits [folds, n, losses] per rate, as one tensor [n, rates, folds] per loss. */
function byLoss(logits: readonly tf.Tensor3D[], losses: number): tf.Tensor[] {
  const [folds, n] = logits[0].shape;
  const all = tf.concat(logits as tf.Tensor3D[], 2);
  const samplesFirst = tf.reshape(tf.transpose(all, [1, 2, 0]), [n, logits.length, losses, folds]);
  return tf.split(samplesFirst, losses, 2).map((part) => tf.reshape(part, [n, logits.length, folds]));
}

/** The logits of a part of all folds, read back; (fold, loss) to a vector. */
function logitsOf(bank: ReturnType<typeof learnerBank>, folds: readonly Fold[], part: Part) {
  const values = tf.tidy(() => tf.transpose(bank.logits(stackRows(folds.map((fold) => fold[part]))), [0, 2, 1]));
  const [, losses, n] = values.shape;
  const read = values.dataSync() as Float32Array;
  values.dispose();
  return (fold: number, loss: number) => read.slice((fold * losses + loss) * n, (fold * losses + loss + 1) * n);
}

function stackRows(tables: readonly Table[]): tf.Tensor3D {
  const each = tables[0].features.length;
  const values = new Float32Array(tables.length * each);
  tables.forEach(({ features }, index) => values.set(features, index * each));
  return tf.tensor3d(values, [tables.length, each / tables[0].columns, tables[0].columns]);
}

function stackLabels(tables: readonly Table[]): tf.Tensor2D {
  return tf.tensor2d(
    tables.map(({ labels }) => Array.from(labels)),
    undefined,
    "float32",
  );
}

const positives = ({ labels }: Table) => labels.reduce((sum, label) => sum + label, 0);
const share = (table: Table) => positives(table) / table.labels.length;

function checkFolds(folds: readonly Fold[]): void {
  const sizes = folds.map(({ train, validation, test }) =>
    [train, validation, test]
      .map((table) => `${table.labels.length} x ${table.columns} with ${positives(table)} positives`)
      .join(", "),
  );
  const other = sizes.find((size) => size !== sizes[0]);
  if (folds.length === 0 || other !== undefined) {
    throw new RangeError(
      `trainFolds: folds must be of one size, received ${folds.length === 0 ? "none" : `${sizes[0]} and ${other}`}`,
    );
  }
}
