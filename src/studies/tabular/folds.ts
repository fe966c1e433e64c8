import { random } from "../../engine";
import { takeRows, type Table } from "./table";

/** One round of cross-validation: standardised features of the three parts. */
export interface Fold {
  /** Number of the round, from 0: start values of models are drawn by it. */
  readonly round: number;
  readonly train: Table;
  readonly validation: Table;
  readonly test: Table;
}

/**
 * Stratified cross-validation with folds of one size, so that all rounds can be trained as one computation.
 *
 * Of each class the rows are shuffled and dealt into k folds; the up to k - 1 rows per class that do not divide are left out. In round i
 * fold i is for testing, fold i + 1 for validation (thresholds, learning rates), the other k - 2 for training. A feature that holds
 * more than zeros and ones is standardised by mean and deviation of the training rows of the round.
 *
 * @param table rows with labels 0 and 1.
 * @param options.folds k >= 3; default 5.
 * @param options.seed of the shuffle; default 1.
 * @returns k rounds; in each part the positives come first, and all rounds have the same numbers of both classes.
 * @throws RangeError when k is no integer of at least 3, or a class has fewer than k rows.
 */
export function equalFolds(table: Table, { folds = 5, seed = 1 }: { folds?: number; seed?: number } = {}): Fold[] {
  if (!Number.isInteger(folds) || folds < 3) {
    throw new RangeError(`equalFolds: folds must be an integer of at least 3, received ${folds}`);
  }
  const generator = random(seed).fork(`folds/${table.name}`);
  const dealt = [1, 0].map((label) => {
    const members = Int32Array.from(table.labels.keys()).filter((row) => table.labels[row] === label);
    const each = Math.floor(members.length / folds);
    if (each === 0) {
      throw new RangeError(
        `equalFolds: class ${label} of ${table.name} must have ${folds} rows, has ${members.length}`,
      );
    }
    const order = generator.fork(`class ${label}`).shuffle(members);
    return (fold: number) => order.subarray(fold * each, (fold + 1) * each);
  });
  const rows = (which: readonly number[]) =>
    dealt.flatMap((ofClass) => which.flatMap((fold) => Array.from(ofClass(fold % folds))));
  return Array.from({ length: folds }, (_, round) => {
    const others = Array.from({ length: folds - 2 }, (_, step) => round + 2 + step);
    const train = takeRows(table, rows(others));
    const scale = standardiser(train);
    return {
      round,
      train: scale(train),
      validation: scale(takeRows(table, rows([round + 1]))),
      test: scale(takeRows(table, rows([round]))),
    };
  });
}

/** Standardises by the columns of `train`; columns of zeros and ones stay as they are, constant ones become 0. */
function standardiser({ features, columns, labels }: Table): (part: Table) => Table {
  const fits = Array.from({ length: columns }, (_, column) => {
    const values = Float64Array.from(labels, (_, row) => features[row * columns + column]);
    if (values.every((value) => value === 0 || value === 1)) return { mean: 0, deviation: 1 };
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 1 };
  });
  return (part) => ({
    ...part,
    features: part.features.map((value, place) => {
      const { mean, deviation } = fits[place % columns];
      return (value - mean) / deviation;
    }),
  });
}
